"""Documents, their passages, and what those are found by: their words and the signs of their vectors."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BIT, TSVECTOR

revision = "0009"
down_revision = "0008"

_FTS5 = (
    "CREATE VIRTUAL TABLE knowledge_words USING fts5(words, content='knowledge_passages', content_rowid='number', "
    "tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER knowledge_words_added AFTER INSERT ON knowledge_passages BEGIN "
    "INSERT INTO knowledge_words(rowid, words) VALUES (new.number, new.words); END",
    "CREATE TRIGGER knowledge_words_removed AFTER DELETE ON knowledge_passages BEGIN "
    "INSERT INTO knowledge_words(knowledge_words, rowid, words) VALUES ('delete', old.number, old.words); END",
    "CREATE TRIGGER knowledge_words_changed AFTER UPDATE OF words ON knowledge_passages BEGIN "
    "INSERT INTO knowledge_words(knowledge_words, rowid, words) VALUES ('delete', old.number, old.words); "
    "INSERT INTO knowledge_words(rowid, words) VALUES (new.number, new.words); END",
)
"""An external content table, sqlite.org/fts5.html section 4.4.3."""


def upgrade() -> None:
    op.create_table(
        "knowledge_documents",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("scope", sa.String(96), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("canned", sa.Boolean, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
    )
    _passages()
    op.create_table(
        "knowledge_terms",
        sa.Column("word", sa.String(64), primary_key=True),
        sa.Column("passages", sa.Integer, nullable=False),
    )
    op.create_table(
        "knowledge_aliases",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("alias", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope", sa.String(96), nullable=False),
        sa.Column("document", sa.String(16), nullable=False),
    )
    op.create_index("ix_knowledge_aliases_document", "knowledge_aliases", ["document"])


def _passages() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "knowledge_passages",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column(
            "document", sa.String(16), sa.ForeignKey("knowledge_documents.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("words", TSVECTOR if postgresql else sa.Text, nullable=False),
        sa.UniqueConstraint("id", name="uq_knowledge_passages_id"),
    )
    op.create_index("ix_knowledge_passages_document", "knowledge_passages", ["document", "position"])
    op.create_table(
        "knowledge_signatures",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("knowledge_passages.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("scope", sa.String(96), nullable=False),
        sa.Column("bits", BIT(384) if postgresql else sa.LargeBinary, nullable=False),
    )
    if postgresql:
        op.create_index("ix_knowledge_words", "knowledge_passages", ["words"], postgresql_using="gin")
    else:
        for statement in _FTS5:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER knowledge_words_{name}")
        op.drop_table("knowledge_words")
    for name in ("aliases", "terms", "signatures", "passages", "documents"):
        op.drop_table(f"knowledge_{name}")
