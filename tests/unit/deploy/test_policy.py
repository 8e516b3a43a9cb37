"""The example of a policy is one, and does what its comments say."""

from __future__ import annotations

from pathlib import Path

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Where
from engine.safety.policy import load_policy
from engine.safety.policy_file import Outage, OutsideApi, PolicyFile
from engine.yaml_file import parse_yaml

EXAMPLE = Path(__file__).parents[3] / "deploy/policy/example.yaml"


def test_the_example_is_a_policy_without_a_warning() -> None:
    assert load_policy(EXAMPLE).warnings == ()


def test_it_shows_every_section() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [name for name in PolicyFile.model_fields if f"\n{name}:" not in text and f"\n# {name}:" not in text] == []


def test_it_does_what_its_comments_say() -> None:
    policy = load_policy(EXAMPLE)
    assert policy.decide(Category.ILLICIT, Where(Kind.COPY, channel="C0SECURITY")).threshold == 0.95
    assert policy.decide(Category.HARASSMENT, Where(Kind.COPY, "T0AGENCY1")).action is Action.REFUSE
    assert policy.outside_api(Where(Kind.COPY)) is OutsideApi.RESTORE
    press = Where(Kind.COPY, "T0AGENCY1", "C0PRESS11")
    assert policy.decide(Category.COMPANY_RULE, press).action is Action.REVIEW
    assert policy.layer("classifier", press).on_outage is Outage.REVIEW


def test_it_says_what_labels_do_anyway() -> None:
    shipped, example = load_policy(None), load_policy(EXAMPLE)
    assert (shipped.draws_on_image, shipped.keeps_prompt_in_file) == (True, False)
    assert (example.draws_on_image, example.keeps_prompt_in_file) == (True, False)


def test_what_it_has_in_comments_is_right_too() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for layer in ("guard", "moderation", "image-moderation"):
        text = text.replace(f"  # {layer}:", f"  {layer}:")
    assert parse_yaml(text, "example.yaml", PolicyFile).layers["guard"].on_outage is Outage.FALLBACK
