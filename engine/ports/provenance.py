"""What says that an AI made it, and what of it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.domain.provenance import Labelled, Making, Record


class Labeller(Protocol):
    """Puts onto what was made, and into its file, that an AI made it."""

    def label(self, data: bytes, making: Making) -> Labelled:
        """A PNG, JPEG or WebP with all its labels, in the same format. Raises LabelFailed: nothing goes without."""

    def preview(self, data: bytes, locale: str) -> bytes:
        """A glimpse of a picture with the visible mark, if the policy has it drawn. Raises LabelFailed."""

    def words(self, made_id: str) -> str:
        """The label as a text file carries it for machines; `made_id` is what it calls what was made."""


class ProvenanceRecord(Protocol):
    """All that was made, written down when a job finishes: what is asked when a label is lost.

    `workspace` "" means any. All methods raise StoreUnavailable.
    """

    def made(self, contents: Sequence[str], workspace: str) -> Record | None:
        """The first thing made with one of these contents: SHA-256 of a file, `domain.wording.digest` of a text."""

    def similar(self, fingerprint: str, most: int, workspace: str) -> tuple[Record, int] | None:
        """The picture that looks most like it, and in how many bits it differs, at most `most` (of 64, up to 7)."""

    def of_job(self, job_id: str, workspace: str) -> Record | None:
        """The first thing that a job made."""
