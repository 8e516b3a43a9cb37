"""Which of several variants somebody chose to go on with."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("picked", sa.Integer))


def downgrade() -> None:
    op.drop_column("jobs", "picked")
