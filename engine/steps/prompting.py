"""Checks what people typed, before any model sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.domain.job import Job
from engine.domain.request import CopyParams, DrawParams, Params, Request, RevisionMode
from engine.domain.safety import Action, Stage
from engine.domain.work import ForEachRow, FromRecipe
from engine.ports import SafetyFilter
from engine.steps.run import Refused, Run, strictest

Redact = Callable[[str], str]


def check_prompt(run: Run, safety: SafetyFilter) -> Run:
    """The run with what must be hidden from the model redacted. Raises Refused.

    What asks for a review is generated all the same: a reviewer decides once, on prompt and result together.

    The newest words are checked alone, so that a long history cannot dilute them, and together with all before them,
    because harmless parts can make a harmful whole. Earlier prompts are stored as they were typed, and therefore
    redacted again each time.
    """
    pieces = _pieces(run.lineage)
    run = replace(run, asked=tuple(pieces), typed=run.lineage)
    others = _by_others(run.lineage)
    texts = dict.fromkeys((_typed(run.job.request), "\n".join(pieces)))
    asked = [(text, Stage.PROMPT) for text in texts] + [(_typed(job.request), Stage.CONTEXT) for job in others]
    judged = [(text, safety.check_prompt(text, run.where, stage)) for text, stage in asked]
    verdict = strictest([said for _, said in judged])
    if not run.admit(verdict, next(text for text, said in judged if said is verdict)):
        raise Refused(verdict)
    if not any(said.action is Action.REDACT or said.text is not None for _, said in judged):
        return run.with_lineage(run.lineage, *verdict.disclaimers)

    def redact(text: str, stage: Stage = Stage.PROMPT) -> str:
        piece = safety.check_prompt(text, run.where, stage)
        if not (piece.allowed or run.may_hold(piece)):
            raise Refused(piece)
        return text if piece.text is None else piece.text

    def redact_context(text: str) -> str:
        return redact(redact(text), Stage.CONTEXT)

    hidden = [] if run.outside else ["redacted"]  # what an outside model sees is up to shielding.py
    lineage = tuple(_redacted(job, redact_context if job in others else redact) for job in run.lineage)
    return run.with_lineage(lineage, *hidden, *verdict.disclaimers)


def _pieces(lineage: tuple[Job, ...]) -> list[str]:
    instructions = [job.request.revision.instruction for job in lineage if job.request.revision]
    own = [lineage[0].request.prompt, *_filled_in(lineage[0].request), *instructions]
    own += _options(lineage[-1].request.params)
    return [piece for piece in own if piece]


def _by_others(lineage: tuple[Job, ...]) -> list[Job]:
    """What somebody else asked before: data to whoever asks now, unless they ask for the very same again."""
    *earlier, job = lineage
    if not job.request.revision or job.request.revision.mode is not RevisionMode.EDIT:
        return []
    return [old for old in earlier if old.origin.user != job.origin.user]


def _typed(request: Request) -> str:
    """What this request added."""
    brief = "\n".join(text for text in (request.prompt, *_filled_in(request)) if text)
    return (request.revision.instruction if request.revision else "") or brief


def _filled_in(request: Request) -> tuple[str, ...]:
    """What was typed into a recipe's fields."""
    match request.work:
        case FromRecipe(fields=fields) | ForEachRow(fields=fields):
            return tuple(value for _, value in fields)
        case _:
            return ()


def _options(params: Params) -> tuple[str, ...]:
    """The parameters that are free text."""
    match params:
        case CopyParams(tone=tone, lang=lang):
            return tuple(text for text in (tone, lang) if text)
        case DrawParams(style=style, negative=negative):
            return tuple(text for text in (style, negative) if text)


def _redacted(job: Job, redact: Redact) -> Job:
    request = job.request
    revision = request.revision
    if revision is not None and revision.instruction:
        revision = replace(revision, instruction=redact(revision.instruction))
    params = request.params
    match params:
        case CopyParams(tone=str(tone)):
            params = replace(params, tone=redact(tone))
        case DrawParams():
            style, negative = params.style, params.negative
            params = replace(
                params, style=redact(style) if style else style, negative=redact(negative) if negative else negative
            )
    work = request.work
    if isinstance(work, FromRecipe | ForEachRow):
        work = replace(work, fields=tuple((name, redact(value)) for name, value in work.fields))
    prompt = redact(request.prompt)
    return replace(job, request=replace(request, prompt=prompt, params=params, revision=revision, work=work))
