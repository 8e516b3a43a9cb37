"""The lines around a result: who asked for what, what its reader should know, and that an AI made it; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.locales import t, t_or
from bot.slack.blocks import Json, context
from bot.slack.people import person
from bot.slack.text import cut, escape, one_line
from engine.domain.job import Job, State
from engine.domain.request import RevisionMode
from engine.domain.result import HELD_BACK, STARTING_IMAGE_REFUSED, Result
from engine.domain.work import Drafting, ForEachRow, FromRecipe, Learning, Looking, Sending

_BRIEF_CHARS = 300
Mask = Callable[[str], str]
"""Puts placeholders in the place of personal data and secrets."""

_NAMES = {
    None: "asked",
    RevisionMode.EDIT: "revised",
    RevisionMode.AGAIN: "again",
    RevisionMode.VARY: "varied",
}


def subject(job: Job) -> str:
    """What a job is about, in somebody's own words: what was typed, else what it works on."""
    match job.request.work:
        case Drafting() as work:
            return work.question or job.request.prompt
        case Sending() as work:
            return work.question or work.text
        case Learning(materials=materials):
            return ", ".join(material.name for material in materials)
        case Looking(question=question):
            return question
        case ForEachRow() | FromRecipe() as work:
            return _by_recipe(work, job.request.prompt)
    return job.request.prompt


def _by_recipe(work: ForEachRow | FromRecipe, brief: str) -> str:
    """The recipe's name, and the brief or what was filled in."""
    many = f" × {work.rows}" if isinstance(work, ForEachRow) else ""
    told = brief or " · ".join(value for _, value in work.fields)
    return f"{work.recipe}{many}: {told}" if told else f"{work.recipe}{many}"


def masked(job: Job, mask: Mask) -> Job:
    """The same, fit to be read by everybody in its channel: with placeholders in what was asked for.

    A draft and a reply are their agent's alone to read, and stay as they are.
    """
    request, work, change = job.request, job.request.work, job.request.revision
    if isinstance(work, Drafting | Sending):
        return job
    if isinstance(work, ForEachRow | FromRecipe):
        work = replace(work, fields=tuple((name, mask(value)) for name, value in work.fields))
    if change is not None:
        change = replace(change, instruction=mask(change.instruction))
    return replace(job, request=replace(request, prompt=mask(request.prompt), revision=change, work=work))


def channel(job: Job) -> str:
    """Where whatever comes of it belongs: of a draft, which one agent alone sees, where the customer is."""
    return job.request.work.channel if isinstance(job.request.work, Drafting) else job.origin.channel


def kind(locale: str, job: Job) -> str:
    """What is to be made, in a word or two."""
    match job.request.work:
        case Drafting(purpose=purpose):
            return t(locale, f"work.{purpose.value}")
        case Sending() | Learning() | Looking() as work:
            return t(locale, f"work.{work.type}")
    return t(locale, f"kind.{job.request.kind.value}")


def asked(job: Job) -> str:
    """Who asked for what, as mrkdwn."""
    revision = job.request.revision
    name = _NAMES[revision.mode if revision else None]
    wish = revision.instruction if revision and revision.instruction else subject(job)
    name = job.request.work.type if isinstance(job.request.work, Learning | Looking) else name
    name = "appealed" if job.request.appeal_of else name
    said = t(job.origin.locale, f"job.{name}", user=person(job.origin.user))
    gap = "" if said.endswith("：") else " "  # which is as wide as a character
    return f"{said}{gap}{escape(cut(one_line(wish), _BRIEF_CHARS))}"


def notices(job: Job, result: Result) -> list[Json]:
    """What the reader should know, each a small line; of what is not shown yet, only that it was."""
    if job.state is State.HELD:
        result = Result(notices=tuple(code for code in result.notices if code == HELD_BACK))
    cut_off = ["truncated"] if any(artifact.truncated for artifact in result.artifacts) else []
    codes = [code for code in (*result.notices, *cut_off) if code != STARTING_IMAGE_REFUSED]  # said in the refusal
    texts = [t_or(job.origin.locale, f"notice.{code}", "notice.withheld") for code in codes]
    approved = job.state is State.SUCCEEDED and result.decision is not None
    reviewed = [context(f":white_check_mark: {t(job.origin.locale, 'review.approved')}")] if approved else []
    return [*reviewed, *(context(f":information_source: {text}") for text in dict.fromkeys(texts))]


def label(job: Job, result: Result) -> str:
    """The visible label: made by an AI, which one, with which seed, in what time."""
    locale, usage = job.origin.locale, result.usage
    seconds = t(locale, "label.seconds", seconds=f"{usage.run_s:.1f}")
    seed = t(locale, "label.seed", seed=job.request.params.seed)
    parts = [f"v{job.version}", t(locale, "label.ai"), escape(cut(one_line(usage.model), 100)), seed, seconds]
    return ":sparkles: " + " · ".join(part for part in parts if part)
