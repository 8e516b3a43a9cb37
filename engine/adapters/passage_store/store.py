"""Documents, passages and aliases in SQL. The port PassageStore."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.engine import Connection

from engine.adapters.job_store.database import BUSY_TIMEOUT_S, Database
from engine.adapters.job_store.tables import canned_replies
from engine.adapters.job_store.tables import knowledge_aliases as aliases
from engine.adapters.job_store.tables import knowledge_documents as documents
from engine.adapters.job_store.tables import knowledge_passages as passages
from engine.adapters.job_store.tables import knowledge_signatures as signatures
from engine.adapters.job_store.tables import knowledge_terms as terms
from engine.adapters.passage_store.held import Copy
from engine.adapters.passage_store.vectors import all_signatures, bits, hamming, prepare
from engine.adapters.passage_store.words import counted, matching, stored_words
from engine.adapters.passage_store.writing import CHANGES, PASSAGES, WORDS, count, drop, write
from engine.domain.indexing import Candidate, Candidates, Counts, Indexed, Sought
from engine.domain.knowledge import CANNED, Alias, Document, Passage


class SqlPassageStore:
    """Safe to use from many threads and processes. Its schema is the job store's."""

    def __init__(self, url: str, wait_s: float = BUSY_TIMEOUT_S, *, searches: bool = True) -> None:
        """Connects at first use. Raises ConfigurationError for a URL of another database.

        At first use, that is also raised where the database lacks sqlite-vec or pgvector, unless it is not to search.
        """
        self._database = Database(url, wait_s)
        self._bits = partial(bits, self._database)
        self._preparing, self._prepared = Lock(), not searches
        self._copy = Copy()

    def documents(self) -> tuple[Document, ...]:
        with self._read() as connection:
            rows = connection.execute(sa.select(documents).order_by(documents.c.scope, documents.c.source)).mappings()
            return tuple(_document(row) for row in rows)

    def document(self, document_id: str) -> Document | None:
        with self._read() as connection:
            row = connection.execute(sa.select(documents).where(documents.c.id == document_id)).mappings().first()
            return _document(row) if row else None

    def passage_ids(self, document_id: str) -> frozenset[str]:
        with self._read() as connection:
            return frozenset(connection.scalars(sa.select(passages.c.id).where(passages.c.document == document_id)))

    def put(self, document: Document, indexed: Sequence[Indexed], told: Sequence[Alias] = ()) -> None:
        self._put([(document, indexed)], told)

    def put_all(self, given: Sequence[tuple[Document, Sequence[Indexed]]]) -> None:
        """Many documents in one transaction, which tell no aliases."""
        self._put(given)

    def _put(self, given: Sequence[tuple[Document, Sequence[Indexed]]], told: Sequence[Alias] = ()) -> None:
        changes: Counter[str] = Counter()
        with self._write() as connection:
            for document, indexed in given:
                write(connection, document, indexed, self._bits, changes)
                _replace_aliases(connection, document.id, told)
            count(connection, changes)

    def remove(self, document_ids: Collection[str]) -> int:
        changes: Counter[str] = Counter()
        with self._write() as connection:
            mine = sa.select(documents.c.id).where(documents.c.id.in_(document_ids)).order_by(documents.c.id)
            connection.execute(mine.with_for_update()).all()  # before their passages, as `write` has it
            for document_id in document_ids:
                drop(connection, passages.c.document == document_id, None, changes)
            count(connection, changes)
            gone = connection.scalars(sa.select(documents.c.source).where(documents.c.id.in_(document_ids)))
            answers = [source.removeprefix(CANNED) for source in gone if source.startswith(CANNED)]
            connection.execute(sa.delete(canned_replies).where(canned_replies.c.id.in_(answers)))
            connection.execute(
                sa.delete(aliases).where(aliases.c.document.in_([each for each in document_ids if each]))
            )
            return connection.execute(sa.delete(documents).where(documents.c.id.in_(document_ids))).rowcount

    def candidates(self, sought: Sought) -> Candidates:
        with self._read() as connection:
            by_vector = self._nearest(connection, sought) if sought.signature else ()
            by_words = matching(connection, sought.words, sought.scopes, sought.most) if sought.words else ()
            wanted = sa.select(passages.c.number, passages.c.vector)
            rows = connection.execute(wanted.where(_among(connection, {*by_vector, *by_words}))).all()
        return Candidates({row.number: row.vector for row in rows}, by_vector, by_words)

    def compared(self, numbers: Sequence[int]) -> tuple[Candidate, ...]:
        columns = (passages.c.number, stored_words(), passages.c.lang)
        with self._read() as connection:
            rows = connection.execute(sa.select(*columns).where(_among(connection, numbers))).all()
        found = {row.number: Candidate(row.number, counted(row.words), row.lang) for row in rows}
        return tuple(found[number] for number in numbers if number in found)

    def passages(self, numbers: Collection[int], scopes: Collection[str]) -> dict[int, Passage]:
        wanted = _joined().where(passages.c.number.in_(numbers), documents.c.scope.in_(scopes))
        with self._read() as connection:
            return {row["number"]: _passage(row) for row in connection.execute(wanted).mappings()}

    def stored(self, document_id: str) -> tuple[Passage, ...]:
        wanted = _joined().where(passages.c.document == document_id).order_by(passages.c.position)
        with self._read() as connection:
            return tuple(_passage(row) for row in connection.execute(wanted).mappings())

    def counts(self, words: Collection[str]) -> Counts:
        wanted = sa.select(terms.c.word, terms.c.passages).where(terms.c.word.in_([PASSAGES, WORDS, *words]))
        with self._read() as connection:
            found = {row.word: row.passages for row in connection.execute(wanted)}
        return Counts(found.pop(PASSAGES, 0), found.pop(WORDS, 0), found)

    def revector(self, vectors: Mapping[str, tuple[bytes, bytes]]) -> None:
        with self._write() as connection:
            for passage_id, (vector, signature) in vectors.items():
                number = connection.scalar(sa.select(passages.c.number).where(passages.c.id == passage_id))
                connection.execute(sa.update(passages).where(passages.c.number == number).values(vector=vector))
                new = sa.update(signatures).where(signatures.c.number == number)
                connection.execute(new.values(bits=self._bits(signature)))
            count(connection, Counter())

    def aliases(self, scopes: Collection[str] | None = None) -> tuple[Alias, ...]:
        wanted = sa.select(aliases).order_by(aliases.c.alias, aliases.c.name, aliases.c.id)
        if scopes is not None:
            wanted = wanted.where(aliases.c.scope.in_(scopes))
        with self._read() as connection:
            rows = connection.execute(wanted).all()
        return tuple(Alias(row.alias, row.name, row.scope, row.document) for row in rows)

    def put_aliases(self, document_id: str, told: Sequence[Alias]) -> None:
        with self._write() as connection:
            _replace_aliases(connection, document_id, told)

    def close(self) -> None:
        self._database.close()

    def _nearest(self, connection: Connection, sought: Sought) -> tuple[int, ...]:
        """By the signs of their vectors alone."""
        held = self._copy.current(_state(connection), partial(all_signatures, connection))
        if held is not None:
            return held.nearest(sought)
        distance = hamming(self._database)
        found = sa.select(signatures.c.number).where(signatures.c.scope.in_(sought.scopes))
        found = found.order_by(distance, signatures.c.number).limit(sought.most)
        return tuple(connection.scalars(found, {"sought": self._bits(sought.signature)}))

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        self._prepare()
        with self._database.read() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        self._prepare()
        with self._database.write() as connection:
            yield connection

    def _prepare(self) -> None:
        with self._preparing:
            if not self._prepared:
                prepare(self._database)
                self._prepared = True


def _among(connection: Connection, numbers: Collection[int]) -> sa.ColumnElement[bool]:
    """Whether a passage's number is one of them: to PostgreSQL they go as one value, which takes half the time."""
    if connection.dialect.name == "sqlite":
        return passages.c.number.in_(numbers)
    return passages.c.number == sa.any_(sa.literal(list(numbers), sa.ARRAY(sa.Integer)))


def _state(connection: Connection) -> tuple[int, int]:
    """How many changes of passages there were, and how many passages there are."""
    wanted = sa.select(terms.c.word, terms.c.passages).where(terms.c.word.in_([CHANGES, PASSAGES]))
    found = {row.word: row.passages for row in connection.execute(wanted)}
    return found.get(CHANGES, 0), found.get(PASSAGES, 0)


def _replace_aliases(connection: Connection, document_id: str, told: Sequence[Alias]) -> None:
    rows = [{"alias": a.alias, "name": a.name, "scope": a.scope, "document": document_id} for a in told]
    connection.execute(sa.delete(aliases).where(aliases.c.document == document_id))
    if rows:
        connection.execute(sa.insert(aliases), rows)


def _joined() -> sa.Select[Any]:
    own = [passages.c[name] for name in ("number", "id", "heading", "text", "lang", "document")]
    of_document = [documents.c[name] for name in ("version", "title", "url", "canned")]
    return sa.select(*own, *of_document).join(documents, documents.c.id == passages.c.document)


def _passage(row: RowMapping) -> Passage:
    return Passage(**{name: row[name] for name in Passage.__slots__})


def _document(row: RowMapping) -> Document:
    return Document(**{name: row[name] for name in Document.__slots__})
