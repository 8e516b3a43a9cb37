"""The made-up companies that searches are measured on: their documents, and questions with what answers them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """Words of a document that answer a question."""

    document: str
    """File name."""
    quote: str

    def is_in(self, text: str) -> bool:
        """Whether a passage has these words, however it is set: spaces, marks and capitals do not count."""
        return letters(self.quote) in letters(text)


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer wrote."""

    id: str
    lang: str
    text: str
    answers: tuple[Answer, ...]
    """Each of them is enough; none where the documents do not say."""
    across: bool
    """Only documents in another language answer it."""


@dataclass(frozen=True, slots=True)
class Company:
    """Documents and questions to them."""

    folder: Path
    questions: tuple[Question, ...]

    @property
    def documents(self) -> tuple[Path, ...]:
        return tuple(sorted((self.folder / "documents").iterdir()))

    def digest(self) -> str:
        """SHA-256 of the documents and questions with their names."""
        sha = hashlib.sha256()
        for path in (*self.documents, self.folder / "questions.jsonl"):
            data = path.read_bytes()
            sha.update(f"{path.name} {len(data)}\n".encode() + data)
        return sha.hexdigest()


def company() -> Company:
    """The one that is reported on; nothing is ever tuned on it."""
    return read(_HERE / "company")


def practice() -> Company:
    """The one to choose thresholds and weights on."""
    return read(_HERE / "practice")


def read(folder: Path) -> Company:
    """A folder with `documents` and `questions.jsonl`."""
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return Company(folder, tuple(_question(json.loads(line)) for line in lines))


def language(document: str) -> str:
    """Of a file name: `returns.zh.md` is "zh"."""
    return document.split(".")[-2]


def letters(text: str) -> str:
    """Only letters and digits, in small letters."""
    return _NOT_A_LETTER.sub("", text.casefold())


def _question(row: dict[str, Any]) -> Question:
    answers = tuple(Answer(answer["document"], answer["quote"]) for answer in row["answers"])
    return Question(row["id"], row["lang"], row["question"], answers, row.get("across", False))
