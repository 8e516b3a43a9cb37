"""The tables as the code sees them; the migrations make them.

Every question that is asked while jobs wait has an index that answers it without a scan. Columns that hold an owner
or a lease are null outside their state, which keeps those indices as small as the number of running jobs.
"""

from __future__ import annotations

from engine.adapters.job_store.tables.base import metadata
from engine.adapters.job_store.tables.knowledge import (
    SIGNATURE_BITS,
    knowledge_aliases,
    knowledge_documents,
    knowledge_passages,
    knowledge_signatures,
    knowledge_terms,
)
from engine.adapters.job_store.tables.life import deliveries, job_events, job_rows, jobs
from engine.adapters.job_store.tables.records import audit_log, notices, provenance, usage
from engine.adapters.job_store.tables.saved import canned_replies, ratings, saved_recipes, sent_replies

__all__ = [
    "SIGNATURE_BITS",
    "audit_log",
    "canned_replies",
    "deliveries",
    "job_events",
    "job_rows",
    "jobs",
    "knowledge_aliases",
    "knowledge_documents",
    "knowledge_passages",
    "knowledge_signatures",
    "knowledge_terms",
    "metadata",
    "notices",
    "provenance",
    "ratings",
    "saved_recipes",
    "sent_replies",
    "usage",
]
