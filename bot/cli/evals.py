"""`aigc eval`: measures how good the models are, and the filter."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.output import print_by_file, print_tables, progress
from engine.device import prepare_environment
from engine.settings import EngineSettings

if TYPE_CHECKING:
    from engine.evals.safety.samples import Reading
    from engine.evals.tables import Table as Text

_FILE = click.Path(dir_okay=False, path_type=Path)
_PROBLEMS = 20
"""Rows of a file that are named on standard error."""

_UNCHECKED = "not checked, and counted as flagged where the policy refuses then: see the log"


@click.group("eval")
def evals() -> None:
    """Measure how good the models are, and the filter."""


@evals.command()
@click.option("--model", default="embedded", show_default=True, help="A name in AIGC_IMAGE_MODELS, or embedded.")
@click.option("--quick", is_flag=True, help="Only every tenth prompt.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--json", "target", type=_FILE, help="Also write the figures here, each prompt's too.")
@click.option("--sheet", "picture", type=_FILE, help="Also draw the contact sheet into this PNG or WebP file.")
def draw(model: str, quick: bool, as_markdown: bool, target: Path | None, picture: Path | None) -> None:
    """Draw many prompts, and have a classifier say what is on the pictures."""
    _hold_folders(target, picture)
    prepare_environment(EngineSettings())
    from engine.evals.draw import Plan, run, sheet  # loads torch, which reads the environment
    from engine.evals.tables import tables

    with progress() as show:
        if picture:
            sheet(model, show).save(picture)
        report = run(model, Plan.make(quick), show)
    found = tables(report)
    _hand_over(report.to_json(), found, target, as_markdown, print_tables)


@evals.command()
@click.argument("data", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--text", default="", metavar="COLUMN", help="Where the text is, if not in text, prompt or test_case.")
@click.option("--label", default="", metavar="COLUMN", help="Where the label is, if not in label or label_gold.")
@click.option("--positive", multiple=True, metavar="VALUE", help="A label that says yes, if not 1, true, unsafe ...")
@click.option("--assume", type=click.Choice(["safe", "unsafe"]), help="What all texts are, if no column says it.")
@click.option("--category", default="any", show_default=True, help="What a plain label is about.")
@click.option("--half", type=click.Choice(["unseen", "seen"]), help="Texts of odd, or even, SHA-256 only.")
@click.option(
    "--limit",
    default=0,
    type=click.IntRange(0),
    metavar="N",
    help="Only N texts of each file, always the same.",
)
@click.option("--by", multiple=True, metavar="COLUMN", help="Also say how much is flagged for each of its values.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="Flag from this score on, not as the policy says.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--json", "target", type=_FILE, help="Also write the figures here.")
def safety(
    data: tuple[Path, ...], threshold: float | None, as_markdown: bool, target: Path | None, **columns: Any
) -> None:
    """Measure the safety filter on labelled texts: .jsonl, .json or .csv, these also as .gz, and .parquet.

    The text is in a column text, prompt or test_case, the language in language or lang, else it is guessed. Labels are
    in columns named after the filter's categories, or S, H, V, HR, SH, S3, H2 and V2 as in OpenAI's set, where an
    absent or empty one says that nothing is known; or there is one column label or label_gold with 1 or 0, unsafe or
    safe, hateful or non-hateful. No text is ever shown.

    --half is for github.com/openai/moderation-api-release: the classifier was trained on the texts of even SHA-256.
    """
    _hold_folders(target)
    settings = EngineSettings()
    prepare_environment(settings.model_copy(update={"torch_threads": 1}))
    from engine.evals.safety.run import run
    from engine.evals.safety.tables import tables

    with progress() as show:
        report = run(data, settings, _reading(**columns), threshold, show)
    _hand_over(report.to_json(), tables(report), target, as_markdown, print_by_file)
    for file in report.files:
        if file.speeds[0].unchecked:
            click.echo(f"{file.name}, {file.layers}: {file.speeds[0].unchecked} {_UNCHECKED}", err=True)
        for problem in file.problems[:_PROBLEMS]:
            click.echo(f"{file.name}, {problem.line}: left out: {problem.reason}", err=True)
        if len(file.problems) > _PROBLEMS:
            click.echo(f"{file.name}: {len(file.problems) - _PROBLEMS} more left out (all in --json)", err=True)


@evals.command("personal-data")
@click.argument("data", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--json", "target", type=_FILE, help="Also write the figures here.")
def personal_data(data: tuple[Path, ...], as_markdown: bool, target: Path | None) -> None:
    """Measure which personal data is found, on files that say where it stands.

    DATA are JSON files as presidio-research has them: an array of objects with full_text and spans, each of these with
    entity_type, start_position and end_position. No text is ever shown.
    """
    _hold_folders(target)
    prepare_environment(EngineSettings())
    from engine.errors import ConfigurationError
    from engine.evals.personal_data import run, tables

    try:
        with progress() as show:
            reports = run(data, show)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    figures = {"files": [report.to_json() for report in reports]}
    _hand_over(figures, tables(reports), target, as_markdown, print_by_file)


@evals.command()
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as Markdown.")
@click.option("--json", "target", type=_FILE, help="Also write what became of each output here.")
def leaks(as_markdown: bool, target: Path | None) -> None:
    """Play hostile outputs (secrets of the prompt, links with data, mentions) and say which get out."""
    _hold_folders(target)
    settings = EngineSettings()
    prepare_environment(settings.model_copy(update={"torch_threads": 1}))
    from bot.cli.leaks import outcome, table
    from engine.evals.leaks.hostile import all_hostile
    from engine.safety import build_safety

    safety, hostile = build_safety(settings), list(all_hostile())
    with progress() as show:
        found = []
        for done, output in enumerate(hostile):
            show("hostile outputs", done, len(hostile))
            found.append(outcome(output, safety))
        show("hostile outputs", len(hostile), len(hostile))
    figures = [{"kind": o.hostile.kind, "name": o.hostile.name, "stopped": o.stopped, "how": o.how} for o in found]
    _hand_over({"outputs": figures}, [table(found)], target, as_markdown, print_tables)
    if not all(one.stopped for one in found):
        raise SystemExit(1)


@evals.command()
@click.option("--practice", is_flag=True, help="On the questions that thresholds are chosen on, not on those reported.")
@click.option("--quick", is_flag=True, help="Do not take the time among many passages.")
@click.option("--database", default="", metavar="URL", help="Also in this empty PostgreSQL database.")
@click.option("--drafts", default=0, type=click.IntRange(0), metavar="N", help="Have a model draft N replies, too.")
@click.option("--model", default="embedded", show_default=True, help="A name in AIGC_TEXT_MODELS, or embedded.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--json", "target", type=_FILE, help="Also write the figures here, each question's too.")
def replies(
    *, practice: bool, quick: bool, database: str, drafts: int, model: str, as_markdown: bool, target: Path | None
) -> None:
    """Ask the knowledge base of an example company, and see what it finds, what it refuses, and how fast.

    30 documents and 60 questions in English and Chinese, 15 of which no document answers, written before anything was
    tuned; beside the product's search a plain BM25 and a plain embedding search. Of drafts it says how much of what
    they state is supported by passages; the embedded model drafts in English alone.
    """
    _hold_folders(target)
    prepare_environment(EngineSettings().model_copy(update={"torch_threads": 1}))
    from engine.evals.replies import company
    from engine.evals.replies.drafts import writers
    from engine.evals.replies.plain import e5
    from engine.evals.replies.report import tables
    from engine.evals.replies.run import Plan, run
    from engine.evals.replies.speed import SIZES

    asked = company.practice() if practice else company.company()
    with progress() as show, writers(asked.questions, drafts, model) as writing:
        report = run(Plan(asked, *e5(), () if quick else SIZES, database, writing), show)
    _hand_over(report.to_json(), tables(report), target, as_markdown, print_tables)


@evals.command()
@click.option("--model", default="embedded", show_default=True, help="A name in AIGC_TEXT_MODELS, or embedded.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as Markdown.")
@click.option("--json", "target", type=_FILE, help="Also write the figures here, each text's too.")
def recipes(model: str, as_markdown: bool, target: Path | None) -> None:
    """Write by each recipe, and say how many texts pass its checks: at once, mended, and after one repair.

    Two texts a recipe, one in English and one in Chinese, of other things than its worked examples.
    """
    _hold_folders(target)
    settings = EngineSettings()
    prepare_environment(settings)
    from engine.evals.recipes.report import tables, to_json
    from engine.evals.recipes.run import inputs, run
    from engine.recipes.book import shipped
    from engine.safety import build_safety

    wishes = list(inputs({recipe.name: recipe for recipe in shipped()}))
    with progress() as show:
        report = run(model, settings, wishes, build_safety(settings), show)
    _hand_over(to_json(report), tables(report), target, as_markdown, print_tables)


def _reading(
    *, text: str, label: str, positive: Sequence[str], assume: str | None, category: str, half: str | None, **more: Any
) -> Reading:
    """Raises BadParameter for options that are at odds."""
    from engine.evals.safety.samples import Reading
    from engine.evals.safety.subjects import SUBJECTS

    if category not in SUBJECTS:
        raise click.BadParameter(f"one of {', '.join(SUBJECTS)}", param_hint="--category")
    if assume and (label or positive):
        raise click.BadParameter("the labels are in the file, or they are assumed", param_hint="--assume")
    return Reading(
        text=text,
        label=label,
        positive=frozenset(value.strip().casefold() for value in positive),
        assumed=None if assume is None else assume == "unsafe",
        category=category,
        half=half or "",
        **more,
    )


def _hold_folders(*paths: Path | None) -> None:
    for path in paths:
        if path is not None and not path.parent.is_dir():
            raise click.ClickException(f"There is no folder {path.parent}.")


def _hand_over(
    figures: dict[str, Any],
    found: Sequence[Text],
    target: Path | None,
    as_markdown: bool,
    show: Callable[[Sequence[Text]], None],
) -> None:
    """Write what was found, with its tables, and print these."""
    from engine.evals.tables import markdown

    if target:
        whole = {**figures, "tables": [asdict(table) for table in found]}
        target.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if as_markdown:
        click.echo("\n".join(markdown(found)))
    else:
        show(found)
