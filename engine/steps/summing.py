"""Sums a customer's thread up for a colleague, by the model, or by the thread's own sentences where none can write."""

from __future__ import annotations

from dataclasses import replace

from engine.domain.context import new_boundary
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.replies.grounding import without_invented
from engine.replies.summing import summed_up
from engine.steps.briefing import UNABLE, Brief, checked, params_of, task_of
from engine.steps.run import Run
from engine.steps.tools import Tools
from engine.steps.writing import compose

EXTRACTED = "summary_extracted"
"""A notice: the summary is made of the thread's own sentences, not written by a model."""
TRIMMED = "summary_trimmed"
"""A notice: sentences with figures that the thread does not have were left out."""


def sum_up(run: Run, brief: Brief, tools: Tools, *, by_model: bool) -> Result:
    """A summary or hand-over of the thread. Raises Refused, NothingMade, Interrupted and EngineError."""
    if not by_model:
        return _extracted(run, brief, tools)
    boundary = new_boundary()
    told = brief.told(run, boundary)
    backend = tools.backends.text(params_of(run).model)
    result = compose(run, task_of(run, brief, boundary), told, backend, tools.safety)
    text, removed = without_invented(result.artifacts[0].text, brief.texts)
    if not text:
        return _extracted(run.with_lineage(run.lineage, *result.notices), brief, tools)
    if removed:
        text = checked(run, text, told, tools.safety)
    made = replace(result.artifacts[0], text=text)
    return replace(result, artifacts=(made,), notices=(*result.notices, *([TRIMMED] if removed else [])))


def _extracted(run: Run, brief: Brief, tools: Tools) -> Result:
    text = summed_up(brief.messages, brief.work.purpose, brief.style.lang)
    text = checked(run, text, brief.told(run), tools.safety)
    artifact = Artifact(ArtifactKind.TEXT, 0, params_of(run).seed, text)
    unable = (UNABLE,) if brief.more or brief.change else ()
    return Result((artifact,), notices=tuple(dict.fromkeys((*run.notices, EXTRACTED, *unable))))
