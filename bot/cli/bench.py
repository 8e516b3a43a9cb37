"""`aigc bench`: measures what the README claims, as ratios in one run."""

from __future__ import annotations

import importlib
import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from engine.bench.measurement import Measurement

BENCHES = {
    "ack": "bot.bench.ack",
    "queue": "bot.bench.queue",
    "text": "engine.bench.text",
    "images": "engine.bench.images",
    "memory": "bot.bench.memory",
    "submit": "engine.bench.submit",
    "load": "bot.bench.sustained",
}
_ALL = tuple(name for name in BENCHES if name != "load")
"""What runs unless something is named: `load` takes its minutes."""


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option("--minutes", default=10.0, show_default=True, help="Of load: how long commands are sent.")
@click.option("--rate", default=300, show_default=True, help="Of load: commands a minute.")
@click.option("--json", "target", type=click.Path(dir_okay=False, path_type=Path), help="Also write the figures here.")
def bench(names: tuple[str, ...], minutes: float, rate: int, target: Path | None) -> None:
    """Run the benchmarks NAMES, or all but load."""
    options = {"load": {"minutes": minutes, "per_minute": rate}}
    console = Console(highlight=False)
    rows: list[tuple[str, Measurement]] = []
    for name in names or _ALL:
        with Console(stderr=True).status(f"measuring {name}"):
            rows += [(name, row) for row in importlib.import_module(BENCHES[name]).run(**options.get(name, {}))]
    table = Table("benchmark", "measure", "value", "target", "note")
    for name, row in rows:
        table.add_row(name, row.name, f"{row.value:.2f} {row.unit}".strip(), row.target, row.note)
    console.print(table)
    if target:
        target.write_text(json.dumps([{"benchmark": name, **asdict(row)} for name, row in rows], indent=2) + "\n")
