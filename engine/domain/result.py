"""What came out of a job: artifacts, or the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from engine.domain.knowledge import Citation, Lesson
from engine.domain.review import Decision, Hold, Outcome
from engine.domain.safety import Verdict

HELD_BACK = "held_back"
"""A notice: what was shown while it was made is gone until a reviewer decides."""
STARTING_IMAGE = "starting_image"
"""A notice: it was drawn from an image that a person gave."""
STARTING_IMAGE_REFUSED = "starting_image_refused"
"""A notice on a refusal: it is about the image that a person gave, not about words."""

TOO_MANY_ATTEMPTS = "too_many_attempts"
"""A failure's code: each attempt ended with its worker, or hung. An operator may look at it and start it again."""


class ArtifactKind(StrEnum):
    TEXT = "text"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A check that a text did not pass: a code for its reader's language, and what to say with it."""

    code: str
    params: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A text or an image that came out. Text stands in `text`; an image in the artifact store under `blob`."""

    kind: ArtifactKind
    index: int
    """0-based place among the job's variants."""
    seed: int
    text: str = ""
    blob: str = ""
    """Artifact store key: the SHA-256 of the bytes, hexadecimal, with the file's extension."""
    mimetype: str = "text/plain"
    width_px: int = 0
    height_px: int = 0
    unmarked: str = ""
    """Store key of the image without the visible mark, where one is drawn: what revisions start from. Never shown."""
    fingerprint: str = ""
    """What an image looks like (perceptual hash, 16 hexadecimal digits), for the record."""
    truncated: bool = False
    """The model stopped at its length limit, not at an end of its own."""
    shortfalls: tuple[Shortfall, ...] = ()
    """What its recipe or the team's voice asks for and it does not have, after it was mended as far as it could be."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What it took; `cost_usd` is None where nobody is paid."""

    model: str = ""
    backend: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    images: int = 0
    wait_s: float = 0.0
    run_s: float = 0.0
    cost_usd: float | None = None
    settings: dict[str, str | int | float | None] = field(default_factory=dict)
    """The effective parameters, defaults filled in: what "full parameters" shows."""


NOTHING_USED = Usage()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is nothing: an error's code and parameters; never a prompt, secret or traceback."""

    code: str
    params: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """A job's outcome: exactly one of artifacts, refusal and failure, or none when canceled.

    Of a held job it is what waits for a reviewer, with the reason in `hold`.
    """

    artifacts: tuple[Artifact, ...] = ()
    refusal: Verdict | None = None
    failure: Failure | None = None
    usage: Usage = field(default_factory=Usage)
    notices: tuple[str, ...] = ()
    """Codes of things the reader should know, e.g. "advice_medical", "redacted", "withdrawn"."""
    appealable: bool = False
    """Whoever asked may have a reviewer look at this refusal, once."""
    hold: Hold | None = None
    """Why a reviewer was asked; it stays when they have decided."""
    decision: Decision | None = None
    sources: tuple[Citation, ...] = ()
    """The passages that a draft was written from, by number."""
    lessons: tuple[Lesson, ...] = ()
    """What became of each file that was given to the knowledge base."""

    def decided(self, decision: Decision) -> Result:
        """A held result once somebody decided: only the reason stays of what was not approved.

        Nothing leads to its images any more: their bytes are deleted with the other files that no job names.
        """
        if decision.outcome is Outcome.APPROVED:
            notices = tuple(notice for notice in self.notices if notice != HELD_BACK)
            return replace(self, notices=notices, decision=decision)
        refusal = self.hold.verdict if self.hold and decision.outcome is not Outcome.CANCELED else None
        return Result(refusal=refusal, usage=self.usage, hold=self.hold, decision=decision)


@dataclass(frozen=True, slots=True)
class Progress:
    """The latest picture of a running job; each one replaces the one before."""

    texts: tuple[str, ...] = ()
    """Cleared text so far, one per variant."""
    step: int = 0
    steps: int = 0
    preview: str = ""
    """Artifact store key of a preview image that was cleared, or empty."""
    phase: str = "running"
    """One of "loading", "running", "checking"."""
