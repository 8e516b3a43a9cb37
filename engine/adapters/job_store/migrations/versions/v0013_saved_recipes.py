"""Recipes that people saved from a thread that went well.

Searches of the knowledge base came between the schema before and this one. On the way down they are deleted: a version
that does not know such work cannot read the jobs. Nothing follows from a search, whoever wants one can ask again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "saved_recipes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.UniqueConstraint("workspace", "name", name="uq_saved_recipes_name"),
    )


def downgrade() -> None:
    op.execute("""DELETE FROM jobs WHERE request LIKE '%"type": "looking"%'""")
    op.drop_table("saved_recipes")
