"""Reads what the classifier is trained on: openly licensed sets, and texts written for it (*.tsv, phrases.yaml)."""

from __future__ import annotations

import csv
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.domain.safety import Category
from engine.safety.classifier import CHINESE, PARTS
from engine.safety.features import has_cjk
from engine.safety.train.phrases import phrases

OWN = Path(__file__).parent

ANY = "any"
"""Unsafe in one of the ways that OpenAI's set tells apart; what else may be wrong with a question is not in it."""
AIDS = ("offensive", "toxic", "implied")
"""Labels of sets that mean something near: learned beside the categories, and left behind."""

_OPENAI = {
    "S": Category.SEXUAL,
    "H": Category.HATE,
    "V": Category.VIOLENCE,
    "HR": Category.HARASSMENT,
    "SH": Category.SELF_HARM,
    "H2": Category.HATE_THREATENING,
    "V2": Category.VIOLENCE_GRAPHIC,
}
CATEGORIES: tuple[str, ...] = (*_OPENAI.values(), Category.ILLICIT, Category.ILLICIT_VIOLENT)
TASKS = (ANY, *CATEGORIES, CHINESE, *AIDS)

_QUESTIONS = {
    "Adult Content": Category.SEXUAL,
    "Racial or ethnic hate": Category.HATE,
    "Religious intolerance": Category.HATE,
    "Self-harm": Category.SELF_HARM,
    "Cyberbullying": Category.HARASSMENT,
    "Gender-based violence": Category.ILLICIT_VIOLENT,
    "Terrorism and extremism": Category.ILLICIT_VIOLENT,
    "Assault and battery": Category.ILLICIT_VIOLENT,
    "Weapon making": Category.ILLICIT_VIOLENT,
    "Weapon:": Category.ILLICIT_VIOLENT,
}
_NOT_ASKED = {"Child Abuse", "Political Campaigning", "Tailored Financial Advice"}

_NAMES_DISCRIMINATION = re.compile("歧视|偏见|平等|地域黑|种族主义|地图炮|刻板|黑河南|黑东北|性别对立")
DOUBTED_SHARE = 8
"""COLD's training labels were made in part by a model, and call nearly every comment that so much as names
discrimination offensive, those against it too: one in so many of these is kept, as many as are not called so."""

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A text with what is known of it; a task that is absent is unknown."""

    source: str
    text: str
    labels: Mapping[str, bool]

    @property
    def cjk(self) -> bool:
        return has_cjk(self.text)

    @property
    def held_out(self) -> bool:
        """Left out of the first training, which the calibration and the figures of the card rest on."""
        if self.source == "cold":
            return False
        return self.source == "cold-dev" or _hash(self.text) // 11 % FOLDS == 0


def read(folders: Sequence[Path], unseen: Sequence[Path] = ()) -> list[Example]:
    """All examples, without repeats of a text and without any that stands in a file of `unseen`.

    Raises OSError when a file is in none of the folders.
    """
    files = Files(folders)
    read_from = (_openai, _harmless, _wishes, _comments, _questions, _cold)
    examples = [*_own(), *(example for source in read_from for example in source(files))]
    judged = "\n".join(path.read_text(encoding="utf-8-sig") for path in unseen)
    kept = {example.text: example for example in reversed(examples) if example.text.strip()}
    return [example for example in kept.values() if not (judged and _stands(example.text, judged))]


def _stands(text: str, judged: str) -> bool:
    """Short texts stand in others by chance."""
    return len(text) > 8 and (text in judged or json.dumps(text)[1:-1] in judged)


@dataclass(frozen=True, slots=True)
class Files:
    """The folders that --data names."""

    folders: Sequence[Path]

    def find(self, name: str) -> Path:
        found = next((folder / name for folder in self.folders if (folder / name).exists()), None)
        if found is None:
            raise FileNotFoundError(f"{name} is in none of the folders; weights/CARD.md says where it comes from")
        return found

    def lines(self, name: str) -> Iterator[dict[str, object]]:
        for line in self.find(name).read_text(encoding="utf-8").splitlines():
            yield json.loads(line)

    def table(self, name: str) -> Iterator[dict[str, str]]:
        with self.find(name).open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)

    def json(self, name: str) -> object:
        return json.loads(self.find(name).read_text(encoding="utf-8"))


def _own() -> Iterator[Example]:
    for line in (OWN / "ordinary.tsv").read_text(encoding="utf-8").splitlines():
        yield Example("ordinary", line.partition("\t")[2], _none())
    for line in (OWN / "unsafe.tsv").read_text(encoding="utf-8").splitlines():
        category, _, text = line.partition("\t")
        yield Example("unsafe", text, {ANY: True, **_unsafe(category)})
    for text, categories in phrases():
        labels = {ANY: True, **_unsafe(*categories)} if categories else _none()
        yield Example("phrases", text, {**labels, CHINESE: bool(categories)} if has_cjk(text) else labels)


def _openai(files: Files) -> Iterator[Example]:
    for row in files.lines("openai-moderation-half.jsonl"):
        labels: dict[str, bool] = {category: bool(row[key]) for key, category in _OPENAI.items() if key in row}
        anything = any(row.get(key) for key in _OPENAI)
        yield Example("openai", str(row["prompt"]), {**labels, ANY: anything})


def _harmless(files: Files) -> Iterator[Example]:
    for row in files.json("personal-data-half.json"):  # type: ignore[attr-defined]
        yield Example("presidio", row["full_text"], _none())
    for name, source, key in (
        ("benign-emails-half.jsonl", "emails", "context"),
        ("cvalues-benign-zh-half.jsonl", "cvalues", "prompt"),
    ):
        for row in files.lines(name):
            yield Example(source, str(row[key]), _none())


def _wishes(files: Files) -> Iterator[Example]:
    """What people ask a bank, an assistant and a model for: without them, a question would look like a harmful one."""
    for row in files.table("banking_train.csv"):
        if _hash(row["text"]) % 10 == 0:
            yield Example("banking", row["text"], _none())
    for text, _ in files.json("clinc_small.json")["train"]:  # type: ignore[index]
        if _hash(text) % 5 == 0:
            yield Example("clinc", text, _none())
    for name in ("seed_tasks.jsonl", "zh_seed_tasks.json"):
        for task in files.lines(name):
            yield Example("tasks", str(task["instruction"]), _none())


def _comments(files: Files) -> Iterator[Example]:
    """What people wrote to each other, in English; of what there is plenty of, a part."""
    hate: dict[str, bool] = {Category.HATE: True}
    no_hate: dict[str, bool] = {Category.HATE: False}
    plain: dict[str, bool] = dict.fromkeys(CATEGORIES[:5], False)
    for row in files.table("davidson.csv"):
        kind = row["class"]
        if kind != "1" or _hash(row["tweet"]) % 6 == 0:
            more = hate if kind == "0" else plain if kind == "2" else {}
            yield Example("davidson", row["tweet"], {"offensive": kind != "2", **more})
    for post in files.json("implicitHate.json"):  # type: ignore[attr-defined]
        if _hash(post["text"]) % 2 == 0:
            yield Example("implicit", post["text"], {"implied": post["label"] == "hate"})
    for row in files.table("toxicity_en.csv"):
        yield Example("surge", row["text"], {"toxic": row["is_toxic"] == "Toxic"})
    for row in files.table("toxicity_nonfuzzed_testset.csv"):
        yield Example("wikipedia", row["comment"], {"toxic": row["toxic"] == "True"})
    for row in files.table("annotations_metadata.csv"):
        if row["label"] == "hate" or (row["label"] == "noHate" and _hash(row["file_id"]) % 4 == 0):
            text = files.find(f"all_files/{row['file_id']}.txt").read_text(encoding="utf-8").strip()
            yield Example("forum", text, {Category.HATE: True} if row["label"] == "hate" else no_hate)


def _questions(files: Files) -> Iterator[Example]:
    """Harmful questions; those about children are not read."""
    for language in ("english", "chinese"):
        for topic, kinds in files.json(f"catqa_{language}.json").items():  # type: ignore[attr-defined]
            for kind, questions in kinds.items() if topic not in _NOT_ASKED else ():
                category = _QUESTIONS.get(topic) or _QUESTIONS.get(kind) or Category.ILLICIT
                yield from (Example("catqa", question, _unsafe(category)) for question in questions)
    for name in ("adversarialqa", "dangerousqa"):
        for question in files.json(f"{name}.json"):  # type: ignore[attr-defined]
            yield Example(name, question, _unsafe(Category.ILLICIT))


def _cold(files: Files) -> Iterator[Example]:
    for name, source in (("cold-train.csv", "cold"), ("cold-dev.csv", "cold-dev")):
        for row in files.table(name):
            text, offensive = row["TEXT"], row["label"] == "1"
            doubted = source == "cold" and offensive and _NAMES_DISCRIMINATION.search(text)
            if not doubted or _hash(text) % DOUBTED_SHARE == 0:
                yield Example(source, text, {CHINESE: offensive})


def _none() -> dict[str, bool]:
    return dict.fromkeys((ANY, *CATEGORIES, CHINESE), False)


def _unsafe(*categories: str) -> dict[str, bool]:
    implied: dict[str, bool] = {PARTS[Category(category)]: True for category in categories if category in PARTS}
    return {**dict.fromkeys(categories, True), **implied}


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())
