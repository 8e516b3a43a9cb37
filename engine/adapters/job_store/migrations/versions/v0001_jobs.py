"""Jobs, their events and their deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _jobs()
    _events()
    _deliveries()


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("job_events")
    op.drop_table("jobs")


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("dedupe_key", sa.String(255), nullable=False),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("requester", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("root_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("owner", sa.String(128)),
        sa.Column("lease_until", sa.Float),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("queued_at", sa.Float, nullable=False),
        sa.Column("started_at", sa.Float),
        sa.Column("finished_at", sa.Float),
        sa.Column("result", sa.Text),
        sa.Column("delivered", sa.Boolean, nullable=False),
        sa.UniqueConstraint("dedupe_key", name="uq_jobs_dedupe_key"),
        sa.UniqueConstraint("root_id", "version", name="uq_jobs_root_version"),
    )
    op.create_index("ix_jobs_place", "jobs", ["kind", "state", "created_at", "id"])
    op.create_index("ix_jobs_queued", "jobs", ["kind", "state", "queued_at"])
    op.create_index("ix_jobs_owner", "jobs", ["owner"])
    op.create_index("ix_jobs_lease", "jobs", ["lease_until"])
    op.create_index("ix_jobs_delivered", "jobs", ["delivered", "finished_at"])
    op.create_index("ix_jobs_person", "jobs", ["workspace", "requester", "created_at"])
    op.create_index("ix_jobs_thread", "jobs", ["channel", "thread"])


def _events() -> None:
    op.create_table(
        "job_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_job_events_job", "job_events", ["job_id", "id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("shown", sa.String(128), nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("lock_owner", sa.String(128)),
        sa.Column("lock_until", sa.Float),
        sa.Column("again", sa.Boolean, nullable=False),
    )
    op.create_index("ix_deliveries_thread", "deliveries", ["channel", "thread"])
