"""The log of what the policy did not simply allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from engine.domain.audit import AuditEntry


class AuditLog(Protocol):
    """Who asked for what the policy did not simply allow, and who decided what; nothing in it changes.

    Entries come from the JobStore's methods, in the same transactions. Raises StoreUnavailable.
    """

    def audit_entries(self, since: float = 0.0, until: float = ...) -> Iterator[AuditEntry]:
        """Entries of [since, until), in seconds since the epoch, oldest first."""

    def forget_audit_texts(self, before: float) -> int:
        """Blank the texts of entries older than `before`; how many."""

    def forgettable_audit_texts(self, before: float) -> int:
        """How many that would be."""
