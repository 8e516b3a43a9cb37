"""What every button of a job has in common: whose it is, where it stands, and who is told what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import OverLimit
from bot.front import Front
from bot.ports import Block
from bot.slack import payloads
from bot.slack.payloads import Click
from engine.domain.job import Job, Origin


@dataclass(frozen=True, slots=True)
class Aside:
    """What one person is told."""

    text: str
    blocks: Sequence[Block] = ()


Press = Callable[[Front, Click, Job, int, Origin], Awaitable[str | Aside]]
"""Does what a button says; what to tell the person who pressed it, or ""."""


def listener(
    front: Front, press: Press, home: Callable[[Job], str], *, guests: bool = True
) -> Callable[..., Awaitable[None]]:
    """`home` is the only channel that the job has such a button in; `guests` of another workspace may press it."""

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        click = payloads.click(body)
        job_id, variant = front.reader.button(click.value)
        job = await front.desk.find(job_id, click.workspace)
        before = job.origin.locale if job is not None and job.origin.user == click.user else ""
        locale = front.people.locale(click.user, before=before)
        origin = Origin(click.workspace, click.channel, click.user, click.thread, locale)
        if not guests and payloads.by_guest(body):
            answer: str | Aside = front.words.say(origin.locale, "error.guest")
        elif job is None or home(job) != click.channel:
            answer = front.words.say(origin.locale, "error.no_such_job")
        elif job.forgotten_at is not None:
            answer = front.words.say(origin.locale, "error.forgotten")
        else:
            try:
                answer = await press(front, click, job, variant, origin)
            except OverLimit as error:
                answer = front.words.denied(origin.locale, error.denial)
        told = answer if isinstance(answer, Aside) else Aside(answer)
        if told.text:
            front.whisper(payloads.aside(body, click), click.user, told.text, told.blocks)
        await ack()

    return pressed


def asked_in(job: Job) -> str:
    """The channel that the job was asked for in."""
    return job.origin.channel
