"""What takes away what jobs leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class RetentionStore(Protocol):
    """Takes away what jobs leave behind. All methods raise StoreUnavailable.

    A job is over when it and all of its root are finished and delivered; `before` is compared with the newest of them.
    """

    def forget(self, before: float) -> int:
        """Delete what people wrote and what was made from jobs that were over before `before`; how many jobs.

        Who asked when and where for which kind, what it took, and where its message stands, stay.
        """

    def forgettable(self, before: float) -> int:
        """How many that would be."""

    def remove(self, before: float) -> int:
        """Delete jobs that were over before `before`, with their events and deliveries; how many."""

    def removable(self, before: float) -> int:
        """How many that would be."""

    def clear_usage(self, before: float, counted_since: float) -> int:
        """Take people and channels out of the usage entries from before `before`; how many entries that concerned.

        Those from before `counted_since` too go altogether, which no budget counts any more.
        """

    def clearable_usage(self, before: float, counted_since: float) -> int:
        """How many that would be."""

    def named(self, ended_before: float | None = None) -> Iterator[str]:
        """Keys of all artifacts that jobs name, with repeats; without those of jobs that were over by then."""

    def has_drawn(self) -> bool:
        """Whether there is, or was, a job here that could name an artifact."""
