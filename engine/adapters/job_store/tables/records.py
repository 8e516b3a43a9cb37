"""The tables of what is remembered of jobs when they are gone: judged, made, used, and said."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text, text

from engine.adapters.job_store.tables.base import metadata

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

notices = Table(
    "notices",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("at", Float, nullable=False),
)
"""What was said once and is not to be said again, e.g. that a month's budget is nearly used up."""
