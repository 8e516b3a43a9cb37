"""The tables as the code sees them; the migrations make them.

Every question that is asked while jobs wait has an index that answers it without a scan. Columns that hold an owner
or a lease are null outside their state, which keeps those indices as small as the number of running jobs.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import BIT, TSVECTOR

metadata = MetaData()

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

saved_recipes = Table(
    "saved_recipes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("workspace", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Unique("workspace", "name", name="uq_saved_recipes_name"),
)
"""Recipes that people saved; they stay until somebody takes them away."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("event", String(16), nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("job_id", String(64), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("policy", String(128), nullable=False),
    Column("findings", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_audit_log_at", "at", "id"),
    Index("ix_audit_log_job", "job_id"),
    Index("ix_audit_log_texts", "at", sqlite_where=text("text <> ''"), postgresql_where=text("text <> ''")),
)
"""Triggers refuse every change but blanking `text`. It outlives its jobs, so it does not refer to them."""

provenance = Table(
    "provenance",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(64), nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("content", String(64), nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("band_0", Integer),
    Column("band_1", Integer),
    Column("band_2", Integer),
    Column("band_3", Integer),
    Column("at", Float, nullable=False),
    Index("ix_provenance_content", "content"),
    Index("ix_provenance_job", "job_id"),
    Index("ix_provenance_band_0", "band_0"),
    Index("ix_provenance_band_1", "band_1"),
    Index("ix_provenance_band_2", "band_2"),
    Index("ix_provenance_band_3", "band_3"),
)
"""What was made: hashes only. It outlives its job, so there is no foreign key. The bands are the fingerprint's 16-bit
quarters, null without one."""

usage = Table(
    "usage",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("requester", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("model", String(128), nullable=False),
    Column("backend", String(128), nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("images", Integer, nullable=False),
    Column("wait_s", Float, nullable=False),
    Column("run_s", Float, nullable=False),
    Column("cost_usd", Float),
    Index("ix_usage_at", "at"),
    Index("ix_usage_person", "workspace", "requester", "at"),
    Index("ix_usage_channel", "channel", "at"),
    Index("ix_usage_workspace", "workspace", "at"),
    Index("ix_usage_kind", "kind", "at"),
    Index(
        "ix_usage_cost", "at", sqlite_where=text("cost_usd IS NOT NULL"), postgresql_where=text("cost_usd IS NOT NULL")
    ),
)
"""What each job took, written when it was made: counted against limits and budgets. It may outlive its job.

An attempt that another followed has a row of its own, of state accepted.
"""

sent_replies = Table(
    "sent_replies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sent_id", String(64), nullable=False),
    Column("draft_id", String(64), nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("requester", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("draft", Text, nullable=False),
    Column("sent", Text, nullable=False),
    Column("distance", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Unique("sent_id", name="uq_sent_replies_sent"),
    Index("ix_sent_replies_draft", "draft_id"),
    Index("ix_sent_replies_at", "at"),
)
"""Drafts that were sent. Texts are "" once those of either job are gone; the row goes with either job."""

ratings = Table(
    "ratings",
    metadata,
    Column("job_id", String(64), primary_key=True),
    Column("requester", String(64), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("up", Boolean, nullable=False),
    Column("at", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_ratings_at", "at"),
)

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("scope", String(128), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("lang", String(16), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("learned", Boolean, nullable=False, server_default=false()),
    Index("ix_canned_replies_workspace", "workspace", "at"),
)
"""`learned`: the knowledge base has it."""

notices = Table(
    "notices",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("at", Float, nullable=False),
)
"""What was said once and is not to be said again, e.g. that a month's budget is nearly used up."""


SIGNATURE_BITS = 384
"""Of a vector, one bit for each number in it."""

knowledge_documents = Table(
    "knowledge_documents",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("source", Text, nullable=False),
    Column("scope", String(96), nullable=False),
    Column("version", String(12), nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("canned", Boolean, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("added_at", Float, nullable=False),
    Column("added_by", String(64), nullable=False),
)

knowledge_passages = Table(
    "knowledge_passages",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(16), nullable=False),
    Column("document", String(16), ForeignKey("knowledge_documents.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    Unique("id", name="uq_knowledge_passages_id"),
    Index("ix_knowledge_passages_document", "document", "position"),
)
"""`vector` is of float16, little-endian. `words` are searched by the table knowledge_words of SQLite, which triggers
keep, and by the index ix_knowledge_words of PostgreSQL: neither has a place here."""

knowledge_signatures = Table(
    "knowledge_signatures",
    metadata,
    Column(
        "number",
        Integer,
        ForeignKey("knowledge_passages.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("scope", String(96), nullable=False),
    Column("bits", LargeBinary().with_variant(BIT(SIGNATURE_BITS), "postgresql"), nullable=False),
)
"""The signs of each passage's vector, in a table so narrow that reading all of it takes milliseconds; and who may be
answered from it."""

knowledge_terms = Table(
    "knowledge_terms",
    metadata,
    Column("word", String(64), primary_key=True),
    Column("passages", Integer, nullable=False),
)
"""In how many passages a word stands. Two are no words: "" counts passages, " " all words in them."""

knowledge_aliases = Table(
    "knowledge_aliases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("alias", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scope", String(96), nullable=False),
    Column("document", String(16), nullable=False),
    Index("ix_knowledge_aliases_document", "document"),
)
"""`document` is "" where a person entered it: such a one stays when documents change."""
