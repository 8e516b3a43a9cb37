"""Where what was made is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of the artifact store."""

    size_bytes: int
    at: float
    """When it was last put, in seconds since the epoch by the clock of whoever stores it."""


class ArtifactStore(Protocol):
    """Bytes by the hash of their content. All methods raise BackendUnavailable."""

    def put(self, data: bytes, extension: str) -> str:
        """Store, durable on return, and return the key. Raises StorageFull."""

    def get(self, key: str) -> bytes:
        """Raises ArtifactMissing when it is not there or does not hash to its key."""

    def names(self) -> Iterator[str]:
        """All that is stored, in any order: keys, and names of what killed writers left half written."""

    def stat(self, name: str) -> Stored | None:
        """None if it is not there."""

    def delete(self, name: str, before: float) -> bool:
        """Delete what was last put before `before` (epoch seconds); False if it is younger, or not there."""
