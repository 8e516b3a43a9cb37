"""Drafts what one agent alone sees: a reply to a customer from what the company knows, a summary or a hand-over."""

from __future__ import annotations

from dataclasses import replace

from engine.domain.citing import renumbered
from engine.domain.context import new_boundary
from engine.domain.knowledge import Citation, Hit
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.work import Drafting, Purpose
from engine.replies.grounding import Sources, ground, stated
from engine.replies.quoting import clarify, quote, thanked
from engine.replies.style import wish_of
from engine.replies.thread import only_thanks
from engine.steps.briefing import GUARDED, UNABLE, UNTRANSLATED, Brief, brief_of, checked, params_of, task_of
from engine.steps.prompting import check_prompt
from engine.steps.rewording import Basis, basis_of
from engine.steps.run import Run
from engine.steps.summing import sum_up
from engine.steps.tools import Tools, with_model
from engine.steps.writing import compose

NOTHING_FOUND = "draft_nothing_found"
"""A notice: the knowledge base has nothing on it; the draft says so and asks."""
QUOTED = "draft_quoted"
"""A notice: the draft is made of sentences of its sources, not written by a model."""
OTHER_LANGUAGE = "draft_other_language"
"""A notice: what is quoted is in another language than the customer's."""
TRIMMED = "draft_trimmed"
"""A notice: sentences that no source supports were left out."""

_OF_TEXT = (NOTHING_FOUND, QUOTED, OTHER_LANGUAGE, TRIMMED)
"""Notices that hold as long as the text stands."""

LEAST_SHARE = 0.5
"""Where less of what a model states is supported, its draft is put aside."""


def draft(run: Run, work: Drafting, tools: Tools) -> Result:
    """The draft, with its sources. Raises Refused, NothingMade, Interrupted and EngineError."""
    params = params_of(run)
    weak = tools.backends.info(run.job.request.kind, params.model).embedded
    run = check_prompt(run, tools.safety) if weak else with_model(run, tools)
    brief = brief_of(run, work, tools, by_model=not weak)
    able = not weak and not brief.guarded
    run = run.with_lineage(run.lineage, GUARDED) if brief.guarded and not weak else run
    if work.purpose is not Purpose.REPLY:
        return sum_up(run, brief, tools, by_model=able)
    able = able and bool(brief.hits or brief.note or brief.change)
    return _written(run, brief, tools) if able else _unwritten(run, brief, tools)


def _written(run: Run, brief: Brief, tools: Tools) -> Result:
    """By the model, without what is not supported; quoted where too little is."""
    boundary = new_boundary()
    backend = tools.backends.text(params_of(run).model)
    told = brief.told(run, boundary)
    result = compose(run, task_of(run, brief, boundary), told, backend, tools.safety)
    made = result.artifacts[0]
    passages = {number: stated(passage) for number, passage in brief.passages.items()}
    similar = tools.knowledge.likeness if tools.knowledge is not None else None
    grounded = ground(made.text, Sources(brief.texts, passages), similar)
    if not grounded.text or (grounded.share is not None and grounded.share < LEAST_SHARE):
        return _unwritten(run.with_lineage(run.lineage, *result.notices), replace(brief, more=False), tools)
    text, numbers = renumbered(grounded.text, grounded.cited)
    trimmed = (TRIMMED,) if grounded.removed else ()
    if trimmed:
        text = checked(run, text, told, tools.safety)
    sources = tuple(Citation(new, brief.passages[old]) for old, new in numbers.items())
    nothing = () if brief.hits else (NOTHING_FOUND,)
    notices = (*result.notices, *trimmed, *nothing)
    return replace(result, artifacts=(replace(made, text=text),), notices=notices, sources=sources)


def _unwritten(run: Run, brief: Brief, tools: Tools) -> Result:
    """Without a model: quotations, or a question where nothing was found; a word to who only thanks."""
    basis = basis_of(run, brief, tools) if brief.rewords else Basis(brief.hits)
    if basis is None:
        return _as_it_was(run, brief, tools, UNTRANSLATED)
    result = _quoted(run, brief, basis, tools)
    wish = wish_of(brief.change)
    longer = len(result.artifacts[0].text) > len(brief.earlier)
    return _as_it_was(run, brief, tools) if longer and wish.longer < 0 and wish.lang is None else result


def _as_it_was(run: Run, brief: Brief, tools: Tools, *codes: str) -> Result:
    """The version before, which the change could not better."""
    brief = replace(brief, hits=tuple(Hit(citation.passage, 1.0) for citation in brief.cited))
    text = checked(run, brief.earlier, brief.told(run), tools.safety)
    before = run.lineage[-2].result
    still = [code for code in before.notices if code in _OF_TEXT] if before is not None else []
    unable = [UNABLE] if brief.more else []
    notices = tuple(dict.fromkeys((*run.notices, *still, *codes, *unable)))
    return Result((Artifact(ArtifactKind.TEXT, 0, params_of(run).seed, text),), notices=notices, sources=brief.cited)


def _quoted(run: Run, brief: Brief, basis: Basis, tools: Tools) -> Result:
    brief = replace(brief, hits=basis.hits)
    unable = [UNABLE] if brief.more else []
    quoted = quote(brief.messages, brief.hits, brief.style, basis.starts)
    if only_thanks(brief.messages) and not brief.hits:
        text, codes = thanked(brief.style), []
    elif quoted is not None:
        text, codes = quoted.text, [QUOTED, *([OTHER_LANGUAGE] if quoted.foreign else [])]
    else:
        text, codes = clarify(brief.messages, brief.style), [NOTHING_FOUND]
    text = checked(run, text, brief.told(run), tools.safety)
    artifact = Artifact(ArtifactKind.TEXT, 0, params_of(run).seed, text)
    notices = tuple(dict.fromkeys((*run.notices, *codes, *unable)))
    return Result((artifact,), notices=notices, sources=quoted.sources if quoted is not None else ())
