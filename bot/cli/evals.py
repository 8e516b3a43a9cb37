"""`aigc eval`: measures how good what the models make is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from engine.device import prepare_environment
from engine.settings import EngineSettings

if TYPE_CHECKING:
    from engine.evals.tables import Table as Text

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("eval")
def evals() -> None:
    """Measure how good what the models make is."""


@evals.command()
@click.option("--model", default="embedded", show_default=True, help="A name in AIGC_IMAGE_MODELS, or embedded.")
@click.option("--quick", is_flag=True, help="Only every tenth prompt.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--json", "target", type=_FILE, help="Also write the figures here, each prompt's too.")
@click.option("--sheet", "picture", type=_FILE, help="Also draw the contact sheet into this PNG or WebP file.")
def draw(model: str, quick: bool, as_markdown: bool, target: Path | None, picture: Path | None) -> None:
    """Draw many prompts, and have a classifier say what is on the pictures."""
    for path in (target, picture):
        if path is not None and not path.parent.is_dir():
            raise click.ClickException(f"There is no folder {path.parent}.")
    prepare_environment(EngineSettings())
    from engine.evals.draw import Plan, run, sheet  # loads torch, which reads the environment
    from engine.evals.tables import markdown, tables

    with _progress() as show:
        if picture:
            sheet(model, show).save(picture)
        report = run(model, Plan.make(quick), show)
    found = tables(report)
    if target:
        figures = {**report.to_json(), "tables": [asdict(table) for table in found]}
        target.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if as_markdown:
        click.echo("\n".join(markdown(found)))
    else:
        _print(found)


def _print(found: Sequence[Text]) -> None:
    console = Console(highlight=False)
    for table in found:
        shown = Table(*(name.strip("`") for name in table.header))
        for row in table.rows:
            shown.add_row(*row)
        console.print(shown)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """What is being drawn, on standard error: one line that changes, or in a log one line for each group."""
    console = Console(stderr=True, highlight=False)
    with console.status("setting up") as status:

        def show(what: str, done: int, total: int) -> None:
            if console.is_terminal:
                status.update(f"{what}: {done} of {total}")
            elif done in (0, total):
                console.print(f"{what}: {done} of {total}")

        yield show
