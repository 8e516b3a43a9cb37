"""What the safety tests share: the shipped policy, a check that says what it is told to, a filter without models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from engine.domain.request import Kind
from engine.domain.safety import Category, Stage
from engine.safety.evidence import Evidence, OutputCheck, TextCheck
from engine.safety.filter import LayeredFilter
from engine.safety.layers import ImageCheck, Layer, OutsideCheck
from engine.safety.normalise import Views
from engine.safety.policy import Policy, load_policy
from engine.safety.presidio import PresidioCheck

HERE = Path(__file__).parent


def ordinary() -> list[tuple[Kind, str]]:
    kinds = yaml.safe_load((HERE / "ordinary.yaml").read_text(encoding="utf-8"))
    return [(Kind(kind), text) for kind, texts in kinds.items() for text in texts]


def unsafe() -> list[tuple[Kind, Category, str]]:
    kinds = yaml.safe_load((HERE / "unsafe.yaml").read_text(encoding="utf-8"))
    return [
        (Kind(kind), Category(category), text)
        for kind, categories in kinds.items()
        for category, texts in categories.items()
        for text in texts
    ]


@dataclass
class FakeCheck:
    """A TextCheck that scores texts with `word` and remembers what it was asked; `work` runs first."""

    category: Category = Category.HATE
    word: str = "bad"
    score: float = 1.0
    work: Callable[[], None] = lambda: None
    name: str = "fake"
    asked: list[str] = field(default_factory=list)

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]:
        self.asked.append(views.raw)
        self.work()
        return [Evidence(self.category, self.score, "word")] if self.word in views.plain else []


@dataclass
class FakeOutside:
    """An OutsideCheck that scores texts with `word` and remembers what it was asked; `error` is raised instead."""

    category: Category = Category.HATE
    word: str = "worse"
    score: float = 1.0
    error: Exception | None = None
    name: str = "guard"
    asked: list[tuple[str, Kind, Stage]] = field(default_factory=list)

    def judge(self, text: str, kind: Kind, stage: Stage) -> Sequence[Evidence]:
        self.asked.append((text, kind, stage))
        if self.error:
            raise self.error
        return [Evidence(self.category, self.score, "word")] if self.word in text else []


@dataclass
class FakeImageCheck:
    """An ImageCheck that finds what it was given."""

    found: Sequence[Evidence] = ()
    error: Exception | None = None
    name: str = "fake-image"

    def judge(self, image: bytes) -> Sequence[Evidence]:
        if self.error:
            raise self.error
        return self.found


def make_filter(
    *checks: TextCheck,
    images: FakeImageCheck | Sequence[FakeImageCheck] = (),
    outside: Sequence[FakeOutside] = (),
    policy: Policy | None = None,
    timeout_s: float = 60.0,
    outputs: Sequence[OutputCheck] = (),
) -> LayeredFilter:
    layers = [Layer[TextCheck](check, timeout_s) for check in checks]
    seen = [images] if isinstance(images, FakeImageCheck) else images
    return LayeredFilter(
        policy or load_policy(None),
        layers,
        [Layer[ImageCheck](check, timeout_s) for check in seen],
        [Layer[OutsideCheck](check, timeout_s) for check in outside],
        [Layer[OutputCheck](check, timeout_s) for check in outputs],
    )


def presidio() -> PresidioCheck:
    """A check that has loaded: on a busy machine that takes longer than a test's time limit."""
    check = PresidioCheck()
    assert check.find("a@b.de")
    return check


@pytest.fixture
def policy_of(tmp_path: Path) -> Callable[[str], Policy]:
    def load(text: str) -> Policy:
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return load_policy(path)

    return load
