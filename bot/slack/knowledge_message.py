"""What a job with the knowledge base looks like when it is over: what was learned, or what was found; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from bot.lessons import report
from bot.locales import t
from bot.ports import Shown
from bot.slack.blocks import Json, context, section
from bot.slack.draft_message import escape_address, source_name
from bot.slack.lines import asked
from bot.slack.text import cut, escape, escaped, inert, one_line, utf16
from engine.domain.job import Job
from engine.domain.knowledge import EVERYBODY, Citation
from engine.domain.result import Result
from engine.domain.work import Learning, Looking

_REPORT_CHARS = 2_800
_PASSAGE_CHARS = 600
_NAME_CHARS = 200


def shown(job: Job, work: Learning | Looking, result: Result) -> Shown:
    """The message: nothing in it was written by a model."""
    locale = job.origin.locale
    if isinstance(work, Learning):
        lines = [escape(inert(line)) for line in report(locale, result.lessons)]
        blocks = [section(f":books: *{lines[0]}*"), *_whole(locale, lines[1:]), context(scope(locale, work.scope))]
        return Shown(f"{lines[0]}", (context(asked(job)), *blocks))
    title = _title(locale, work, len(result.sources))
    found = (block for citation in result.sources for block in _passage(locale, citation))
    return Shown(title, (context(asked(job)), section(f":mag: {title}"), *found))


def _title(locale: str, work: Looking, count: int) -> str:
    if count:
        return t(locale, "knowledge.found", count=count)
    if work.channel:
        return t(locale, "knowledge.found_nothing_there", channel=f"<#{work.channel}>")
    return t(locale, "knowledge.found_nothing")


def scope(locale: str, name: str) -> str:
    """Who may be answered from it, as mrkdwn."""
    kind, _, whose = name.partition(":")
    if name == EVERYBODY:
        return t(locale, "knowledge.scope.everybody")
    return t(locale, f"knowledge.scope.{kind}", whose=f"<#{whose}>" if kind == "channel" else escape(whose))


def _whole(locale: str, lines: Sequence[str]) -> Iterator[Json]:
    """As many lines as one block holds, each whole; the rest are counted."""
    ends = accumulate(utf16(line) + 1 for line in lines)
    fitting = sum(end <= _REPORT_CHARS for end in ends)
    more = [t(locale, "knowledge.more", count=len(lines) - fitting)] if fitting < len(lines) else []
    if lines:
        yield section("\n".join([*lines[:fitting], *more]))


def _passage(locale: str, citation: Citation) -> Iterator[Json]:
    passage = citation.passage
    name = escape(cut(inert(one_line(source_name(locale, citation))), _NAME_CHARS))
    address = escape_address(passage.url) if passage.url.startswith(("https://", "http://")) else ""
    linked = f"<{address}|{name}>" if address else f"*{name}*"
    yield section(f"{linked}\n{escape(cut(inert(passage.text), _PASSAGE_CHARS, escaped))}")
