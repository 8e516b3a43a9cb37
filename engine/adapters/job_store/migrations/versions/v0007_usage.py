"""What each job took, to be counted. Nothing is written for jobs that were made before."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_COST = sa.text("cost_usd IS NOT NULL")


def upgrade() -> None:
    op.add_column("jobs", sa.Column("images", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "notices", sa.Column("name", sa.String(128), primary_key=True), sa.Column("at", sa.Float, nullable=False)
    )
    op.create_table(
        "usage",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("requester", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("model", sa.String(128), nullable=False),
        sa.Column("backend", sa.String(128), nullable=False),
        sa.Column("prompt_tokens", sa.Integer, nullable=False),
        sa.Column("completion_tokens", sa.Integer, nullable=False),
        sa.Column("images", sa.Integer, nullable=False),
        sa.Column("wait_s", sa.Float, nullable=False),
        sa.Column("run_s", sa.Float, nullable=False),
        sa.Column("cost_usd", sa.Float),
    )
    op.create_index("ix_usage_at", "usage", ["at"])
    op.create_index("ix_usage_person", "usage", ["workspace", "requester", "at"])
    op.create_index("ix_usage_channel", "usage", ["channel", "at"])
    op.create_index("ix_usage_workspace", "usage", ["workspace", "at"])
    op.create_index("ix_usage_kind", "usage", ["kind", "at"])
    op.create_index("ix_usage_cost", "usage", ["at"], sqlite_where=_COST, postgresql_where=_COST)


def downgrade() -> None:
    op.drop_table("usage")
    op.drop_table("notices")
    op.drop_column("jobs", "images")
