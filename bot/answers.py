"""Carries out what needs no earlier result; the same from a command, a message and a form."""

from __future__ import annotations

import asyncio

from bot.front import Front
from bot.wishes import Cancel, Generate, Help, Status, Usage, Wish
from engine.domain.job import Job, Origin

MOST_NAMED = 10
"""Of more canceled jobs only the number is told."""

CANCEL_S = 1.5
"""Longest that jobs are canceled for one command: its answer must be there in time."""


async def carry_out(front: Front, wish: Wish, key: str, origin: Origin) -> str:
    """What to tell the sender alone; "" where a message in the channel is the answer.

    Raises StoreUnavailable, and OverLimit.
    """
    match wish:
        case Generate(request):
            await front.desk.start(key, origin, request)
            return ""
        case Cancel(job_id):
            return await _cancel(front, job_id, origin)
        case Status():
            return front.words.status(origin.locale, await latest(front, origin))
        case Usage():
            return front.words.usage(origin.locale, await front.desk.used(origin))
        case Help(topic):
            return front.words.help(origin.locale, topic)
        case _:
            return front.words.say(origin.locale, "error.nothing_to_revise")


async def latest(front: Front, origin: Origin) -> list[tuple[Job, int]]:
    """A person's newest jobs, each with how many come before it. Raises StoreUnavailable."""
    jobs = await front.desk.recent(origin)
    places = [0 if job.state.finished else await front.desk.position(job) for job in jobs]
    return list(zip(jobs, places, strict=True))


async def cancel(front: Front, job: Job | None, origin: Origin) -> str:
    """Stop one job if it is this person's; what to tell them."""
    if job is None:
        return front.words.say(origin.locale, "error.no_such_job")
    if job.origin.user != origin.user:
        return front.words.say(origin.locale, "error.not_your_job")
    if job.state.finished or not await front.desk.cancel(job):
        return front.words.say(origin.locale, "error.already_finished", job=job.id)
    return front.words.say(origin.locale, "cancel.done", job=job.id)


async def _cancel(front: Front, job_id: str, origin: Origin) -> str:
    if job_id:
        return await cancel(front, await front.desk.find(job_id, origin.workspace), origin)
    jobs = await front.desk.unfinished(origin)
    loop = asyncio.get_running_loop()
    canceled, left, until = list[Job](), len(jobs), loop.time() + CANCEL_S
    for job in jobs:
        canceled += [job] if await front.desk.cancel(job) else []
        left -= 1
        if loop.time() >= until:
            break
    if left:
        return front.words.say(origin.locale, "cancel.some", count=len(canceled), left=left)
    if not canceled:
        return front.words.say(origin.locale, "cancel.nothing")
    if len(canceled) > MOST_NAMED:
        return front.words.say(origin.locale, "cancel.many", count=len(canceled))
    return front.words.canceled(origin.locale, canceled)
