"""What a draft looks like to the agent who asked for it: what it answers, its sources, and what can be done; pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.locales import t
from bot.slack.blocks import Json, actions, button, context, section, select, thumbs
from bot.slack.buttons import (
    CANNED,
    CHANGE,
    CHANGES,
    DOWN,
    RATE,
    SEND,
    SOURCE,
    TAKE_BACK,
    TEXT,
    TONE,
    TONES,
    UP,
    Target,
    details,
)
from bot.slack.lines import label
from bot.slack.people import person
from bot.slack.text import cut, escape, escaped, inert, one_line
from engine.domain.job import Job
from engine.domain.knowledge import Citation
from engine.domain.request import RevisionMode
from engine.domain.result import Result
from engine.domain.work import Drafting, Purpose

_QUESTION_CHARS = 400
_CHANGE_CHARS = 300
_MOST_SOURCES = 10
_ADDRESS = ("https://", "http://")


def head(job: Job, work: Drafting) -> tuple[Json, ...]:
    """What the customer wrote and where, and what was asked for of it."""
    locale = job.origin.locale
    about = t(locale, f"draft.about.{work.purpose.value}", channel=f"<#{work.channel}>")
    question = section(f">{escape(cut(one_line(_quoted(work)), _QUESTION_CHARS, escaped))}")
    return (context(f"{about}{link_to(locale, work.link)}"), question, *_change(job))


def _quoted(work: Drafting) -> str:
    """What a reply answers; a thread is known by what it begins with."""
    if work.purpose is Purpose.REPLY:
        return work.question
    return next((said.text for said in work.messages if not said.by_agent), "")


def foot(job: Job, work: Drafting, result: Result) -> tuple[Json, ...]:
    """The sources, the label, and what can be done with the draft."""
    return (*_sources(job, result), context(label(job, result)), *_choices(job, work))


def source_name(locale: str, citation: Citation) -> str:
    """Number, title and headings of a source, in plain text; a canned reply is named by the question it answered."""
    passage = citation.passage
    title = t(locale, "draft.canned") if passage.canned else passage.title
    return f"[{citation.number}] " + " › ".join(part for part in (title, passage.heading) if part)


def canned(locale: str, draft_id: str) -> Json:
    """The button that keeps an answer, as it was sent or drafted."""
    return button(t(locale, "draft.save_canned"), CANNED, str(Target(draft_id)))


def take_back(locale: str, draft_id: str) -> Json:
    """The button that stops a reply while a reviewer has not decided on it."""
    return button(t(locale, "send.take_back"), TAKE_BACK, str(Target(draft_id)))


def link_to(locale: str, url: str) -> str:
    """A link to what the customer wrote, to stand behind a text; "" without an address."""
    return f" · <{escape_address(url)}|{t(locale, 'draft.open_message')}>" if url.startswith(_ADDRESS) else ""


def escape_address(url: str) -> str:
    """A web address between the angle brackets of mrkdwn."""
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _change(job: Job) -> Iterator[Json]:
    """What this version was to change, or what the agent asked to heed."""
    locale, revision = job.origin.locale, job.request.revision
    if revision and revision.mode is RevisionMode.EDIT:
        said = t(locale, "job.revised", user=person(job.origin.user))
        yield context(f"{said} {escape(cut(one_line(revision.instruction), _CHANGE_CHARS))}")
    elif job.request.prompt:
        note = escape(cut(one_line(job.request.prompt), _CHANGE_CHARS))
        yield context(t(locale, "draft.note", note=note))


def _sources(job: Job, result: Result) -> Iterator[Json]:
    if result.sources:
        yield context(f"*{t(job.origin.locale, 'draft.sources')}*")
        yield actions(*(_source(job, citation) for citation in result.sources[:_MOST_SOURCES]))


def _source(job: Job, citation: Citation) -> Json:
    name = cut(inert(one_line(source_name(job.origin.locale, citation))), 70)
    return button(name, f"{SOURCE}{citation.number}", str(Target(job.id, citation.number)))


def _choices(job: Job, work: Drafting) -> Iterator[Json]:
    locale, target = job.origin.locale, str(Target(job.id))
    changes = [button(t(locale, f"draft.change.{change}"), f"{CHANGE}{change}", target) for change in CHANGES]
    copy = button(t(locale, "draft.copy"), TEXT, target)
    if work.purpose is Purpose.REPLY:
        send = button(t(locale, "draft.send"), SEND, target, style="primary")
        yield actions(send, *changes, _tones(job))
        yield actions(copy, canned(locale, job.id), details(job))
    else:
        yield actions(copy, *changes, details(job))
    good, bad = ((str(Target(job.id, 0, vote)), t(locale, f"draft.rate.{vote}")) for vote in (UP, DOWN))
    yield thumbs(RATE, good, bad)


def _tones(job: Job) -> Json:
    locale = job.origin.locale
    options = [(str(Target(job.id, 0, tone)), t(locale, f"draft.tone.{tone}")) for tone in TONES]
    return {
        **select(options),
        "action_id": TONE,
        "placeholder": {"type": "plain_text", "text": t(locale, "draft.tone")},
    }
