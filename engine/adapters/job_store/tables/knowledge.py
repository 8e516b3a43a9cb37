"""The tables of the knowledge base."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import BIT, TSVECTOR

from engine.adapters.job_store.tables.base import metadata

SIGNATURE_BITS = 384
"""Of a vector, one bit for each number in it."""

knowledge_documents = Table(
    "knowledge_documents",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("source", Text, nullable=False),
    Column("scope", String(96), nullable=False),
    Column("version", String(12), nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("canned", Boolean, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("added_at", Float, nullable=False),
    Column("added_by", String(64), nullable=False),
)

knowledge_passages = Table(
    "knowledge_passages",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(16), nullable=False),
    Column("document", String(16), ForeignKey("knowledge_documents.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    Unique("id", name="uq_knowledge_passages_id"),
    Index("ix_knowledge_passages_document", "document", "position"),
)
"""`vector` is of float16, little-endian. `words` are searched by the table knowledge_words of SQLite, which triggers
keep, and by the index ix_knowledge_words of PostgreSQL: neither has a place here."""

knowledge_signatures = Table(
    "knowledge_signatures",
    metadata,
    Column(
        "number",
        Integer,
        ForeignKey("knowledge_passages.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("scope", String(96), nullable=False),
    Column("bits", LargeBinary().with_variant(BIT(SIGNATURE_BITS), "postgresql"), nullable=False),
)
"""The signs of each passage's vector, in a table so narrow that reading all of it takes milliseconds; and who may be
answered from it."""

knowledge_terms = Table(
    "knowledge_terms",
    metadata,
    Column("word", String(64), primary_key=True),
    Column("passages", Integer, nullable=False),
)
"""In how many passages a word stands. Three are no words: "" counts passages, " " all words in them, and
a tab how often passages were changed."""

knowledge_aliases = Table(
    "knowledge_aliases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("alias", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scope", String(96), nullable=False),
    Column("document", String(16), nullable=False),
    Index("ix_knowledge_aliases_document", "document"),
)
"""`document` is "" where a person entered it: such a one stays when documents change."""
