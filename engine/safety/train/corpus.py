"""Reads what the classifier is trained on: openly licensed sets, and briefs written for it (*.tsv beside this)."""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.domain.safety import Category
from engine.safety.features import has_cjk

OWN = Path(__file__).parent

_OPENAI = {
    "S": Category.SEXUAL,
    "H": Category.HATE,
    "V": Category.VIOLENCE,
    "HR": Category.HARASSMENT,
    "SH": Category.SELF_HARM,
    "H2": Category.HATE_THREATENING,
    "V2": Category.VIOLENCE_GRAPHIC,
}
CATEGORIES = (*_OPENAI.values(), Category.ILLICIT, Category.ILLICIT_VIOLENT)

_IMPLIED = {Category.HATE_THREATENING: Category.HATE, Category.VIOLENCE_GRAPHIC: Category.VIOLENCE}

COLD_SHARE = 4
"""One in so many of COLD's rows is used: embedding them all takes half an hour and gains little."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with what is known of it; a category that is absent is unknown."""

    source: str
    text: str
    labels: dict[Category, bool]
    held_out: bool = False

    @property
    def cjk(self) -> bool:
        return has_cjk(self.text)


def read(folder: Path) -> list[Example]:
    """All examples, without repeats of a text. Raises OSError when a file is missing."""
    examples = [*_own(), *_openai(folder), *_harmless(folder), *_cold(folder)]
    return list({example.text: example for example in reversed(examples)}.values())


def _own() -> Iterator[Example]:
    for line in (OWN / "ordinary.tsv").read_text(encoding="utf-8").splitlines():
        yield Example("ordinary", line.partition("\t")[2], _harmless_labels())
    for line in (OWN / "unsafe.tsv").read_text(encoding="utf-8").splitlines():
        category, _, text = line.partition("\t")
        yield Example("unsafe", text, _with_implied({Category(category): True}))


def _openai(folder: Path) -> Iterator[Example]:
    for line in (folder / "openai-moderation-half.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels = {category: bool(row[key]) for key, category in _OPENAI.items() if key in row}
        yield Example("openai", row["prompt"], _with_implied(labels))


def _harmless(folder: Path) -> Iterator[Example]:
    for row in json.loads((folder / "personal-data-half.json").read_text(encoding="utf-8")):
        yield Example("presidio", row["full_text"], _harmless_labels())
    for name, source, key in (
        ("benign-emails-half.jsonl", "emails", "context"),
        ("cvalues-benign-zh-half.jsonl", "cvalues", "prompt"),
    ):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            yield Example(source, json.loads(line)[key], _harmless_labels())


def _cold(folder: Path) -> Iterator[Example]:
    for name, held_out in (("cold-train.csv", False), ("cold-dev.csv", True)):
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if zlib.crc32(row["TEXT"].encode()) % COLD_SHARE == 0:
                    yield Example("cold", row["TEXT"], {Category.HATE: row["label"] == "1"}, held_out)


def _harmless_labels() -> dict[Category, bool]:
    return dict.fromkeys(CATEGORIES, False)


def _with_implied(labels: dict[Category, bool]) -> dict[Category, bool]:
    return labels | {_IMPLIED[category]: True for category, yes in labels.items() if yes and category in _IMPLIED}
