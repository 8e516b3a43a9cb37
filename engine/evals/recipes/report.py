"""What the recipes' evaluation found, as a table and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from engine.evals.recipes.run import Report, Written
from engine.evals.tables import Table

_MOST_NAMED = 3


def tables(report: Report) -> list[Table]:
    """A row for each recipe, and one for all."""
    header = ("`aigc eval recipes`", "model", "texts", "fit at once", "mended without a model", "after one repair",
              "most often not met at last")  # fmt: skip
    names = list(dict.fromkeys(each.recipe for each in report.texts))
    groups = [(name, [each for each in report.texts if each.recipe == name]) for name in names]
    by_lang = [(f"all, {lang}", [each for each in report.texts if each.lang == lang]) for lang in ("en", "zh")]
    rows = [_row(name, report.model, texts) for name, texts in (*groups, *by_lang, ("all", list(report.texts)))]
    return [Table(header, tuple(rows))]


def _row(name: str, model: str, texts: Sequence[Written]) -> tuple[str, ...]:
    made = [each for each in texts if not each.refused]
    shares = [sum(not codes for codes in moment) for moment in _moments(made)]
    missed = Counter(code for each in made for code in each.at_last)
    refused = len(texts) - len(made)
    named = [*(code for code, _ in missed.most_common(_MOST_NAMED)), *([f"refused: {refused}"] if refused else [])]
    return name, model, str(len(texts)), *(f"{share / len(texts):.0%}" for share in shares), ", ".join(named)


def _moments(made: Sequence[Written]) -> Iterable[list[tuple[str, ...]]]:
    yield [each.at_once for each in made]
    yield [each.mended for each in made]
    yield [each.at_last for each in made]


def to_json(report: Report) -> dict[str, Any]:
    return {"command": "eval recipes", "model": report.model, "texts": [asdict(each) for each in report.texts]}
