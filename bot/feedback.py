"""Use case: what an agent thinks of a draft is kept."""

from __future__ import annotations

from bot.front import Front
from engine.domain.job import Job, Origin
from engine.domain.replies import Rating


async def rate(front: Front, draft: Job, origin: Origin, *, up: bool, reason: str = "") -> str:
    """Keep a thumb, in place of an earlier one; what to tell the agent. Raises StoreUnavailable."""
    rating = Rating(draft.id, origin.workspace, origin.user, up, front.desk.clock(), reason)
    await front.desk.rate(rating)
    return front.words.say(origin.locale, "rate.thanks")
