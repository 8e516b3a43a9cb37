"""Whose turn it is: what waits or runs gets turn 0, which keeps the order in which it came."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("turn", sa.Integer))
    op.execute("UPDATE jobs SET turn = 0 WHERE state IN ('accepted', 'running')")
    op.drop_index("ix_jobs_place", "jobs")
    op.create_index("ix_jobs_turn", "jobs", ["kind", "state", "turn", "created_at", "id"])
    op.create_index("ix_jobs_turn_person", "jobs", ["workspace", "requester", "kind", "turn"])


def downgrade() -> None:
    op.drop_index("ix_jobs_turn_person", "jobs")
    op.drop_index("ix_jobs_turn", "jobs")
    op.create_index("ix_jobs_place", "jobs", ["kind", "state", "created_at", "id"])
    op.drop_column("jobs", "turn")
