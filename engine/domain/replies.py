"""What became of drafts: what was sent instead, what people thought of it, and which answers they keep."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.request import Request
from engine.domain.work import Drafting


def prompt_of(request: Request) -> str:
    """What a draft answers: the thread, and what the agent added; "" where the request drafts nothing."""
    work = request.work
    if not isinstance(work, Drafting):
        return ""
    lines = [f"{'Agent' if message.by_agent else 'Customer'}: {message.text}" for message in work.messages]
    return "\n".join([*lines, *([f"Note: {request.prompt}"] if request.prompt else [])])


@dataclass(frozen=True, slots=True)
class SentReply:
    """A draft that was sent; its texts are "" once their time is up."""

    sent_id: str
    """The job that sent it."""
    draft_id: str
    workspace: str
    channel: str
    """The customer's."""
    user: str
    at: float
    """When it was sent or, where a reviewer had to approve it, approved: seconds since the epoch."""
    prompt: str
    """The thread that it answers, and what the agent added."""
    draft: str
    """As it was drafted, without the numbers of its sources."""
    sent: str
    """Without those numbers, too, where the agent kept them."""
    distance: int
    """Characters to insert, delete or replace between the two (Levenshtein)."""
    reason: str
    """Why the agent changed it, if they said so."""

    @property
    def unchanged(self) -> bool:
        return self.distance == 0


@dataclass(frozen=True, slots=True)
class Rating:
    """A person's thumb up or down for what a job made; the last one counts."""

    job_id: str
    workspace: str
    user: str
    up: bool
    at: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CannedReply:
    """An answer that an agent keeps, to be found by the next who is asked the same."""

    id: str
    workspace: str
    scope: str
    """Who may be answered from it, as in `engine.domain.knowledge`."""
    question: str
    answer: str
    lang: str
    """BCP 47 tag, "en" or "zh"; "" where nobody can tell."""
    created_by: str
    at: float


@dataclass(frozen=True, slots=True)
class ReplyStats:
    """How good drafts were, over some time."""

    sent: int = 0
    unchanged: int = 0
    """Of those, sent as they were drafted."""
    median_distance: float | None = None
    """Characters that an agent changed, at the median; None of none."""
    up: int = 0
    down: int = 0

    @property
    def share_unchanged(self) -> float | None:
        return self.unchanged / self.sent if self.sent else None
