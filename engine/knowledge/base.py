"""The knowledge base as the rest of the product sees it: learns, finds, lists and forgets. The port Knowledge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from engine.domain.knowledge import CANNED, Document, Hit, Lesson, Passage, Reader, document_of
from engine.domain.replies import CannedReply
from engine.errors import ConfigurationError, KnowledgeUnavailable, StoreUnavailable
from engine.knowledge.finding import Finder
from engine.knowledge.learning import Learner
from engine.knowledge.translations import translation
from engine.ports import AnswerScorer, Embedder, PassageStore


class KnowledgeBase:
    """Safe to use from many threads and processes. Methods raise StoreUnavailable and KnowledgeUnavailable."""

    def __init__(self, store: PassageStore, embedder: Embedder, scorer: AnswerScorer | None = None) -> None:
        self.store = store
        self._embedder = embedder
        self.finder = Finder(store, embedder, scorer)
        self._learner = Learner(store, embedder)

    def search(self, question: str, reader: Reader, limit: int = 5) -> tuple[Hit, ...]:
        """The passages that answer it best, best first, of what `reader` may be answered from; none where none does.

        Raises KnowledgeUnavailable, whatever the reason.
        """
        try:
            return self.finder.search(question, reader, limit)
        except (StoreUnavailable, ConfigurationError) as error:
            raise KnowledgeUnavailable(str(error)) from error

    def learn(self, name: str, data: bytes, *, scope: str, source: str = "", url: str = "", by: str = "") -> Lesson:
        """Take in one file, or say why it cannot be read; `source` is where it was read, "" for `name`."""
        return self._learner.learn(name, data, scope=scope, source=source, url=url, by=by)

    def add_canned(
        self, question: str, answer: str, scope: str, lang: str = "", *, title: str = "", by: str = "", name: str = ""
    ) -> Document:
        """An answer to be found by its question; a later one of the same `name` (or question) replaces it."""
        return self._learner.add_canned(question, answer, scope, lang, title=title, by=by, name=name)

    def likeness(self, text: str, others: Sequence[str]) -> float:
        """How alike in meaning a text is to the most alike of others, whatever their languages: a cosine."""
        vectors = self._embedder.embed([text, *others])
        return float((vectors[1:] @ vectors[0]).max(initial=-1.0))

    def translation(self, passage: Passage, lang: str, reader: Reader) -> Passage | None:
        """The passage in another language that says the same, of what `reader` may be answered from.

        Raises KnowledgeUnavailable, whatever the reason.
        """
        try:
            return translation(self.finder, self._embedder, passage, lang, reader)
        except (StoreUnavailable, ConfigurationError) as error:
            raise KnowledgeUnavailable(str(error)) from error

    def keep(self, reply: CannedReply) -> None:
        """Have an answer found by its question from now on; again is no harm."""
        self.add_canned(reply.question, reply.answer, reply.scope, reply.lang, by=reply.created_by, name=reply.id)

    def forget(self, reply: CannedReply) -> None:
        """Have an answer found no more."""
        self.store.remove([document_of(f"{CANNED}{reply.id}", reply.scope)])

    def remove(self, document_ids: Collection[str]) -> int:
        """How many of these there were."""
        return self.store.remove(document_ids)

    def documents(self) -> tuple[Document, ...]:
        return self.store.documents()

    def reindex(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Embed everything again; how many passages."""
        return self._learner.reindex(progress)
