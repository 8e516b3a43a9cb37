"""Writes the generated parts of README.md: the settings and, from files of `aigc bench --json` and `aigc eval draw
--json`, the figures.

python deploy/scripts/readme.py [FIGURES.json ...]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.cli.settings import table
from engine.evals.tables import Table, markdown


def replaced(text: str, name: str, lines: Iterable[str]) -> str:
    """`text` with `lines` between the markers of `name`."""
    inside = "\n".join(lines)
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return marked.sub(lambda found: f"{found[1]}{inside}\n{found[2]}", text)


def figures(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield "| `aigc bench` | what | measured | to reach | beside |"
    yield "|---|---|---|---|---|"
    for row in rows:
        value = f"{row['value']:.2f} {row['unit']}".strip()
        yield f"| {row['benchmark']} | {row['name']} | {value} | {row['target']} | {row['note']} |"


def evaluation(found: dict[str, Any]) -> Iterator[str]:
    """Lines of Markdown tables."""
    return markdown([Table(tuple(each["header"]), tuple(map(tuple, each["rows"]))) for each in found["tables"]])


def main() -> None:
    readme = Path("README.md")
    text = replaced(readme.read_text(encoding="utf-8"), "settings", table())
    for name in sys.argv[1:]:
        found = json.loads(Path(name).read_text(encoding="utf-8"))
        if isinstance(found, list):
            text = replaced(text, "bench", figures(found))
        else:
            text = replaced(text, "eval-draw", evaluation(found))
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
