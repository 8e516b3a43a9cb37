"""Reads what the check is trained and measured on: openly licensed sets, and sentences written for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.safety.train.corpus import OWN as ORDINARY
from engine.safety.train_injection.grammar import read_grammar

HERE = Path(__file__).parent
PER_TEMPLATE = 14
MOST_LONG_TEXTS = 250
"""Of each source of long harmless text."""
_UNSAFE = ("S", "H", "V", "HR", "SH", "H2", "V2")


@dataclass(frozen=True, slots=True)
class Example:
    """A text; `held_out` is measured on and never trained on."""

    source: str
    text: str
    attack: bool
    held_out: bool = False


def read(data: Path, harmless: Path, held_out: Path) -> list[Example]:
    """All examples. `harmless` and `held_out` are folders of long harmless texts: JSON lines with a text each."""
    return [
        *_own(),
        *_deepset(data),
        *_short_harmless(data),
        *_long(harmless, held_out=False),
        *_long(held_out, held_out=True),
        *(Example("emails", row["context"], False, held_out=True) for row in _lines(data, "benign-emails-half")),
    ]


def _own() -> Iterator[Example]:
    attacks, harmless = (read_grammar(HERE / name) for name in ("attacks.yaml", "harmless.yaml"))
    yield from (Example("written", text, True) for text in attacks.sentences(PER_TEMPLATE, seed=0))
    yield from (Example("written lines", text, True) for text in attacks.lines)
    yield from (Example("written", text, False) for text in harmless.sentences(PER_TEMPLATE, seed=1))
    for line in (ORDINARY / "ordinary.tsv").read_text(encoding="utf-8").splitlines():
        yield Example("ordinary", line.partition("\t")[2], False)


def _deepset(data: Path) -> Iterator[Example]:
    import pyarrow.parquet

    for row in pyarrow.parquet.read_table(data / "prompt-injections-train.parquet").to_pylist():
        yield Example("deepset", row["text"], bool(row["label"]))


def _short_harmless(data: Path) -> Iterator[Example]:
    for row in _lines(data, "openai-moderation-half"):
        if not any(row.get(key) for key in _UNSAFE):
            yield Example("openai", row["prompt"], False)
    for row in json.loads((data / "personal-data-half.json").read_text(encoding="utf-8")):
        yield Example("presidio", row["full_text"], False)
    yield from (Example("cvalues", row["prompt"], False) for row in _lines(data, "cvalues-benign-zh-half"))


def _long(folder: Path, *, held_out: bool) -> Iterator[Example]:
    for path in sorted(folder.glob("*.jsonl")):
        for row in list(_lines(folder, path.stem))[:MOST_LONG_TEXTS]:
            yield Example(path.stem, row["text"], False, held_out)


def _lines(folder: Path, name: str) -> Iterator[Any]:
    for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
