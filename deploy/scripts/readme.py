"""Writes the generated parts of README.md: the settings, and the figures.

The figures come from files of `aigc bench --json`, `aigc eval draw --json`, of `make faults JSON=`, and of what
EVALUATIONS names. Of campaigns and these there may be several: tables of the same header become one.

python deploy/scripts/readme.py [FIGURES.json ...]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.cli.settings import table
from engine.evals.tables import Table, markdown

EVALUATIONS = {"eval safety": "eval-safety", "eval replies": "replies", "eval recipes": "recipes"}
"""Markers by the command that their figures name."""


def replaced(text: str, name: str, lines: Iterable[str]) -> str:
    """`text` with `lines` between the markers of `name`."""
    inside = "\n".join(lines)
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marked.search(text):
        raise SystemExit(f"README.md has no marker {name}: nothing was written")
    return marked.sub(lambda found: f"{found[1]}{inside}\n{found[2]}", text)


def figures(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield "| `aigc bench` | what | measured | to reach | beside |"
    yield "|---|---|---|---|---|"
    for row in rows:
        value = f"{row['value']:.2f} {row['unit']}".strip()
        yield f"| {row['benchmark']} | {row['name']} | {value} | {row['target']} | {row['note']} |"


def faults(*found: dict[str, Any]) -> Iterator[str]:
    """Lines of Markdown tables: a row for each campaign, and a row for each kind of fault in the largest."""
    counts = ("lost", "duplicated", "unfiltered", "mistaken")
    times = ("recovery, median", "worst", "worst, met by one fault alone")
    header = ("database", "seed", "jobs", "faults", *counts, *times)
    rows = [
        (
            *(str(each[key]) for key in ("database", "seed", "jobs", "faults")),
            *(str(len(each[key])) for key in counts),
            *(_seconds(each["recovery_s"][key]) for key in ("median", "worst", "worst_alone")),
        )
        for each in found
    ]
    largest = max(found, key=lambda each: int(each["jobs"]))
    kinds = [
        (each["kind"], str(each["times"]), *(_seconds(each[key]) for key in ("median", "worst", "worst_alone")))
        for each in largest["faults_by_kind"]
    ]
    kinds_header = (f"{largest['jobs']} jobs on {largest['database']}", "times", *times)
    return markdown([Table(header, tuple(rows)), Table(kinds_header, tuple(kinds))])


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"


def evaluation(*found: dict[str, Any]) -> Iterator[str]:
    """Lines of Markdown tables."""
    rows: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for each in (shown for file in found for shown in file["tables"]):
        rows.setdefault(tuple(each["header"]), []).extend(map(tuple, each["rows"]))
    return markdown([Table(header, tuple(under)) for header, under in rows.items()])


def written(text: str, found: Sequence[Any]) -> str:
    """The README with these figures, as read from JSON, between their markers."""
    named: dict[str, list[dict[str, Any]]] = {}
    campaigns = [each for each in found if isinstance(each, dict) and "faults_by_kind" in each]
    for each in found:
        if isinstance(each, list):
            load = all(row["benchmark"] == "load" for row in each)
            text = replaced(text, "load" if load else "bench", figures(each))
        elif each.get("command") in EVALUATIONS:
            named.setdefault(EVALUATIONS[each["command"]], []).append(each)
        elif each not in campaigns:
            text = replaced(text, "eval-draw", evaluation(each))
    for marker, evaluations in named.items():
        text = replaced(text, marker, evaluation(*evaluations))
    return replaced(text, "faults", faults(*campaigns)) if campaigns else text


def main() -> None:
    readme = Path("README.md")
    text = replaced(readme.read_text(encoding="utf-8"), "settings", table())
    found = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    readme.write_text(written(text, found), encoding="utf-8")


if __name__ == "__main__":
    main()
