"""The tables of what people did with what was made: sent it, rated it, saved it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text, false
from sqlalchemy import UniqueConstraint as Unique

from engine.adapters.job_store.tables.base import metadata

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
