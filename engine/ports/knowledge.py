"""What the company knows: searched, added to, and where it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.domain.indexing import Candidate, Candidates, Counts, Indexed, Sought
from engine.domain.knowledge import Alias, Document, Hit, Lesson, Passage, Reader
from engine.domain.replies import CannedReply

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]


class Knowledge(Protocol):
    """What the company knows, searched. Safe to use from many threads."""

    def search(self, question: str, reader: Reader, limit: int = 5) -> tuple[Hit, ...]:
        """The passages that answer it best, best first; none where nothing applies.

        Only what `reader` may be answered from. Raises KnowledgeUnavailable.
        """

    def likeness(self, text: str, others: Sequence[str]) -> float:
        """How alike in meaning a text is to the most alike of others, whatever their languages: a cosine.

        Raises KnowledgeUnavailable.
        """

    def translation(self, passage: Passage, lang: str, reader: Reader) -> Passage | None:
        """The passage in the language `lang` that says the same, if `reader` may be answered from one.

        Raises KnowledgeUnavailable.
        """

    def keep(self, reply: CannedReply) -> None:
        """Have an answer found by its question from now on; again is no harm.

        Raises KnowledgeUnavailable and StoreUnavailable.
        """

    def forget(self, reply: CannedReply) -> None:
        """Have an answer found no more. Raises StoreUnavailable."""


class Library(Protocol):
    """What the company knows, added to. Raises KnowledgeUnavailable and StoreUnavailable."""

    def learn(self, name: str, data: bytes, *, scope: str, source: str = "", url: str = "", by: str = "") -> Lesson:
        """Take in one file, or say why it cannot be read; what has the same source and scope is replaced."""


class Catalogue(Protocol):
    """What documents there are, for a process that searches nothing. All methods raise StoreUnavailable."""

    def documents(self) -> tuple[Document, ...]:
        """All, by scope and source."""

    def document(self, document_id: str) -> Document | None: ...

    def remove(self, document_ids: Collection[str]) -> int:
        """With their passages and the aliases that they told, and the answers of agents that they are; how many."""


class Embedder(Protocol):
    """Turns texts into vectors that are near each other where they mean the same. Safe to use from many threads."""

    def embed(self, texts: Sequence[str], *, questions: bool = False) -> Vectors:
        """(texts, width), float32, each of length 1; `questions` are compared with what was embedded without.

        Raises KnowledgeUnavailable where the model is missing or damaged.
        """


class AnswerScorer(Protocol):
    """Reads a question together with passages. Safe to use from many threads."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """Of each passage how likely it answers the question, 0 to 1.

        Raises KnowledgeUnavailable where the model is missing or damaged.
        """


class PassageStore(Catalogue, Protocol):
    """Keeps documents in passages, and finds those that may answer. All methods raise StoreUnavailable."""

    def passage_ids(self, document_id: str) -> frozenset[str]: ...

    def put(self, document: Document, passages: Sequence[Indexed], aliases: Sequence[Alias] = ()) -> None:
        """Store a document and the aliases that it tells, in place of the version before, in one transaction.

        Raises PassagesGone, and stores nothing, where one without a vector is not there to stay.
        """

    def candidates(self, sought: Sought) -> Candidates:
        """The nearest by vector and the best by words, of these scopes alone."""

    def compared(self, numbers: Sequence[int]) -> tuple[Candidate, ...]:
        """What each of those that were found is compared by, in their order; those that are gone are left out."""

    def passages(self, numbers: Collection[int], scopes: Collection[str]) -> dict[int, Passage]:
        """By number; those that are gone, or of other scopes, are left out."""

    def counts(self, words: Collection[str]) -> Counts: ...

    def stored(self, document_id: str) -> tuple[Passage, ...]:
        """All passages of a document, in order."""

    def revector(self, vectors: Mapping[str, tuple[bytes, bytes]]) -> None:
        """Replace vector and signature of passages, by id."""

    def aliases(self, scopes: Collection[str] | None = None) -> tuple[Alias, ...]:
        """All, or those of some scopes."""

    def put_aliases(self, document_id: str, aliases: Sequence[Alias]) -> None:
        """In place of those that were there of this document, or with "" of those that people entered.

        Those of a document are stored with it (`put`).
        """
