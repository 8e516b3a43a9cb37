"""Keeps the words of new passages in their rows in PostgreSQL: ordering thousands of matches reads the words of each.

PostgreSQL moves the widest columns of a wide row elsewhere, which were the words; now it moves others. What is stored
already stays as it is until its document changes.
"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    _store("MAIN")


def downgrade() -> None:
    _store("EXTENDED")


def _store(how: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE knowledge_passages ALTER COLUMN words SET STORAGE {how}")
