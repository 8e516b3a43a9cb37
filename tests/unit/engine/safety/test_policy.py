"""The policy file: the nearest word wins, mistakes are named, and minors are protected whatever it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pytest

from engine.domain.request import Kind
from engine.domain.safety import NO_FINDING, Action, Category, Where
from engine.errors import ConfigurationError
from engine.replies.topics import TOPICS
from engine.safety.policy import LayerDecision, Policy, load_policy
from engine.safety.policy_file import Outage, OutsideApi, OutsideLayer, Topic

PolicyOf = Callable[[str], Policy]

ACME = """
name: acme
version: 7
categories:
  hate: {threshold: 0.4, action: review}
kinds:
  draw:
    hate: {threshold: 0.3}
images:
  sexual: {threshold: 0.9}
channels:
  C1:
    categories:
      hate: {action: allow}
    kinds:
      copy:
        hate: {action: refuse}
workspaces:
  T1:
    categories:
      hate: {threshold: 0.6}
    kinds:
      draw:
        hate: {threshold: 0.7}
    images:
      sexual: {threshold: 0.8}
    channels:
      C1:
        categories:
          hate: {threshold: 0.9}
"""


LAYERS = """
name: x
version: 1
layers:
  guard: {use: true, on_outage: fallback}
  classifier: {on_outage: review}
workspaces:
  T1:
    layers:
      guard: {use: false, timeout_s: 2}
    channels:
      C1: {layers: {guard: {use: true, on_outage: review}}}
"""


def test_the_built_in_policy_knows_every_category_but_unchecked() -> None:
    policy = load_policy(None)
    assert set(policy.file.categories) == set(Category) - NO_FINDING
    assert re.fullmatch(r"default@1\+[0-9a-f]{6}", policy.label)


@pytest.mark.parametrize(
    ("where", "threshold", "action"),
    [
        (Where(Kind.COPY), 0.4, Action.REVIEW),
        (Where(Kind.COPY, "T9", "C9"), 0.4, Action.REVIEW),
        (Where(Kind.DRAW, "T9", "C9"), 0.3, Action.REVIEW),
        (Where(Kind.DRAW, "T9", "C1"), 0.3, Action.ALLOW),
        (Where(Kind.COPY, "T9", "C1"), 0.4, Action.REFUSE),
        (Where(Kind.COPY, "T1", "C9"), 0.6, Action.REVIEW),
        (Where(Kind.DRAW, "T1", "C9"), 0.7, Action.REVIEW),
        (Where(Kind.COPY, "T1", "C1"), 0.9, Action.REFUSE),
        (Where(Kind.DRAW, "T1", "C1"), 0.9, Action.ALLOW),
    ],
)
def test_the_nearest_word_wins(policy_of: PolicyOf, where: Where, threshold: float, action: Action) -> None:
    decision = policy_of(ACME).decide(Category.HATE, where)
    assert (decision.threshold, decision.action) == (threshold, action)


def test_what_a_file_does_not_name_is_as_built_in(policy_of: PolicyOf) -> None:
    own, base = policy_of(ACME), load_policy(None)
    assert own.decide(Category.VIOLENCE, Where(Kind.DRAW)) == base.decide(Category.VIOLENCE, Where(Kind.DRAW))


def test_an_edited_file_is_another_policy_even_under_the_same_version(policy_of: PolicyOf) -> None:
    assert policy_of(ACME).label == f"acme@7+{sha256(ACME.encode()).hexdigest()[:6]}"
    assert policy_of(ACME + "\n").label != policy_of(ACME).label


@pytest.mark.parametrize(
    ("where", "image", "source"),
    [
        (Where(Kind.COPY), False, "acme"),
        (Where(Kind.DRAW), False, "acme, draw"),
        (Where(Kind.COPY, "T9", "C1"), False, "channel C1, copy"),
        (Where(Kind.COPY, "T1", "C9"), False, "workspace T1"),
        (Where(Kind.COPY, "T1", "C1"), False, "workspace T1, channel C1"),
    ],
)
def test_a_decision_knows_who_took_it(policy_of: PolicyOf, where: Where, image: bool, source: str) -> None:
    assert policy_of(ACME).decide(Category.HATE, where, image=image).source == source


def test_layers_follow_the_same_order(policy_of: PolicyOf) -> None:
    policy = policy_of(LAYERS)
    assert policy.layer("guard", Where(Kind.COPY)) == LayerDecision(True, 5, Outage.FALLBACK)
    assert policy.layer("guard", Where(Kind.COPY, "T1")) == LayerDecision(False, 2, Outage.FALLBACK)
    assert policy.layer("guard", Where(Kind.COPY, "T1", "C1")) == LayerDecision(True, 2, Outage.REVIEW)
    assert policy.layer("classifier", Where(Kind.COPY)) == LayerDecision(True, None, Outage.REVIEW)
    assert policy.layer("rules", Where(Kind.COPY)) == LayerDecision(True, None, Outage.REFUSE)
    assert (policy.uses("guard"), policy.uses("moderation")) == (True, False)


def test_what_is_called_outside_is_off_until_a_file_says_so() -> None:
    policy = load_policy(None)
    for name in get_args(OutsideLayer):
        assert not policy.layer(name, Where(Kind.COPY)).use
        assert not policy.uses(name)


def test_what_others_wrote_has_a_threshold_of_its_own(policy_of: PolicyOf) -> None:
    policy = policy_of("name: x\nversion: 1\ncontext: {prompt-injection: {threshold: 0.3}}")
    asked, context = (
        policy.decide(Category.PROMPT_INJECTION, Where(Kind.COPY), context=told) for told in (False, True)
    )
    assert (asked.threshold, context.threshold) == (0.9, 0.3)


@pytest.mark.parametrize(
    ("category", "action"),
    [
        (Category.HARASSMENT, Action.ALLOW),
        (Category.VIOLENCE, Action.ALLOW),
        (Category.PERSONAL_DATA, Action.ALLOW),
        (Category.COMPANY_RULE, Action.ALLOW),
        (Category.PROMPT_INJECTION, Action.REFUSE),
        (Category.SECRET, Action.REDACT),
        (Category.SEXUAL_MINORS, Action.REFUSE),
        (Category.UNCHECKED, Action.REFUSE),
        (Category.HATE, Action.REVIEW),
    ],
)
def test_what_others_wrote_may_be_angry_but_is_no_order(
    policy_of: PolicyOf, category: Category, action: Action
) -> None:
    file = "name: x\nversion: 1\ncategories: {harassment: {action: refuse}}\ncontext: {hate: {action: review}}"
    assert policy_of(file).decide(category, Where(Kind.COPY), context=True).action is action


REPLIES = """
name: x
version: 1
review: {channel: C0REVIEW, reviewers: [U0ANNA]}
replies: {review: [refund, legal]}
channels:
  C1: {replies: {review: always}}
workspaces:
  T1: {replies: {review: never}}
"""


@pytest.mark.parametrize(
    ("where", "text", "reasons"),
    [
        (Where(Kind.COPY), "We refund you", ("refund",)),
        (Where(Kind.COPY), "要找律师，还要退款", ("refund", "legal")),
        (Where(Kind.COPY), "This is unacceptable", ()),
        (Where(Kind.COPY, "T9", "C1"), "Hello", ("always",)),
        (Where(Kind.COPY, "T1", "C1"), "We refund you", ()),
    ],
)
def test_which_replies_two_people_look_at(
    policy_of: PolicyOf, where: Where, text: str, reasons: tuple[str, ...]
) -> None:
    assert policy_of(REPLIES).second_look([text], where) == reasons
    assert load_policy(None).second_look([text], where) == ()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("replies: {review: sometimes}", "replies.review"),
        ("replies: {review: [shipping]}", "replies.review"),
        ("categories: {four-eyes: {action: review}}", "four-eyes has no score"),
    ],
)
def test_mistakes_about_replies_are_named(policy_of: PolicyOf, said: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        policy_of(f"name: x\nversion: 1\n{said}")


def test_a_file_can_name_every_topic_that_is_recognised() -> None:
    assert get_args(Topic) == TOPICS


def test_a_second_look_that_nobody_takes_is_warned_of(policy_of: PolicyOf) -> None:
    (warning,) = policy_of("name: x\nversion: 1\nreplies: {review: always}").warnings
    assert "replies.review: there is no section review" in warning


def test_images_have_a_threshold_of_their_own(policy_of: PolicyOf) -> None:
    policy = policy_of(ACME)
    assert policy.decide(Category.SEXUAL, Where(Kind.DRAW), image=True).threshold == 0.9
    assert policy.decide(Category.SEXUAL, Where(Kind.DRAW, "T1"), image=True).threshold == 0.8
    assert policy.decide(Category.SEXUAL, Where(Kind.DRAW)).threshold != 0.9


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name: x\nversion: 1\ncategories:\n  hate: {threshold: 3}", ":4: categories.hate.threshold"),
        ("name: x\nversion: 1\ncategories:\n  hat: {threshold: 0.3}", ":4: categories.hat"),
        ("name: x\nversion: 1\nkinds:\n  draw:\n    hate: {action: block}", ":5: kinds.draw.hate.action"),
        ("name: x\nversion: 1\nchanels: {}", ":3: chanels"),
        (
            "name: x\nversion: 1\nworkspaces:\n  T1:\n    channels: {C1: {hate: {}}}",
            ":5: workspaces.T1.channels.C1.hate",
        ),
        ("name: x\nversion: 1\nworkspaces:\n  T1:\n    workspaces: {}", ":5: workspaces.T1.workspaces"),
        ("name: x\nversion: 1\nlayers:\n  gaurd: {use: true}", ":4: layers.gaurd"),
        ("name: x\nversion: 1\nlayers:\n  guard:\n    on_outage: open", ":5: layers.guard.on_outage"),
        ("name: x\nversion: 1\nlayers:\n  guard: {timeout_s: 0}", ":4: layers.guard.timeout_s"),
        ("name: x\nversion: 1\nlayers:\n  classifier: {use: false}", ":3: layers: Value error, classifier is a local"),
        ("name: x\nversion: 1\nlayers:\n  rules: {on_outage: fallback}", ":3: layers: Value error, rules is a local"),
        ("version: 1", ":1: name"),
        ("name: [x\nversion: 1", "this is not YAML"),
        ("just words", "the file"),
        ("", "name"),
        ("name: x\nversion: 1\ncategories:\n  hate: {action: redact}", "redact works for"),
        ("name: x\nversion: 1\ncategories:\n  hate: {action: disclaim}", "disclaim works for advice/financial"),
        ("name: x\nversion: 1\ncategories:\n  unchecked: {action: allow}", "always refused"),
        ("name: x\nversion: 1\ncompany_rules:\n  - {name: a, patterns: ['(']}", ":4: company_rules.0.patterns"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(policy_of: PolicyOf, text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        policy_of(text)
    assert complaint in str(error.value)
    assert "policy.yaml" in str(error.value)


@pytest.mark.parametrize(
    "weaker",
    [
        "categories: {sexual/minors: {action: allow}}",
        "categories: {sexual/minors: {action: review}}",
        "categories: {sexual/minors: {threshold: 0.99}}",
        "kinds: {draw: {sexual/minors: {threshold: 0.99}}}",
        "channels: {C1: {categories: {sexual/minors: {action: allow}}}}",
        "channels: {C1: {images: {sexual/minors: {action: allow}}}}",
        "workspaces: {T1: {categories: {sexual/minors: {action: allow}}}}",
        "workspaces: {T1: {channels: {C1: {images: {sexual/minors: {action: allow}}}}}}",
    ],
)
def test_protection_of_minors_cannot_be_weakened(policy_of: PolicyOf, weaker: str) -> None:
    with pytest.raises(ConfigurationError, match="sexual/minors is always refused"):
        policy_of(f"name: x\nversion: 1\n{weaker}")


def test_protection_of_minors_can_be_made_stricter(policy_of: PolicyOf) -> None:
    policy = policy_of("name: x\nversion: 1\ncategories: {sexual/minors: {threshold: 0.1}}")
    assert policy.decide(Category.SEXUAL_MINORS, Where(Kind.COPY)).threshold == 0.1


def test_a_name_is_no_longer_than_the_audit_log_has_room_for(policy_of: PolicyOf) -> None:
    assert len(policy_of(f"name: {'n' * 50}\nversion: {'v' * 50}\n").label) <= 128
    with pytest.raises(ConfigurationError, match="name"):
        policy_of(f"name: {'n' * 51}\nversion: 1\n")


def test_a_file_that_cannot_be_read_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_policy(tmp_path / "none.yaml")


def test_the_nearest_word_on_an_outside_api_wins(policy_of: Callable[[str], Policy]) -> None:
    rules = "personal_data: {outside_api: redact}\nchannels: {C1: {personal_data: {outside_api: refuse}}}"
    policy = policy_of(f"name: x\nversion: 1\n{rules}")
    assert policy.outside_api(Where(Kind.COPY)) is OutsideApi.REDACT
    assert policy.outside_api(Where(Kind.COPY, channel="C1")) is OutsideApi.REFUSE
    assert load_policy(None).outside_api(Where(Kind.COPY)) is OutsideApi.RESTORE


def test_labels_are_as_the_file_says_and_otherwise_as_shipped(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("name: acme\nversion: 1\nlabels: {draw_on_image: false}\n")
    policy = load_policy(path)
    assert (policy.draws_on_image, policy.keeps_prompt_in_file) == (False, False)
