"""Keeps the knowledge base in SQL. Import from here; the files inside are its parts."""

from engine.adapters.passage_store.store import SqlPassageStore

__all__ = ["SqlPassageStore"]
