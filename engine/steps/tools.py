"""What works are done with, and the first steps of every work that a model does."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from engine.domain.recipe import NO_RECIPES
from engine.domain.result import Progress, Usage
from engine.domain.teams import NO_TEAMS, Teams
from engine.domain.voice import NO_VOICES
from engine.ports import (
    ArtifactStore,
    Backends,
    JobStore,
    Knowledge,
    Labeller,
    Library,
    Recipes,
    ReplyLog,
    SafetyFilter,
    Voices,
)
from engine.steps.prompting import check_prompt
from engine.steps.run import Run
from engine.steps.watch import Silence
from engine.timing import DEFAULT


def _alone(model: Hashable) -> Silence:
    """Of a model that nobody else follows."""
    return Silence()


@dataclass(frozen=True, slots=True)
class Tools:
    """The engine's parts that a step may need."""

    backends: Backends
    safety: SafetyFilter
    labeller: Labeller
    artifacts: ArtifactStore
    store: JobStore
    knowledge: Knowledge | None = None
    """None: nothing is found."""
    library: Library | None = None
    """None: nothing is learned."""
    recipes: Recipes = NO_RECIPES
    voices: Voices = NO_VOICES
    replies: ReplyLog | None = None
    """Where agents' answers are kept that are found once `knowledge` has learned them."""
    teams: Teams = NO_TEAMS
    """Who may look up what of `knowledge`."""
    listen: Callable[[Hashable], Silence] = _alone
    """Begin to follow a model of this process, by kind and name, for the attempt at hand: how long it is silent."""
    learning_s: float = DEFAULT.learning_s
    """No file for the knowledge base is begun later than so long after the first."""


def with_model(run: Run, tools: Tools) -> Run:
    """The run with its model looked up and what people typed for it cleared. Raises ModelNotFound and Refused."""
    request = run.job.request
    info = tools.backends.info(request.kind, request.params.model)
    run = replace(run, outside=info.outside)
    if info.in_process:
        run = replace(run, silence=tools.listen((request.kind, info.name)))
    run = check_prompt(run, tools.safety)
    run.meter.usage = Usage(model=info.name, backend=info.backend)
    if not info.loaded:
        run.board.put(Progress(phase="loading"), now=True)
    return run
