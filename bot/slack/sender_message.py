"""What an agent sees, below their draft, of the reply that they sent: the Renderer for them alone; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.locales import t
from bot.ports import Now, Posted, Shown
from bot.slack.blocks import Json, actions, context, section
from bot.slack.draft_message import canned, link_to, take_back
from bot.slack.outcome import failed, given, refused, why
from bot.slack.people import person
from bot.slack.sent_message import sent_text
from bot.slack.text import cut, escape, escaped, one_line
from engine.domain.job import Job, State
from engine.domain.result import Result
from engine.domain.review import Outcome
from engine.domain.work import Sending

_QUOTE_CHARS = 300


class SenderRenderer:
    """Where their reply is, or why it is not there, and what to do then."""

    def show(self, job: Job, now: Now, files: Mapping[str, str]) -> tuple[Shown, ...]:
        work = job.request.work
        if not isinstance(work, Sending):
            return ()
        said = _unposted(job, now.reply) or _said(job, job.result or Result(), work)
        quote = f">{escape(cut(one_line(sent_text(job.result, work)), _QUOTE_CHARS, escaped))}"
        status = Shown(said, (section(f"{said}\n{quote}"), *_more(job, work, now.reply)))
        return (status, *(_told(job) if now.reply is Posted.YES else ()))

    def plain(self, shown: Shown) -> Shown:
        return Shown(cut(shown.text, 3_000))

    def excuse(self, job: Job, code: str) -> str:
        raise NotImplementedError("an agent has no other place to be told in")

    def alt_text(self, job: Job) -> str:
        raise NotImplementedError("a reply has no pictures")


def _unposted(job: Job, reply: Posted) -> str:
    """Of what may be posted and is not; "" of the rest."""
    locale, channel = job.origin.locale, f"<#{job.origin.channel}>"
    if job.state is not State.SUCCEEDED or reply is Posted.YES:
        return ""
    if reply is Posted.NOT_YET:
        return f":hourglass_flowing_sand: {t(locale, 'send.going', channel=channel)}"
    return f":warning: {t(locale, 'send.not_sent')}\n{t(locale, 'send.not_taken', channel=channel)}"


def _said(job: Job, result: Result, work: Sending) -> str:
    locale, channel = job.origin.locale, f"<#{job.origin.channel}>"
    match job.state:
        case State.SUCCEEDED:
            return f":white_check_mark: {t(locale, 'send.sent', channel=channel)}{link_to(locale, work.link)}"
        case State.HELD:
            reasons = f"\n{why(locale, result.hold)}" if result.hold else ""
            return f":mag: {t(locale, 'send.held', channel=channel)}{reasons}"
        case State.REFUSED:
            reasons = refused(locale, result, "reply")
            return f":no_entry_sign: {t(locale, 'send.not_sent')}\n{reasons}\n{t(locale, 'send.mend')}"
        case State.FAILED:
            return f":warning: {t(locale, 'send.not_sent')}\n{failed(locale, result)}"
        case State.CANCELED:
            return f":heavy_multiplication_x: {t(locale, 'send.not_sent')}"
    return f":hourglass_flowing_sand: {t(locale, 'send.going', channel=channel)}"


def _more(job: Job, work: Sending, reply: Posted) -> Iterator[Json]:
    if job.state is State.HELD:
        yield actions(take_back(job.origin.locale, work.draft_id))
    if job.state is not State.SUCCEEDED or reply is not Posted.YES:
        return
    if job.result and job.result.decision:
        yield context(f":white_check_mark: {t(job.origin.locale, 'review.approved')}")
    yield actions(canned(job.origin.locale, work.draft_id))


def _told(job: Job) -> Iterator[Shown]:
    """A message of its own once a reviewer decided: an update of one that is there notifies nobody."""
    decision = job.result.decision if job.result else None
    if decision is not None and decision.outcome is not Outcome.CANCELED:
        said = t(job.origin.locale, f"send.told.{decision.outcome.value}", user=person(job.origin.user))
        told = "\n".join([said, *given(job.origin.locale, decision)])
        yield Shown(told, (section(told),))
