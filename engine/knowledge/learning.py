"""Takes files into the knowledge base: reads them, cuts them, embeds what changed, stores it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from engine.domain.indexing import Indexed
from engine.domain.knowledge import CANNED, Alias, Document, Learned, Lesson, Passage, document_of
from engine.domain.language import language
from engine.errors import MaterialUnreadable, PassagesGone
from engine.knowledge.chunking import Piece, chunk
from engine.knowledge.naming import aliases_of
from engine.knowledge.reading import read
from engine.knowledge.reading.blocks import Content, Is
from engine.knowledge.vectors import joined, packed
from engine.knowledge.words import words
from engine.ports import Embedder, PassageStore

EMBEDDED_AT_ONCE = 32
MAX_TITLE_CHARS = 200
_FORMAT = 1
"""Of passages: another number has all files cut anew when they are given again."""


class Learner:
    """Safe to use from many threads; two that learn the same document at once leave the later one's."""

    def __init__(self, store: PassageStore, embedder: Embedder, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._embedder = embedder
        self._clock = clock

    def learn(self, name: str, data: bytes, *, scope: str, source: str = "", url: str = "", by: str = "") -> Lesson:
        """One file; `source` says where it was read, "" for `name`. What cannot be read is a lesson, too.

        Raises KnowledgeUnavailable and StoreUnavailable.
        """
        source = source or name
        document_id, version = document_of(source, scope), _digest(f"{_FORMAT}", data)[:12]
        known = self._store.document(document_id)
        if known and (known.version, known.url) == (version, url):
            return Lesson(name, Learned.UNCHANGED, known.passages, document=document_id)
        try:
            content = read(name, data)
        except MaterialUnreadable as error:
            params = {key: value for key, value in error.params.items() if key != "reason"}
            return Lesson(name, Learned.UNREADABLE, reason=str(error.params.get("reason", "")), params=params)
        title = _title(content, name)
        pieces = [_clean(piece) for piece in chunk(content, title)]
        document = Document(document_id, source, scope, version, title, url, _lang(pieces), added_by=by)
        embedded = self._store_pieces(document, pieces, aliases_of(content, scope, document_id))
        learned = Learned.CHANGED if known else Learned.ADDED
        return Lesson(name, learned, len(pieces), embedded, content.left_out, document=document_id)

    def add_canned(
        self, question: str, answer: str, scope: str, lang: str = "", *, title: str = "", by: str = "", name: str = ""
    ) -> Document:
        """An answer to be found by its question. `name` makes a later one with the same name replace it; "": the
        question does. Returns the document, whose id `remove` takes. Raises KnowledgeUnavailable and StoreUnavailable.
        """
        question, answer = " ".join(question.replace("\0", "").split()), answer.replace("\0", "").strip()
        source = f"{CANNED}{name or question}"
        document = Document(
            document_of(source, scope),
            source,
            scope,
            _digest(question, answer.encode())[:12],
            title or question[:MAX_TITLE_CHARS],
            lang=lang or language(f"{question} {answer}"),
            canned=True,
            added_by=by,
        )
        self._store_pieces(document, [Piece(answer, question, document.lang)])
        return self._store.document(document.id) or document

    def reindex(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Embed all passages again, e.g. for another model; how many. `progress` gets documents done, and all."""
        documents, count = self._store.documents(), 0
        for done, document in enumerate(documents):
            progress(done, len(documents))
            passages = self._store.stored(document.id)
            vectors = self._vectors(passages)
            self._store.revector(dict(zip([passage.id for passage in passages], vectors, strict=True)))
            count += len(passages)
        progress(len(documents), len(documents))
        return count

    def _store_pieces(self, document: Document, pieces: Sequence[Piece], told: Sequence[Alias] = ()) -> int:
        """How many of them were embedded."""
        passages = list(_passages(document, pieces))
        try:
            return self._put(document, passages, told, self._store.passage_ids(document.id))
        except PassagesGone:  # somebody removed or replaced them while the others were embedded
            return self._put(document, passages, told, frozenset())

    def _put(
        self, document: Document, passages: Sequence[Passage], aliases: Sequence[Alias], known: Collection[str]
    ) -> int:
        """How many were embedded: all but the known. Raises PassagesGone where those are not known any more."""
        new = [passage for passage in passages if passage.id not in known]
        vectors = dict(zip([passage.id for passage in new], self._vectors(new), strict=True))
        indexed = [
            Indexed(passage, place, tuple(words(told(passage))), *vectors.get(passage.id, (b"", b"")))
            for place, passage in enumerate(passages)
        ]
        self._store.put(replace(document, passages=len(passages), added_at=self._clock()), indexed, aliases)
        return len(new)

    def _vectors(self, passages: Sequence[Passage]) -> list[tuple[bytes, bytes]]:
        found: list[tuple[bytes, bytes]] = []
        for start in range(0, len(passages), EMBEDDED_AT_ONCE):
            some = passages[start : start + EMBEDDED_AT_ONCE]
            texts, heads = [told(passage) for passage in some], [_head(passage) for passage in some]
            found += packed(joined(self._embedder.embed(texts), self._embedder.embed(heads)))
        return found


def told(passage: Passage) -> str:
    """What a passage is found by: its title and headings say what it is about."""
    heads = passage.heading if passage.canned else " › ".join(filter(None, (passage.title, passage.heading)))
    return f"{heads}\n{passage.text}" if heads else passage.text


def _head(passage: Passage) -> str:
    """What a passage is about, in a line."""
    return passage.heading or passage.title or passage.text


def _passages(document: Document, pieces: Sequence[Piece]) -> Iterator[Passage]:
    """A text that stands twice in a document is one passage."""
    seen = set()
    for piece in pieces:
        key = "\0".join((document.id, document.title, piece.heading, piece.lang))
        passage_id = _digest(key, piece.text.encode())[:16]
        if passage_id not in seen:
            seen.add(passage_id)
            yield Passage(
                passage_id,
                document.id,
                document.version,
                document.title,
                piece.text,
                piece.heading,
                document.url,
                piece.lang,
                document.canned,
            )


def _title(content: Content, name: str) -> str:
    """What the file says, the heading above all others if it begins with one, or its name without the ending."""
    first, *others = content.blocks
    above_all = first.kind is Is.HEADING and all(b.level > first.level for b in others if b.kind is Is.HEADING)
    found = " ".join((content.title or (first.text if above_all else "")).replace("\0", "").split())
    return (found or PurePosixPath(name).stem.replace("_", " ").strip())[:MAX_TITLE_CHARS]


def _clean(piece: Piece) -> Piece:
    """Without NUL, which PostgreSQL stores in no text."""
    return replace(piece, text=piece.text.replace("\0", ""), heading=piece.heading.replace("\0", ""))


def _lang(pieces: Sequence[Piece]) -> str:
    """That of most of its passages."""
    langs = [piece.lang for piece in pieces]
    return max(set(langs), key=lambda lang: (langs.count(lang), lang), default="")


def _digest(key: str, data: bytes) -> str:
    return hashlib.sha256(key.encode() + b"\0" + data).hexdigest()
