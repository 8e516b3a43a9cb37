"""What a run over a table looks like when it is over: how much was written, the first texts, and the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.locales import t, t_or
from bot.ports import Now, Shown
from bot.slack import buttons
from bot.slack.blocks import Json, actions, context, markdown, section
from bot.slack.lines import asked, label, notices
from bot.slack.outcome import failed
from bot.slack.split import split
from bot.slack.text import inert, utf8
from engine.domain.job import Job, State
from engine.domain.result import Artifact, Result

_PREVIEW_BYTES = 3_000
_TOLD = {State.SUCCEEDED: "table.done", State.FAILED: "table.failed"}
_WRONG = ("rows_refused", "rows_lacking", "rows_failed", "rows_short")
"""Counts of rows that are not as they should be."""


def told(job: Job, result: Result) -> str:
    """How many rows were written of how many; below it why others were not, and how many texts do not fit."""
    locale, counts = job.origin.locale, result.usage.settings
    written = counts.get("rows_written") or 0
    key = _TOLD.get(job.state, "table.stopped")
    first = t(locale, key, rows=counts.get("rows") or 0, written=written)
    return "\n".join([first, *_wrong(locale, counts)])


def _wrong(locale: str, counts: Mapping[str, str | int | float | None]) -> Iterator[str]:
    found = [f"• {t(locale, f'table.{name}', count=count)}" for name in _WRONG if (count := counts.get(name))]
    if found:
        yield from (*found, t(locale, "table.note"))


def shown(job: Job, result: Result, now: Now, files: Mapping[str, str]) -> Shown:
    """The message, with the file hanging from it."""
    failing = job.state is State.FAILED
    blocks = (
        context(asked(job)),
        *([section(f":warning: {failed(job.origin.locale, result)}")] if failing else []),
        *_body(job, result, now, files),
        *notices(job, result),
        context(label(job, result)),
        actions(*([buttons.again(job)] if failing else []), buttons.details(job)),
    )
    hung = tuple(files[artifact.blob] for artifact in result.artifacts if artifact.blob in files)
    return Shown(f"[{t(job.origin.locale, 'label.ai')}] {told(job, result)}", blocks, hung)


def _body(job: Job, result: Result, now: Now, files: Mapping[str, str]) -> list[Json]:
    locale = job.origin.locale
    artifact = result.artifacts[0]
    preview = split(inert(artifact.text), _PREVIEW_BYTES, utf8)[:1]
    first = [context(f"*{t(locale, 'table.first')}*"), *map(markdown, preview)] if artifact.text.strip() else []
    return [section(f":bar_chart: {told(job, result)}"), *first, *_missing(locale, artifact, now, files)]


def _missing(locale: str, artifact: Artifact, now: Now, files: Mapping[str, str]) -> list[Json]:
    """Why the file is not there, if it is not."""
    if artifact.blob in files:
        return []
    code = now.kept_out.get(artifact.blob, "")
    why = t_or(locale, f"kept_out.{code}", "kept_out.other", code=code)
    return [context(f":warning: {t(locale, 'table.no_file', why=why)}")]
