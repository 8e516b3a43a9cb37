"""The trace that a job belongs to, from the request that made it on."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("trace", sa.String(64)))


def downgrade() -> None:
    op.drop_column("jobs", "trace")
