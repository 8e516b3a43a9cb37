"""Does what a job's work asks for; each kind of work is a case and a step of its own."""

from __future__ import annotations

from dataclasses import replace

from engine.domain.recipe import Recipe
from engine.domain.request import Kind
from engine.domain.result import Result, Usage
from engine.domain.voice import NO_VOICE
from engine.domain.work import Drafting, ForEachRow, FromRecipe, Learning, Looking, Sending
from engine.errors import WorkNotSupported
from engine.ports import Recipes
from engine.recipes.saved import WorkspaceRecipes
from engine.steps import recipes
from engine.steps.drafting import draft
from engine.steps.drawing import draw
from engine.steps.learning import know
from engine.steps.rows import Rows, for_tables
from engine.steps.run import Run
from engine.steps.sending import send
from engine.steps.spoken import noticed
from engine.steps.tools import Tools, with_model
from engine.steps.writing import write


def do(run: Run, tools: Tools) -> Result:
    """The result of the run's job.

    Raises WorkNotSupported, and what the steps raise: Refused, NothingMade, Interrupted and EngineError.
    """
    match run.job.request.work:
        case None:
            return _generate(with_model(run, tools), tools)
        case Sending() as work:
            return send(run, work, tools.safety, tools.store)
        case Drafting() as work:
            return _in_voice(run, draft(run, work, tools), tools)
        case FromRecipe() as work:
            recipe = recipes.cleared(run, recipes.found(_known(run, tools), work), tools.safety)
            return _by_recipe(with_model(recipes.prepared(run, recipe), tools), recipe, tools)
        case ForEachRow() as work:
            return _each_row(run, work, tools)
        case Learning() | Looking() as work:
            return know(run, work, tools)
        case work:
            raise WorkNotSupported(f"this worker does no {work.type}", work=work.type)


def _known(run: Run, tools: Tools) -> Recipes:
    """Those of this installation, and those that the workspace saved."""
    return WorkspaceRecipes(tools.recipes, tools.store, run.job.origin.workspace)


def _generate(run: Run, tools: Tools) -> Result:
    if run.job.request.kind is Kind.DRAW:
        return _draw(run, tools)
    backend, voice = tools.backends.text(run.job.request.params.model), tools.voices.of(run.job.origin)
    if voice == NO_VOICE:
        return noticed(run, write(run, backend, tools.safety))
    return noticed(run, recipes.write_held(run, backend, tools.safety, recipes.demanded(run, voice)))


def _in_voice(run: Run, result: Result, tools: Tools) -> Result:
    """A draft held to the voice of its channel's teams or its agent's: what no source says, no repair may add."""
    voice = tools.voices.of(replace(run.job.origin, channel=run.where.channel))
    if voice == NO_VOICE:
        return result
    return recipes.in_voice(run, result, tools.safety, voice)


def _by_recipe(run: Run, recipe: Recipe, tools: Tools) -> Result:
    model = run.job.request.params.model
    weak = tools.backends.info(recipe.kind, model).embedded
    if recipe.kind is Kind.DRAW:
        return _draw(recipes.spelt_out(run, recipe, weak=weak), tools)
    demands = recipes.demanded(run, tools.voices.of(run.job.origin), recipe)
    return recipes.write_held(run, tools.backends.text(model), tools.safety, demands, weak=weak)


def _each_row(run: Run, work: ForEachRow, tools: Tools) -> Result:
    found = recipes.found(_known(run, tools), FromRecipe(work.recipe))
    recipe = for_tables(recipes.cleared(replace(run, reviewed=False), found, tools.safety))
    info = tools.backends.info(Kind.COPY, recipes.prepared(run, recipe).job.request.params.model)
    run.meter.usage = Usage(model=info.name, backend=info.backend)

    def write_one(row: Run) -> Result:
        return _by_recipe(with_model(recipes.prepared(row, recipe), tools), recipe, tools)

    return Rows(run, work, recipe, write_one, tools.safety, tools.store, tools.artifacts, tools.labeller).result()


def _draw(run: Run, tools: Tools) -> Result:
    image = tools.backends.image(run.job.request.params.model)
    return draw(run, image, tools.safety, tools.labeller, tools.artifacts)
