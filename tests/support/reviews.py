"""Held results for tests, with what a test does not care about filled in."""

from __future__ import annotations

from engine.domain.result import Artifact, ArtifactKind, Result, Usage
from engine.domain.review import Decision, Hold, Outcome, ReviewRules
from engine.domain.safety import Action, Category, Finding, Stage, Verdict

CHANNEL = "C9REVIEW"
REVIEWER = "U9"
RULES = ReviewRules(CHANNEL, (REVIEWER, "U8"), 3600.0)


def verdict(
    action: Action = Action.REVIEW, category: Category = Category.COMPANY_RULE, stage: Stage = Stage.OUTPUT
) -> Verdict:
    return Verdict(action, stage, "acme@3", (Finding(category, 0.9, action, "company", "claims"),))


def looked_at(*topics: str) -> Hold:
    """A reply waits for a second pair of eyes because of what it is about."""
    found = tuple(Finding(Category.FOUR_EYES, 1.0, Action.REVIEW, "replies", topic) for topic in topics)
    return Hold((Verdict(Action.REVIEW, Stage.OUTPUT, "acme@3", found),), CHANNEL, 1e9)


def held(*artifacts: Artifact, expires_at: float = 5000.0, lang: str = "") -> Result:
    """A text that waits for a reviewer, unless `artifacts` say otherwise."""
    made = artifacts or (Artifact(ArtifactKind.TEXT, 0, 7, "A guaranteed cure."),)
    return Result(made, usage=Usage(model="m"), hold=Hold((verdict(),), CHANNEL, expires_at, lang))


def decision(outcome: Outcome = Outcome.APPROVED, by: str = REVIEWER, at: float = 2000.0, reason: str = "") -> Decision:
    return Decision(outcome, by, at, reason)
