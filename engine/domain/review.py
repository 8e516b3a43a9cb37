"""Review by people: who decides, what waits for them, and what they decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.domain.safety import Action, Category, Verdict


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Who decides on held results, where they are asked, and for how long."""

    channel: str
    """Where held results are shown to reviewers."""
    reviewers: tuple[str, ...]
    """User ids: nobody else may decide."""
    expire_after_s: float
    """A result that nobody decided on is refused after so long."""
    self_approval: bool = False
    """Whether reviewers may decide on what they asked for themselves."""
    lang: str = ""
    """"en" or "zh": the language to ask in; "" for that of whoever asked."""

    def may_decide(self, user: str, requester: str) -> bool:
        return user in self.reviewers and (self.self_approval or user != requester)


@dataclass(frozen=True, slots=True)
class Oversight:
    """The part of the policy that is about people: who reviews where, and how long what they wrote is kept."""

    default: ReviewRules | None = None
    workspaces: Mapping[str, ReviewRules] = field(default_factory=dict)
    keep_texts_s: float = 0.0
    """0: the audit log never holds a text."""
    contents_s: float | None = None
    """How long a finished request keeps what was asked and what was made; None: for good."""
    requests_s: float | None = None
    """How long anything of it is kept; None: for good."""

    def review(self, workspace: str) -> ReviewRules | None:
        """None where nobody reviews: what would be held there is refused."""
        return self.workspaces.get(workspace, self.default)


UNREVIEWED = Oversight()
"""Nobody reviews anywhere, and no text is kept."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a result waits for a reviewer, where they are asked, and until when (epoch seconds)."""

    verdicts: tuple[Verdict, ...]
    """Of the prompt and of what came out: those that ask for a review."""
    channel: str
    expires_at: float
    lang: str = ""

    @property
    def verdict(self) -> Verdict:
        """The first: what its requester is told."""
        return self.verdicts[0]


class Outcome(StrEnum):
    """What became of a held result."""

    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Decision:
    """The end of a review."""

    outcome: Outcome
    by: str
    """A user's id; "operator:NAME" at a terminal; "" where time ran out."""
    at: float
    reason: str = ""


NEVER_HELD = frozenset({Category.SEXUAL_MINORS})
"""Refused for good: no reviewer is asked, and no appeal is heard."""


def may_be_held(verdict: Verdict) -> bool:
    """Whether the verdict asks for a reviewer, and may."""
    return verdict.action is Action.REVIEW and not any(f.category in NEVER_HELD for f in verdict.findings)


def may_be_appealed(verdict: Verdict) -> bool:
    """Whether a reviewer could see it otherwise; a check that did not answer has nothing to be seen otherwise."""
    found = {finding.category for finding in verdict.findings}
    return verdict.action is Action.REFUSE and not found & (NEVER_HELD | {Category.UNCHECKED})
