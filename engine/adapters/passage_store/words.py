"""Finds passages by their words: FTS5 in SQLite, tsvector in PostgreSQL. Words come ready, neither parses a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.adapters.job_store.tables import knowledge_passages as passages

_MOST_POSITIONS = 255
"""Of a word that PostgreSQL keeps (postgresql.org/docs/current/textsearch-limitations.html)."""


def sqlite_words(words: Sequence[str]) -> str:
    return " ".join(words)


def postgresql_words(words: Sequence[str]) -> str:
    """A literal of type tsvector, with a place for each repeat."""
    counted = Counter(words).items()
    return " ".join(
        f"{_quoted(word)}:{','.join(map(str, range(1, min(n, _MOST_POSITIONS) + 1)))}" for word, n in counted
    )


def counted(stored: str) -> dict[str, int]:
    """How often each word stands in what either database keeps; no word has a space in it."""
    if stored.startswith("'"):
        lexemes = (lexeme.rpartition(":") for lexeme in stored.split(" "))
        return {word[1:-1].replace("''", "'"): places.count(",") + 1 for word, _, places in lexemes}
    return Counter(stored.split())


def stored_words() -> sa.Label[str]:
    """The column `words` as a text, whatever type it has."""
    return sa.cast(passages.c.words, sa.Text).label("words")


def matching(connection: Connection, words: Sequence[str], scopes: Sequence[str], most: int) -> tuple[int, ...]:
    """Numbers of passages with any of these words, best first."""
    if connection.dialect.name == "sqlite":
        statement, query = _SQLITE, " OR ".join(f'"{word}"' for word in words)
    else:
        statement, query = _POSTGRESQL, " | ".join(map(_quoted, words))
    return tuple(connection.scalars(statement, {"query": query, "scopes": list(scopes), "most": most}))


_SQLITE = sa.text(
    "SELECT s.number FROM knowledge_words CROSS JOIN knowledge_signatures s ON s.number = knowledge_words.rowid "
    "WHERE knowledge_words MATCH :query AND s.scope IN :scopes ORDER BY knowledge_words.rank LIMIT :most"
).bindparams(sa.bindparam("scopes", expanding=True))
"""CROSS JOIN has SQLite begin with the words."""

_POSTGRESQL = sa.text(
    "SELECT p.number FROM knowledge_passages p JOIN knowledge_documents d ON d.id = p.document "
    "WHERE p.words @@ CAST(:query AS tsquery) AND d.scope = ANY(:scopes) "
    "ORDER BY ts_rank(p.words, CAST(:query AS tsquery), 1) DESC, p.number LIMIT :most"
)
"""There are fewer documents than signatures to join."""


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
