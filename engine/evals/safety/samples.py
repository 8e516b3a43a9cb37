"""Labelled texts from the rows of a file: finds the columns, reads the labels, keeps account of what is left out.

Columns, in any case: the text is `text`, `prompt` or `test_case`; the language `language` or `lang`, else it is guessed
(zh where there is a Chinese character, else en). Labels are columns named after categories (subjects.py), where an
empty or missing cell says that nothing is known, or one column `label` or `label_gold`, which every row fills.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import ConfigurationError
from engine.evals.safety.files import Problem, Row, rows
from engine.evals.safety.subjects import ANY, MODERATION, category_columns
from engine.safety.features import has_cjk

TEXT_COLUMNS = ("text", "prompt", "test_case")
LABEL_COLUMNS = ("label", "label_gold")
LANGUAGE_COLUMNS = ("language", "lang")
HALVES = ("unseen", "seen")

_NAME = re.compile(r"[A-Za-z0-9_./-]{1,40}")
_YES = {"1", "true", "yes", "unsafe", "harmful", "hateful", "offensive", "toxic", "injection", "jailbreak"}
_NO = {"0", "false", "no", "safe", "harmless", "non-hateful", "non-offensive", "non-toxic", "benign", "legit"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are to be read where their columns do not say it."""

    text: str = ""
    """Column; empty: one of TEXT_COLUMNS."""
    label: str = ""
    """Column; empty: one of LABEL_COLUMNS."""
    positive: frozenset[str] = frozenset()
    """Labels that say yes, all others saying no; empty: 1, true, unsafe and the like, and their opposites."""
    assumed: bool | None = None
    """The label of every text, for files without labels."""
    category: str = ANY
    """What a plain label is about: one of SUBJECTS."""
    half: str = ""
    """One of HALVES: texts whose SHA-256 (of their UTF-8) is odd, "unseen", or even; empty: all."""
    limit: int = 0
    """At most so many texts of a file, drawn with a fixed seed; 0: all."""
    by: tuple[str, ...] = ()
    """Columns by whose values texts are told apart."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One text and what is known of it by subject; a subject that is absent is unknown."""

    text: str = field(repr=False)
    language: str
    labels: Mapping[str, bool]
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataFile:
    """What a file holds, after Reading's choice."""

    path: Path
    samples: Sequence[Sample]
    problems: Sequence[Problem]
    """Rows that could not be read: they are in no figure."""
    chosen_from: int
    """Texts that could be read, before `limit`, after `half`."""


def load(path: Path, reading: Reading) -> DataFile:
    """Raises ConfigurationError where the file cannot be read, has no text or label column, or no text that counts."""
    found = list(rows(path))
    problems = [row for row in found if isinstance(row, Problem)]
    records = [row for row in found if isinstance(row, Row)]
    layout = Layout.of(path, dict.fromkeys(name for row in records for name in row.cells), reading)
    samples: list[Sample] = []
    for row in records:
        try:
            samples.append(layout.sample(row.cells))
        except ValueError as error:
            problems.append(Problem(row.line, str(error)))
    kept = [sample for sample in samples if _in_half(sample.text, reading.half)]
    if not kept:
        raise ConfigurationError(f"{path}: no text to score: {len(samples)} read, {len(problems)} rows left out")
    return DataFile(
        path, _drawn(kept, reading.limit), sorted(problems, key=lambda problem: problem.line), chosen_from=len(kept)
    )


def _in_half(text: str, half: str) -> bool:
    return not half or _is_unseen(text) is (half == "unseen")


def _is_unseen(text: str) -> bool:
    """The half of the OpenAI set that the classifier was not trained on."""
    return hashlib.sha256(text.encode()).digest()[-1] % 2 == 1


def _drawn(samples: Sequence[Sample], limit: int) -> Sequence[Sample]:
    if not 0 < limit < len(samples):
        return samples
    chosen = random.Random(0).sample(range(len(samples)), limit)  # noqa: S311 - a sample
    return [samples[place] for place in sorted(chosen)]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column says what."""

    text: str
    label: str
    language: str
    """Empty: there is none, and it is guessed."""
    categories: Mapping[str, str]
    """Columns to subjects."""
    reading: Reading

    @classmethod
    def of(cls, path: Path, columns: Collection[str], reading: Reading) -> Layout:
        """Raises ConfigurationError that names what is needed and what is there."""
        text = _column(columns, (reading.text,) if reading.text else TEXT_COLUMNS)
        label = _column(columns, (reading.label,) if reading.label else LABEL_COLUMNS)
        categories = {name: str(category) for name, category in category_columns(columns).items() if name != label}
        there = _shown(columns)
        if not text:
            needed = repr(reading.text) if reading.text else f"{', '.join(TEXT_COLUMNS)}, or another by --text"
            raise ConfigurationError(f"{path}: no column for the text: needed {needed}; there are {there}")
        if text in reading.by:
            raise ConfigurationError(f"{path}: {text!r} is the text itself, which is never shown: --by needs another")
        if reading.label and not label:
            raise ConfigurationError(f"{path}: no column {reading.label!r}; there are {there}")
        if reading.assumed is not None:
            label, categories = "", {}
        elif not label and not categories:
            needed = f"{', '.join(LABEL_COLUMNS)}, columns named after categories, another by --label, or --assume"
            raise ConfigurationError(f"{path}: no column for the labels: needed {needed}; there are {there}")
        return cls(text, label, _column(columns, LANGUAGE_COLUMNS), categories, reading)

    def sample(self, cells: Mapping[str, Any]) -> Sample:
        """Raises ValueError, which never quotes a cell, for a row that says too little."""
        text = cells.get(self.text)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"no text in {self.text!r}")
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise ValueError(f"half a character in {self.text!r}")
        said = str(cells.get(self.language) or "") if self.language else ""
        language = said or ("zh" if has_cjk(text) else "en")
        groups = {name: str(cells[name]) for name in self.reading.by if cells.get(name) is not None}
        return Sample(text, language, self._labels(cells), groups)

    def _labels(self, cells: Mapping[str, Any]) -> dict[str, bool]:
        """What is known; "any" is known wherever one of its categories is, and yes where one of them is."""
        labels = {
            subject: answer
            for name, subject in self.categories.items()
            if (answer := _answer(name, cells.get(name), frozenset())) is not None
        }
        moderated = [answer for subject, answer in labels.items() if subject in MODERATION]
        if moderated:
            labels = {ANY: any(moderated), **labels}
        if self.reading.assumed is not None:
            labels[self.reading.category] = self.reading.assumed
        elif self.label:
            plain = _answer(self.label, cells.get(self.label), self.reading.positive)
            if plain is None:
                raise ValueError(f"no label in {self.label!r}")
            labels[self.reading.category] = plain
        if not labels:
            raise ValueError("no label in any column")
        return labels


def _answer(name: str, cell: Any, positive: frozenset[str]) -> bool | None:
    """What a label says, None where there is none. Raises ValueError for one that is neither yes nor no."""
    word = str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip().casefold()
    if cell is None or word in ("", "nan"):
        return None
    if positive:
        return word in positive
    if word not in _YES | _NO:
        raise ValueError(f"the label in {name!r} is neither yes nor no: say by --positive which ones are yes")
    return word in _YES


def _shown(columns: Collection[str]) -> str:
    """Their names; what may be a text, because the file has no header, is only counted."""
    names = [repr(name) for name in columns if _NAME.fullmatch(name)]
    others = len(columns) - len(names)
    return ", ".join([*names, *([f"{others} that look like text, not like names"] if others else [])]) or "none"


def _column(columns: Collection[str], wanted: Sequence[str]) -> str:
    """The first of the wanted that is there, as it is spelled there; empty if none is."""
    spelled = {name.strip().casefold(): name for name in reversed(list(columns)) if name.strip()}
    return next((spelled[name.casefold()] for name in wanted if name.casefold() in spelled), "")
