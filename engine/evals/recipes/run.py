"""Has a model write by each shipped recipe, and looks at its first try, at that mended, and at what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from importlib.resources import files

import yaml

from engine.adapters.backend_registry import BackendRegistry
from engine.domain.filling import fill
from engine.domain.job import Job, Origin, State
from engine.domain.recipe import Recipe
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.task import TextDelta, TextEvent, TextTask
from engine.domain.voice import NO_VOICE
from engine.domain.work import FromRecipe
from engine.errors import ConfigurationError
from engine.ports import Canceled, SafetyFilter, TextBackend
from engine.recipes.demands import Demands
from engine.recipes.mending import mended
from engine.settings import EngineSettings, ModelSpec
from engine.steps import recipes as step
from engine.steps.prompting import check_prompt
from engine.steps.run import Board, Meter, NothingMade, Refused, Run

AT_ONCE = 8
"""Texts written at the same time."""
EMBEDDED = "embedded"
Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """One text to be written."""

    recipe: Recipe
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of one wish: the codes of what was not met, at each of three moments."""

    recipe: str
    lang: str
    at_once: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    """Without a second call of the model."""
    at_last: tuple[str, ...] = ()
    """What people are shown."""
    refused: str = ""
    """Why there is no text: what the safety filter saw, or "empty" where the model wrote nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was written."""

    model: str
    texts: tuple[Written, ...]


def run(model: str, settings: EngineSettings, wishes: Sequence[Wish], safety: SafetyFilter, show: Show) -> Report:
    """`model` is a name in the settings, or "embedded". Raises ModelNotFound, ConfigurationError and what it raises."""
    if model == EMBEDDED:
        spec = ModelSpec(backend="transformers", model=EMBEDDED)
        settings = settings.model_copy(update={"text_models": {EMBEDDED: spec}})
    registry = BackendRegistry(settings)
    try:
        info, backend = registry.info(Kind.COPY, model), registry.text(model)
        writer = Writer(backend, safety, info.outside)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="texts") as pool:
            show("texts", 0, len(wishes))
            writing = [pool.submit(writer.written, wish) for wish in wishes]
            for done, _ in enumerate(as_completed(writing), 1):
                show("texts", done, len(wishes))
            found = tuple(future.result() for future in writing)
    finally:
        registry.close()
    return Report(model, found)


def inputs(recipes: Mapping[str, Recipe]) -> Iterator[Wish]:
    """Those that come with the app. Raises ConfigurationError where they do not fit their recipes."""
    text = (files(__package__) / "inputs.yaml").read_text(encoding="utf-8")
    for name, each in yaml.safe_load(text).items():
        for fields in each:
            values, wrong = fill(recipes[name], fields)
            if wrong:
                raise ConfigurationError(f"inputs.yaml: {name}: {wrong[0].field}: {wrong[0].code}")
            yield Wish(recipes[name], values)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes by recipes as a worker does."""

    backend: TextBackend
    safety: SafetyFilter
    outside: bool = False

    def written(self, wish: Wish) -> Written:
        work = FromRecipe(wish.recipe.name, wish.fields)
        request = Request(Kind.COPY, "", CopyParams(), work=work)
        job = Job("eval", Origin("", "", ""), request, 0.0, State.RUNNING, "eval", 1)
        run = Run((job,), lambda: False, Board(lambda progress: None), Meter(), outside=self.outside)
        run = step.prepared(run, wish.recipe)
        demands = step.demanded(run, NO_VOICE, wish.recipe)
        heard = Heard(self.backend)
        try:
            result = step.write_held(check_prompt(run, self.safety), heard, self.safety, demands)
        except Refused as refused:
            named = ", ".join(category.value for category in refused.verdict.categories)
            return Written(wish.recipe.name, demands.lang, refused=named)
        except NothingMade:
            return Written(wish.recipe.name, demands.lang, refused="empty")
        first = heard.texts[0].strip()
        return Written(
            wish.recipe.name,
            demands.lang,
            at_once=_codes(demands, first),
            mended=_codes(demands, mended(first, demands)),
            at_last=tuple(each.code for each in result.artifacts[0].shortfalls),
        )


def _codes(demands: Demands, text: str) -> tuple[str, ...]:
    return tuple(each.code for each in demands.shortfalls(text))


@dataclass(slots=True)
class Heard:
    """A backend whose texts are noted, one for each call."""

    backend: TextBackend
    texts: list[str] = field(default_factory=list)
    name: str = "heard"

    def setup(self) -> None:
        """It is set up."""

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        self.texts.append("")
        for event in self.backend.generate(task, canceled):
            if isinstance(event, TextDelta):
                self.texts[-1] += event.text
            yield event

    def close(self) -> None:
        """It is whoever set it up who closes it."""
