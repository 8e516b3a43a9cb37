"""Use case: an agent has a reply drafted, or a thread summed up, and sends what they made of it.

The draft is a job whose message stands in the agent's direct messages with the app: nobody else sees it. Where they
asked they are told, alone, where to find it. Nothing is fetched before the acknowledgement, so a process that dies in
between loses a press of a button, and nothing that anybody wrote.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot.customers import Asking, Unreadable, latest_question, said
from bot.errors import ChannelUnreachable, DeliveryError, MessageGone, OverLimit
from bot.front import Front
from bot.locales import language_of
from bot.submit import job_id, new_seed
from engine.domain.citing import unmarked
from engine.domain.job import Job, Origin, State
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.work import Drafting, Purpose, Sending
from engine.errors import EngineError

log = logging.getLogger(__name__)

_MOST_TRIES = 20
"""So often a draft can be sent again that was not let through."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an agent wants made of what a customer wrote."""

    key: str
    """The same however often Slack tells of it."""
    purpose: Purpose
    channel: str
    thread: str = ""
    """"" for the latest question at the top of the channel."""
    message: str = ""
    """The message that they pointed at; "" for the thread."""
    note: str = ""
    """What the agent adds for the model to heed."""
    leave_out: str = ""
    """The message that asked for it."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an agent made of a draft."""

    text: str
    reason: str = ""
    """What they changed and why, if they say so."""
    marked: bool = False
    """The numbers of its sources stay in it."""


async def draft(front: Front, wanted: Wanted, asker: Origin) -> str:
    """Start it; what to tell the agent where they asked, and nobody else."""
    say, asker = front.words.say, replace(asker, locale=await front.people.sure(asker.user, wanted.note))
    try:
        work, direct = await _read(front, wanted, asker)
        origin = Origin(asker.workspace, direct, asker.user, "", asker.locale)
        await front.desk.start(
            wanted.key, origin, Request(Kind.COPY, wanted.note, CopyParams(seed=new_seed()), work=work)
        )
    except Unreadable as error:
        return say(asker.locale, error.key)
    except OverLimit as error:
        return front.words.denied(asker.locale, error.denial)
    except ChannelUnreachable as error:
        log.info("a thread cannot be read: %s", error)
        return say(asker.locale, "reply.not_in_channel")
    except MessageGone:
        return say(asker.locale, "reply.gone")
    except (DeliveryError, EngineError) as error:
        log.warning("a thread cannot be read: %s: %s", type(error).__name__, error)
        return say(asker.locale, "error.try_again")
    return say(asker.locale, f"reply.begun.{wanted.purpose.value}", link=_beside(work.link, direct))


async def _read(front: Front, wanted: Wanted, asker: Origin) -> tuple[Drafting, str]:
    """What is to be answered, and the agent's direct messages. Raises Unreadable and DeliveryError."""
    thread, message = wanted.thread, wanted.message
    if not thread:
        asked = latest_question(await front.threads.latest(wanted.channel), asker.user)
        thread, message = asked.thread or asked.ts, asked.ts
    asking = Asking(asker.user, asker.workspace, message, wanted.leave_out)
    messages = await front.threads.replies(wanted.channel, thread)
    lines = said(messages, asking, up_to_question=wanted.purpose is Purpose.REPLY)
    link = await front.threads.link(wanted.channel, message or thread)
    return Drafting(wanted.purpose, lines, wanted.channel, thread, link), await front.threads.direct(asker.user)


def _beside(link: str, channel: str) -> str:
    """The address of another channel of the same workspace: a message's is .../archives/<channel>/p<timestamp>."""
    return f"{link.partition('/archives/')[0]}/archives/{channel}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a draft so far."""

    key: str
    """Of the next try to send it."""
    job: Job | None = None
    """What sends it, if it was sent, is on its way or waits for a reviewer."""
    before: Job | None = None
    """The last try that was not let through."""


async def sending(front: Front, draft: Job) -> Sent:
    """A draft is sent once. Raises StoreUnavailable.

    What was refused, failed or was taken back is not sent, nor what the customer's channel did not take: then the next
    number is tried.
    """
    before = None
    for number in range(_MOST_TRIES):
        key = f"send:{draft.id}:{number}"
        job = await front.desk.find(job_id(key), draft.origin.workspace)
        if job is None:
            return Sent(key, before=before)
        if job.state not in (State.REFUSED, State.FAILED, State.CANCELED) and not await front.desk.unseen(job):
            return Sent(key, job)
        before = job
    return Sent(f"send:{draft.id}:{_MOST_TRIES}", before=before)


async def take_back(front: Front, draft: Job, locale: str) -> str:
    """Stop a reply that waits; what to tell its agent. Raises StoreUnavailable."""
    sent = (await sending(front, draft)).job
    if sent is not None and await front.desk.cancel(sent):
        return front.words.say(locale, "send.taken_back", channel=f"<#{sent.origin.channel}>")
    sent = (await sending(front, draft)).job  # a reviewer may have decided meanwhile
    return already(front, locale, sent) if sent is not None else front.words.say(locale, "send.taken_back.nothing")


def already(front: Front, locale: str, sent: Job) -> str:
    """That a draft is sent, or under way."""
    state = sent.state.value if sent.state in (State.SUCCEEDED, State.HELD) else "going"
    return front.words.say(locale, f"send.already.{state}", channel=f"<#{sent.origin.channel}>")


async def send(front: Front, draft: Job, edited: Edited, locale: str) -> str:
    """Have the reply sent to the customer's thread, once; what stands in the way, or "".

    Raises StoreUnavailable and OverLimit.
    """
    work = draft.request.work
    if not isinstance(work, Drafting):
        return front.words.say(locale, "error.forgotten")
    numbers = [citation.number for citation in (draft.result.sources if draft.result else ())]
    text = edited.text if edited.marked else unmarked(edited.text, numbers).strip()
    if not text:
        return front.words.say(locale, "form.missing")
    so_far = await sending(front, draft)
    if so_far.job is not None:
        return already(front, locale, so_far.job)
    wish = Sending(draft.id, text, work.question, work.link, edited.reason, edited.marked)
    origin = Origin(draft.origin.workspace, work.channel, draft.origin.user, work.thread, locale)
    job = await front.desk.start(so_far.key, origin, Request(Kind.COPY, "", CopyParams(seed=new_seed()), work=wish))
    return "" if job.request.work == wish else already(front, locale, job)


def instruction(front: Front, locale: str, draft: Job, change: str) -> str:
    """What a button under a draft asks for, in the agent's language."""
    if change != "translate":
        return front.words.say(locale, f"draft.instruction.{change}")
    text = draft.result.artifacts[0].text if draft.result and draft.result.artifacts else ""
    work = draft.request.work
    customers = language_of(work.question) if isinstance(work, Drafting) else locale
    now = language_of(text)
    other = {"en": "zh", "zh": "en"}[now]
    to = locale if now != locale else customers if now != customers else other
    return front.words.say(locale, "draft.instruction.translate", language=front.words.say(locale, f"language.{to}"))
