"""Puts a version of a document in place of the one before: what stayed the same is left as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.adapters.job_store.tables import knowledge_documents as documents
from engine.adapters.job_store.tables import knowledge_passages as passages
from engine.adapters.job_store.tables import knowledge_signatures as signatures
from engine.adapters.job_store.tables import knowledge_terms as terms
from engine.adapters.passage_store.words import counted, postgresql_words, sqlite_words, stored_words
from engine.domain.indexing import Indexed
from engine.domain.knowledge import Document
from engine.errors import PassagesGone

PASSAGES, WORDS, CHANGES = "", " ", "\t"
"""Of the table of terms, what counts no word."""
_MOST_WORD_LETTERS = 64
_BATCH = 5_000
"""Rows in one statement."""


def write(connection: Connection, document: Document, indexed: Sequence[Indexed], bits: Bits, counts: Changes) -> None:
    """`counts` gets by how much each word's count changes. Raises PassagesGone."""
    row = {name: getattr(document, name) for name in Document.__slots__}
    told = _insert(connection)(documents).values(row)
    connection.execute(told.on_conflict_do_update(index_elements=["id"], set_={**row}))
    of_this = passages.c.document == document.id
    known = set(connection.scalars(sa.select(passages.c.id).where(of_this)))
    drop(connection, of_this, known - {each.passage.id for each in indexed}, counts)
    for each in indexed:
        if each.passage.id in known:
            moved = sa.update(passages).where(passages.c.id == each.passage.id)
            connection.execute(moved.values(position=each.position))
    _add(connection, document, [each for each in indexed if each.passage.id not in known], bits, counts)


def drop(connection: Connection, of_this: sa.ColumnElement[bool], gone: set[str] | None, counts: Changes) -> None:
    """Delete these passages of a document, or all of them."""
    rows = connection.execute(sa.select(passages.c.id, passages.c.number, stored_words()).where(of_this)).all()
    rows = [row for row in rows if gone is None or row.id in gone]
    for row in rows:
        _count(counted(row.words), -1, counts)
    for batch in _batches([row.number for row in rows]):
        connection.execute(sa.delete(signatures).where(signatures.c.number.in_(batch)))
        connection.execute(sa.delete(passages).where(passages.c.number.in_(batch)))


def count(connection: Connection, counts: Changes) -> None:
    """Write the changes of words' counts, in one order whoever writes: nobody waits for each other.

    To be called at the end of whatever changes passages, which it counts, too.
    """
    changed = sorted([(CHANGES, 1), *((word, number) for word, number in counts.items() if number)])
    insert = _insert(connection)(terms)
    added = insert.on_conflict_do_update(
        index_elements=["word"], set_={"passages": terms.c.passages + insert.excluded.passages}
    )
    for batch in _batches(changed):
        connection.execute(added, [{"word": word, "passages": number} for word, number in batch])
    if any(number < 0 for _, number in changed):
        connection.execute(sa.delete(terms).where(terms.c.passages <= 0))


def _add(connection: Connection, document: Document, indexed: Sequence[Indexed], bits: Bits, counts: Changes) -> None:
    if not indexed:
        return
    if not all(each.vector and each.signature for each in indexed):
        raise PassagesGone("passages without vectors are not stored any more: the document was removed or replaced")
    written = postgresql_words if connection.dialect.name == "postgresql" else sqlite_words
    rows = [
        {
            "id": each.passage.id,
            "document": document.id,
            "position": each.position,
            "heading": each.passage.heading,
            "text": each.passage.text,
            "lang": each.passage.lang,
            "vector": each.vector,
            "words": written(each.words),
        }
        for each in indexed
    ]
    connection.execute(_new_passage(connection), rows)
    numbers = dict(
        connection.execute(sa.select(passages.c.id, passages.c.number).where(passages.c.document == document.id)).all()
    )
    signed = [
        {"number": numbers[each.passage.id], "scope": document.scope, "bits": bits(each.signature)} for each in indexed
    ]
    connection.execute(sa.insert(signatures), signed)
    for each in indexed:
        _count(Counter(each.words), 1, counts)


def _new_passage(connection: Connection) -> sa.Insert:
    if connection.dialect.name == "sqlite":
        return sa.insert(passages)
    return sa.insert(passages).values(words=sa.cast(sa.bindparam("words"), postgresql.TSVECTOR))


def _count(words: Mapping[str, int], by: int, counts: Changes) -> None:
    for word in words:
        counts[word[:_MOST_WORD_LETTERS]] += by
    counts[PASSAGES] += by
    counts[WORDS] += by * sum(words.values())


def _insert(connection: Connection) -> Callable[[sa.Table], Any]:
    """The dialect's, which knows what to do on a conflict."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def _batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


Bits = Callable[[bytes], bytes | str]
"""A signature as the database takes it."""
Changes = Counter[str]
