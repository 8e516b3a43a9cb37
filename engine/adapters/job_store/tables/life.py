"""The tables of jobs: where each stands, what happened to it, and where it was shown."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text
from sqlalchemy import UniqueConstraint as Unique

from engine.adapters.job_store.tables.base import metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("dedupe_key", String(255), nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("requester", String(64), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("request", Text, nullable=False),
    Column("root_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("owner", String(128)),
    Column("lease_until", Float),
    Column("created_at", Float, nullable=False),
    Column("queued_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("result", Text),
    Column("delivered", Boolean, nullable=False),
    Column("review_until", Float),
    Column("trace", String(64)),
    Column("turn", Integer),
    Column("forgotten_at", Float),
    Column("images", Integer, nullable=False, server_default="0"),
    Column("picked", Integer),
    Unique("dedupe_key", name="uq_jobs_dedupe_key"),
    Unique("root_id", "version", name="uq_jobs_root_version"),
    Index("ix_jobs_turn", "kind", "state", "turn", "created_at", "id"),
    Index("ix_jobs_turn_person", "workspace", "requester", "kind", "turn"),
    Index("ix_jobs_queued", "kind", "state", "queued_at"),
    Index("ix_jobs_owner", "owner"),
    Index("ix_jobs_lease", "lease_until"),
    Index("ix_jobs_review", "review_until"),
    Index("ix_jobs_delivered", "delivered", "finished_at"),
    Index(
        "ix_jobs_kept",
        "finished_at",
        sqlite_where=text("forgotten_at IS NULL"),
        postgresql_where=text("forgotten_at IS NULL"),
    ),
    Index("ix_jobs_finished", "finished_at"),
    Index("ix_jobs_person", "workspace", "requester", "created_at"),
    Index("ix_jobs_thread", "channel", "thread"),
)
"""`queued_at`: when its id was last due in the queue, for generation or, once finished, for delivery.

That is in the future where the broker was asked to hold it back for a while, or a delivery was tried: then, should it
have failed, that is the earliest for the next one. `review_until` is null but for held ones,
`turn` but for those that wait or run. `images` is how many it was asked for.
`forgotten_at`: when `request` and `result` lost all that people wrote and models made.
"""

job_events = Table(
    "job_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("at", Float, nullable=False),
    Column("name", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_job_events_job", "job_id", "id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("audience", String(16), primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    Column("files", Text, nullable=False),
    Column("shown", String(128), nullable=False),
    Column("done", Boolean, nullable=False),
    Column("lock_owner", String(128)),
    Column("lock_until", Float),
    Column("again", Boolean, nullable=False),
    Index("ix_deliveries_thread", "channel", "thread"),
)
"""`again`: someone wanted the lock while it was held, so its holder has more to do."""

job_rows = Table(
    "job_rows",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("made", Text, nullable=False),
    Unique("job_id", "row", name="uq_job_rows_row"),
)
"""What came of each row of a table that a job works through; it goes when the job's texts go."""
