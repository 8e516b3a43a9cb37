"""Writes by a recipe and in a voice: what comes out is held to both.

A text that does not fit is mended where that takes no model, then written once more with the reasons; what it still is
not is said with it (`Artifact.shortfalls`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.domain.context import new_boundary
from engine.domain.filling import filled_template, plain_prompt, with_defaults, without_defaults
from engine.domain.job import Job
from engine.domain.prompt import text_turns
from engine.domain.recipe import Recipe, Strength, Words
from engine.domain.request import CopyParams, DrawParams, RevisionMode
from engine.domain.result import Artifact, Progress, Result
from engine.domain.safety import Action, Category, Finding, Stage, Told, Verdict
from engine.domain.task import TextTask, Turn
from engine.domain.voice import Voice
from engine.domain.work import FromRecipe
from engine.errors import RecipeNotUsable, RecipeUnknown, TransientError
from engine.ports import Recipes, SafetyFilter, TextBackend
from engine.recipes import measures
from engine.recipes.demands import Demands
from engine.recipes.mending import mended
from engine.recipes.reasons import repair
from engine.recipes.wording import (
    example_told,
    example_turns,
    fields_told,
    fixed,
    quotes,
    recipe_system,
    sample_turns,
    voice_told,
)
from engine.steps.run import Board, Ledger, Meter, NothingMade, Refused, Run
from engine.steps.writing import compose, text_task

WEAK_MODEL = "recipe_weak_model"
"""A notice: the recipe is for a stronger model than the one that wrote."""
PLAINLY = "recipe_plainly"
"""A notice: the model is too small for the style, and drew without it."""
REPAIRED = "recipe_repaired"
"""A notice: the first try did not fit, and this is a second one."""
REPAIRING = "repairing"
"""A phase: the first try is there, and is written once more."""
EXAMPLES_BYTES = 6_000
"""Longer conversations go without examples: a token is at least a byte, and the embedded model reads 8,192."""


def found(recipes: Recipes, work: FromRecipe) -> Recipe:
    """Raises RecipeUnknown where it is gone since it was asked for, and RecipeNotUsable."""
    recipe = recipes.find(work.recipe)
    if recipe is None:
        raise RecipeUnknown(f"no recipe {work.recipe}", recipe=work.recipe)
    if recipe.missing:
        raise RecipeNotUsable(f"recipe {recipe.name} lacks: {recipe.missing}", recipe=recipe.name)
    return recipe


def cleared(run: Run, recipe: Recipe, safety: SafetyFilter) -> Recipe:
    """The recipe as a model may read it: one that somebody saved is checked as the data that it is. Raises Refused."""
    if not recipe.quoted:
        return recipe

    def clear(text: str) -> str:
        verdict = safety.check_prompt(text, run.where, Stage.CONTEXT)
        if not run.admit(verdict, text):
            raise Refused(verdict)
        return text if verdict.text is None else verdict.text

    examples = tuple(replace(example, brief="", text=clear(example.text)) for example in recipe.examples)
    told = clear(recipe.instructions.of(examples[0].lang if examples else "en"))  # the same in either language
    return replace(recipe, instructions=Words(told, told), examples=examples)


def prepared(run: Run, recipe: Recipe) -> Run:
    """The run with the recipe's parameters where the request names none."""
    *before, job = run.lineage
    params = with_defaults(recipe, job.request.params)
    return replace(run, lineage=(*before, replace(job, request=replace(job.request, params=params))))


def spelt_out(run: Run, recipe: Recipe, *, weak: bool = False) -> Run:
    """The run of a picture as it would have been asked for without the recipe: its prompt filled in.

    A small model loses what it shall draw among the words of a style: it is told the fields alone, and that is said.
    """

    def spelt(job: Job) -> Job:
        request, values = job.request, dict(_fields(job))
        if not weak or not isinstance(request.params, DrawParams):
            return replace(job, request=replace(request, prompt=filled_template(recipe, values, request.prompt)))
        prompt, params = plain_prompt(recipe, values, request.prompt), without_defaults(recipe, request.params)
        return replace(job, request=replace(request, prompt=prompt, params=params))

    spelt_run = replace(run, typed=tuple(map(spelt, run.typed)))
    return spelt_run.with_lineage(tuple(map(spelt, run.lineage)), *([PLAINLY] if weak else []))


def demanded(run: Run, voice: Voice, recipe: Recipe | None = None) -> Demands:
    """What the run's text is held to; its language is that which was asked for, or that of the request.

    Whoever asks for a change decides what it looks like then: of the recipe only its limits are left.
    """
    first, job = run.lineage[0], run.job.request
    values = dict(_fields(first))
    asked = "\n".join((first.request.prompt, *values.values()))
    lang = _params(run).lang or measures.language(asked) or "en"
    changed = job.revision is not None and job.revision.mode is RevisionMode.EDIT
    return Demands(lang, recipe.changed() if recipe and changed else recipe, values, voice)


def write_held(run: Run, backend: TextBackend, safety: SafetyFilter, demands: Demands, *, weak: bool = False) -> Result:
    """A text by a recipe or in a voice, as good as one repair makes it. Raises what `write` raises.

    `weak` says that the model is a small one.
    """
    recipe = demands.recipe
    if recipe is not None and recipe.advice:
        run = _advised(run, recipe.advice)
    boundary = new_boundary()
    desk = Desk(run, backend, safety, demands, boundary)
    first = desk.written(_task(run, demands, boundary))
    artifacts = desk.finished(first.artifacts)
    too_weak = weak and recipe is not None and recipe.strength is Strength.STRONG
    notices = (*first.notices, *desk.notices, *([WEAK_MODEL] if too_weak else []))
    return replace(first, artifacts=tuple(artifacts), notices=tuple(dict.fromkeys(notices)))


def in_voice(run: Run, result: Result, safety: SafetyFilter, voice: Voice) -> Result:
    """A text that was made otherwise, mended without a model; what it is not is said with it."""

    def held(artifact: Artifact) -> Artifact:
        return _mended(run, artifact, safety, Demands(measures.language(artifact.text) or "en", voice=voice))

    return replace(result, artifacts=tuple(map(held, result.artifacts)))


def _advised(run: Run, advice: str) -> Run:
    """Held for a reviewer where somebody reviews; shown with its disclaimer in any case."""
    category = Category(f"advice/{advice}")
    action = Action.REVIEW if run.reviewed else Action.DISCLAIM
    verdict = Verdict(action, Stage.OUTPUT, "recipe", (Finding(category, 1.0, action, "recipe"),))
    if not run.admit(verdict):
        raise Refused(verdict)
    return run.with_lineage(run.lineage, *verdict.disclaimers)


def _task(run: Run, demands: Demands, boundary: str, after: Sequence[Turn] = ()) -> TextTask:
    """What the model is asked for, with turns `after` it; `boundary` is to stand around what others wrote."""
    recipe, lang, task = demands.recipe, demands.lang, text_task(run, boundary)
    if recipe is None:
        system, *asked = task.turns
        system = Turn("system", " ".join((system.text, *voice_told(demands.voice, lang))))
        return replace(task, turns=_with_examples(system, sample_turns(demands.voice, lang), (*asked, *after)))
    lineage = tuple(_with_fields(job, recipe, lang, boundary) for job in run.told)
    data = recipe.quoted or quotes(recipe, demands.values) or run.told[0].origin.user != run.job.origin.user
    system, *asked = text_turns(lineage, boundary)
    if recipe.quoted:
        told = example_told(recipe, lang, boundary, EXAMPLES_BYTES)
        asked[0] = replace(asked[0], text=f"{told}\n\n{asked[0].text}")
    system = recipe_system(recipe, demands, _params(run), boundary if data else "")
    examples = (*sample_turns(demands.voice, lang), *(() if recipe.quoted else example_turns(recipe, lang)))
    return replace(
        task,
        turns=_with_examples(system, examples, (*asked, *after)),
        max_new_tokens=recipe.defaults.max_new_tokens,
        fixed=tuple(fixed(demands)),
    )


def _with_examples(system: Turn, examples: Sequence[Turn], asked: Sequence[Turn]) -> tuple[Turn, ...]:
    """The examples only where all has room: what does not fit a model's window is cut from the oldest turns on."""
    turns = (system, *examples, *asked)
    return turns if sum(len(turn.text.encode()) for turn in turns) <= EXAMPLES_BYTES else (system, *asked)


def _with_fields(job: Job, recipe: Recipe, lang: str, boundary: str) -> Job:
    """The job with its fields in its prompt, as the model is to read them."""
    prompt = fields_told(recipe, dict(_fields(job)), job.request.prompt, lang, boundary)
    return replace(job, request=replace(job.request, prompt=prompt))


@dataclass(slots=True)
class Desk:
    """Where texts are looked through once they are written."""

    run: Run
    backend: TextBackend
    safety: SafetyFilter
    demands: Demands
    boundary: str
    notices: tuple[str, ...] = ()

    def written(self, task: TextTask, run: Run | None = None) -> Result:
        told = Told(self.run.asked, canary=self.boundary)
        return compose(run or self.run, task, told, self.backend, self.safety)

    def finished(self, artifacts: Sequence[Artifact]) -> list[Artifact]:
        """Each as good as it gets, with what it is not."""
        looked = [_mended(self.run, artifact, self.safety, self.demands) for artifact in artifacts]
        for place, artifact in enumerate(looked):
            if artifact.shortfalls:
                texts = () if self.run.hidden else tuple(each.text for each in looked)
                self.run.board.put(Progress(texts=texts, phase=REPAIRING), now=True)
                looked[place] = self._repaired(artifact)
        return looked

    def _repaired(self, artifact: Artifact) -> Artifact:
        """The better one of this text and a second try, which is told what is wrong with the first."""
        asked = Turn("user", repair(artifact.shortfalls, self.demands.lang))
        task = _task(self.run, self.demands, self.boundary, (Turn("assistant", artifact.text), asked))
        task = replace(task, n=1, seed=artifact.seed)
        # With a meter and a ledger of its own: what it took is added, and what it was held for counts if it is used.
        run = replace(self.run, board=Board(lambda progress: None), meter=Meter(), ledger=Ledger())
        try:
            again = self.written(task, run)
        except (Refused, NothingMade, TransientError):  # the first text is there, and is shown as what it is
            return artifact
        finally:
            self.run.meter.add(run.meter.usage)
            self.run.ledger.judged += run.ledger.judged
        second = _mended(self.run, again.artifacts[0], self.safety, self.demands)
        if len(second.shortfalls) >= len(artifact.shortfalls):
            return artifact
        self.run.ledger.held += run.ledger.held
        self.notices = (*self.notices, *again.notices, REPAIRED)
        return replace(second, index=artifact.index, seed=artifact.seed)


def _mended(run: Run, artifact: Artifact, safety: SafetyFilter, demands: Demands) -> Artifact:
    """Mended without a model; what that changed is checked again before anybody reads it."""
    text = mended(artifact.text, demands)
    if text != artifact.text:
        added = tuple(demands.missing_disclaimers(artifact.text))
        known = (artifact.text, *added)  # cleared before, and the company's own words
        verdict = safety.check_text(text, run.where, Told((*run.asked, *known), known=known))
        clear = verdict.action in (Action.ALLOW, Action.DISCLAIM) or run.may_hold(verdict)
        text = text if clear else artifact.text
    return replace(artifact, text=text, shortfalls=demands.shortfalls(text))


def _fields(job: Job) -> tuple[tuple[str, str], ...]:
    return job.request.work.fields if isinstance(job.request.work, FromRecipe) else ()


def _params(run: Run) -> CopyParams:
    params = run.job.request.params
    if not isinstance(params, CopyParams):
        raise TypeError("a text job without text parameters")
    return params
