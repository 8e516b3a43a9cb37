"""Where a text or a picture came from: what goes onto its label, what is recorded, what is told of a file later."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.result import ArtifactKind

AIGC = "AIGC"
"""What the field is called that holds the label of GB 45438-2025: in a table, a column."""


@dataclass(frozen=True, slots=True)
class Making:
    """How one picture was made: what its labels say of it."""

    job_id: str
    index: int
    """0-based place among the job's variants."""
    locale: str
    """"en" or "zh": the words of the visible mark."""
    model: str = ""
    backend: str = ""
    prompt: str = ""
    """What the model was told."""
    sources: tuple[bytes, ...] = ()
    """The pictures that it started from, as PNG, JPEG or WebP files with what labels they have."""

    @property
    def id(self) -> str:
        """What the labels call it: unique among all that this installation makes."""
        return f"{self.job_id}-{self.index}"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture with its labels."""

    data: bytes
    marked: bool
    """The visible mark is drawn on it: what starts from it later had better start from the picture without."""
    fingerprint: str
    """What it looks like: 16 hexadecimal digits, or "" where that would say nothing."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the record of all that was made."""

    job_id: str
    workspace: str
    kind: ArtifactKind
    content: str
    """SHA-256, hexadecimal: of a picture's file, or of a text as `domain.wording.digest` has it."""
    fingerprint: str
    at: float
    """Seconds since the epoch, UTC."""


class Standing(StrEnum):
    """Where something came from, as far as its labels and the record can tell."""

    OURS = "ours"
    """It is what a job made, unchanged."""
    ALTERED = "altered"
    """A job made it, or something that looks like it; it was changed since."""
    LABELLED = "labelled"
    """Its label says that an AI made it; not one of ours, or one that nothing is known of here."""
    UNKNOWN = "unknown"
    """Neither label nor record."""


class Seal(StrEnum):
    """What became of the Content Credentials (C2PA) in a file."""

    NONE = "none"
    WHOLE = "whole"
    """Nothing was changed since it was signed."""
    BROKEN = "broken"
    """The file was changed after it was signed, or the signature is wrong."""
    UNREAD = "unread"
    """There are some, which cannot be read here."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What is written in a file about where it came from; nothing of it is proof but a seal of our own."""

    producer: str = ""
    """Who made it, by the China label (GB 45438-2025)."""
    produce_id: str = ""
    """What they call it."""
    seal: Seal = Seal.NONE
    sealed_here: bool = False
    """Signed with this installation's certificate; true of a broken seal, too, if it was ours."""
    sealed_id: str = ""
    """What our own seal calls it."""
    signer: str = ""
    """Whose certificate signed it."""
    generator: str = ""
    """The program that made it, by the Content Credentials."""
    by_ai: bool = False
    """One of them says that an AI made it."""

    @property
    def job_id(self) -> str:
        """The job that our own seal names, or else the one that the label would be of if it were ours; "" for none."""
        return (self.sealed_id or self.produce_id).rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Examined:
    """What can be told of a text or a picture."""

    standing: Standing
    record: Record | None = None
    """The job that made it, or whose work it was."""
    labels: Labels = Labels()
    by_label: bool = False
    """Only its label names that job: it neither is nor looks like what the job made."""
