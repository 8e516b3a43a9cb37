"""What a person asked for: a text or a picture, new or as a revision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.work import Work

MAX_PROMPT_CHARS = 8_000
"""Longest brief, prompt or instruction accepted, in characters."""


class Kind(StrEnum):
    COPY = "copy"
    DRAW = "draw"


class Length(StrEnum):
    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class RevisionMode(StrEnum):
    EDIT = "edit"
    """Follow an instruction: "shorter", "make it blue"."""
    AGAIN = "again"
    """The same request with a new seed."""
    VARY = "vary"
    """The same prompt, a near image: start from the earlier one."""


@dataclass(frozen=True, slots=True)
class CopyParams:
    """How to write. None means: the model's default."""

    tone: str | None = None
    lang: str | None = None
    """BCP 47 tag of the answer's language, e.g. "en", "zh"; None follows the brief."""
    length: Length = Length.MEDIUM
    n: int = 1
    model: str | None = None
    seed: int = 0
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class DrawParams:
    """How to draw. None means: the model's default."""

    width_px: int | None = None
    height_px: int | None = None
    n: int = 1
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    negative: str | None = None
    style: str | None = None
    model: str | None = None
    init_image: str | None = None
    """Artifact store key of an image that the person gave to start from, its bytes as they came; revisions keep it."""


Params = CopyParams | DrawParams


@dataclass(frozen=True, slots=True)
class Revision:
    """A change to an earlier job, whose id is `parent_id`."""

    parent_id: str
    mode: RevisionMode = RevisionMode.EDIT
    instruction: str = ""
    variant: int = 0
    """Which of the parent's artifacts to start from, 0-based."""
    own_image: bool = False
    """It came with an image of its own, `DrawParams.init_image`, and starts from that, not from the parent's."""


@dataclass(frozen=True, slots=True)
class Request:
    """One wish. For a revision `prompt` and `params` are the parent's, carried over when it was submitted."""

    kind: Kind
    prompt: str
    params: Params
    revision: Revision | None = None
    appeal_of: str = ""
    """The id of the refused job that this asks the reviewers about; a refusal then becomes their decision."""
    work: Work | None = None
    """More than to write or draw what `prompt` says; a revision keeps it."""
