"""Two plain searches over the same passages, to see what more than each alone is worth."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.domain.knowledge import Hit, Passage
from engine.evals.replies.figures import Search

if TYPE_CHECKING:
    from engine.ports import Vectors

Tokens = Callable[[str], Sequence[str]]
Embed = Callable[[Sequence[str]], "Vectors"]


def bm25(passages: Sequence[Passage], tokens: Tokens) -> Search:
    """Okapi BM25 as SQLite's FTS5 has it (sqlite.org/fts5.html#the_bm25_function), any word of the question enough."""
    index = sqlite3.connect(":memory:", check_same_thread=False)
    index.execute("CREATE VIRTUAL TABLE passage USING fts5(words)")
    rows = ((" ".join(tokens(_whole(passage))),) for passage in passages)
    index.executemany("INSERT INTO passage(words) VALUES (?)", rows)

    def search(question: str, most: int) -> list[Hit]:
        words = dict.fromkeys(tokens(question))
        query = " OR ".join(f'"{word}"' for word in words if '"' not in word)
        if not query:
            return []
        ranked = "SELECT rowid, bm25(passage) FROM passage WHERE passage MATCH ? ORDER BY 2 LIMIT ?"
        return [Hit(passages[row - 1], -score) for row, score in index.execute(ranked, (query, most))]

    return search


def embeddings(passages: Sequence[Passage], of_passages: Embed, of_questions: Embed) -> Search:
    """The passages whose vectors are nearest to the question's, by their cosine; vectors have length 1."""
    known = of_passages([_whole(passage) for passage in passages])

    def search(question: str, most: int) -> list[Hit]:
        cosines = known @ of_questions([question])[0]
        return [Hit(passages[place], float(cosines[place])) for place in (-cosines).argsort()[:most]]

    return search


def _whole(passage: Passage) -> str:
    """As a person sees it: under its headings."""
    return "\n".join(part for part in (passage.title, passage.heading, passage.text) if part)
