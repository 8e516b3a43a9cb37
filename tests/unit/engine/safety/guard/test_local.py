"""A guard model in this process: its own chat template asks, its probabilities score, and nothing is judged in part."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from engine.domain.request import Kind
from engine.domain.safety import Category, Stage
from engine.domain.task import Turn
from engine.safety.guard.asking import Ask, Unreadable
from engine.safety.guard.check import build_guard
from engine.safety.guard.local import LocalGuard, rendered
from engine.settings import EngineSettings, ModelSpec
from tests.support.tiny_models import CONTEXT, GUARD_TEMPLATE, guard, tokenizer

ASK = Ask((Turn("user", "a text"),), max_new_tokens=20)
PARTS = "{% for message in messages %}{{ message['content'][0]['text'] }}{% endfor %}:"
DROPS = "{% for message in messages if message['role'] == 'system' %}{{ message['content'] }}{% endfor %}:"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return guard(tmp_path_factory.mktemp("guard"))


@pytest.mark.heavy
def test_it_writes_its_verdict_with_the_probabilities_of_each_token(folder: Path) -> None:
    (reply,) = LocalGuard(str(folder), device="cpu", dtype="float32").replies([ASK])
    assert reply.text == "unsafe\nS1"
    assert [token.text for token in reply.tokens] == list("unsafe\nS1")
    assert all(0.9 < sum(token.alternatives.values()) <= 1.001 for token in reply.tokens)


@pytest.mark.heavy
def test_the_settings_name_it_and_its_first_token_scores(folder: Path) -> None:
    spec = ModelSpec(
        backend="transformers",
        model=str(folder),
        options={"family": "llama-guard", "device": "cpu", "dtype": "float32"},
    )
    (found,) = build_guard(spec, EngineSettings()).judge("a text", Kind.COPY, Stage.OUTPUT)
    assert found.category is Category.ILLICIT_VIOLENT
    assert math.isclose(found.score, 1 / (1 + math.exp(-1)), abs_tol=0.01)


@pytest.mark.heavy
def test_a_text_that_does_not_fit_is_an_outage_and_is_not_cut(folder: Path) -> None:
    model = LocalGuard(str(folder), device="cpu", dtype="float32")
    with pytest.raises(Unreadable, match="do not fit"):
        model.replies([Ask((Turn("user", "a" * CONTEXT),), max_new_tokens=20)])


@pytest.mark.heavy
def test_what_cannot_be_loaded_raises(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"config\.json"):
        LocalGuard(str(tmp_path), device="cpu").replies([ASK])


def test_the_prompt_comes_from_the_checkpoints_own_template() -> None:
    assert rendered(tokenizer(GUARD_TEMPLATE), ASK) == "user= a text; verdict:"


def test_a_template_that_takes_a_list_of_parts_gets_one() -> None:
    assert rendered(tokenizer(PARTS), ASK) == "a text:"


def test_a_template_takes_what_stands_beside_the_turns() -> None:
    template = "{{ guideline }} " + GUARD_TEMPLATE
    ask = Ask(ASK.turns, 2, {"guideline": '"No Hate"'})
    assert rendered(tokenizer(template), ask) == '"No Hate" user= a text; verdict:'


def test_a_template_that_drops_the_text_is_an_outage() -> None:
    with pytest.raises(Unreadable, match="drops the text"):
        rendered(tokenizer(DROPS), ASK)
