"""When a job's texts were deleted, because the time to keep them was up."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("forgotten_at", sa.Float))
    kept = sa.text("forgotten_at IS NULL")
    op.create_index("ix_jobs_kept", "jobs", ["finished_at"], sqlite_where=kept, postgresql_where=kept)
    op.create_index("ix_jobs_finished", "jobs", ["finished_at"])


def downgrade() -> None:
    """What was deleted stays so; the version before shows an empty request."""
    op.drop_index("ix_jobs_finished", "jobs")
    op.drop_index("ix_jobs_kept", "jobs")
    op.drop_column("jobs", "forgotten_at")
