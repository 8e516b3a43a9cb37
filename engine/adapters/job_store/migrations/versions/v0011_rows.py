"""What came of each row of a table that a job works through."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "job_rows",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
        sa.UniqueConstraint("job_id", "row", name="uq_job_rows_row"),
    )


def downgrade() -> None:
    op.drop_table("job_rows")
