"""Carries out what reviewers and those who appeal do; each function gives what to tell the person who did it."""

from __future__ import annotations

from bot.front import Front
from bot.links import LIFE_S
from engine.domain.job import Job, Origin, State
from engine.domain.review import Decision, Outcome


def objection(front: Front, job: Job, origin: Origin) -> str:
    """Why this person may not decide on this job now, or ""."""
    rules = front.oversight.review(job.origin.workspace)
    if rules is None or origin.user not in rules.reviewers:
        return front.words.say(origin.locale, "review.not_reviewer")
    if not rules.may_decide(origin.user, job.origin.user):
        return front.words.say(origin.locale, "review.own")
    return "" if job.state is State.HELD else _too_late(front, job, origin)


async def decide(front: Front, job: Job, origin: Origin, outcome: Outcome, reason: str = "") -> str:
    """The first decision counts; whoever comes second is told of it. Raises StoreUnavailable."""
    if said := objection(front, job, origin):
        return said
    decision = Decision(outcome, origin.user, front.desk.clock(), reason)
    decided = await front.desk.decide(job, decision) or job
    mine = decided.result is not None and decided.result.decision == decision
    return "" if mine else _too_late(front, decided, origin)


def image_link(front: Front, job: Job, origin: Origin, number: int) -> str:
    """How this reviewer can look at an image that is not in Slack."""
    if said := objection(front, job, origin):
        return said
    url = front.links.make(job.id, number, origin.user)
    if not url:
        return front.words.say(origin.locale, "review.no_link", job=job.id)
    return front.words.say(origin.locale, "review.link", url=url, number=number + 1, minutes=LIFE_S // 60)


async def appeal(front: Front, job: Job, origin: Origin) -> str:
    """Ask the reviewers about a refusal, once: a new job, whose refusal is theirs. Raises StoreUnavailable."""
    if job.origin.user != origin.user:
        return front.words.say(origin.locale, "appeal.not_yours")
    reviewed = front.oversight.review(job.origin.workspace) is not None
    if not (reviewed and job.result is not None and job.result.appealable):
        return front.words.say(origin.locale, "appeal.not_possible")
    first = await front.desk.appeal(job, origin)
    return "" if first else front.words.say(origin.locale, "appeal.already")


def _too_late(front: Front, job: Job, origin: Origin) -> str:
    decision = job.result.decision if job.result else None
    if decision is None:
        return front.words.say(origin.locale, "review.not_waiting")
    return front.words.decided(origin.locale, decision)
