"""An outage never opens the gate: what a layer could not judge is refused, held, or left to stricter local layers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Stage, Where
from engine.safety.breaker import FAILURES, Breaker
from engine.safety.evidence import Evidence
from engine.safety.filter import LayeredFilter
from engine.safety.layers import Layer, OutsideCheck
from engine.safety.policy import Policy, load_policy
from engine.safety.recognisers import RecogniserCheck
from tests.support.clock import Clock
from tests.unit.engine.safety.conftest import FakeCheck, FakeImageCheck, FakeOutside, make_filter

PolicyOf = Callable[[str], Policy]
COPY = Where(Kind.COPY)


def using(policy_of: PolicyOf, layers: str) -> Policy:
    return policy_of(f"name: x\nversion: 1\nlayers: {layers}")


@pytest.fixture
def guarded(policy_of: PolicyOf) -> Policy:
    return using(policy_of, "{guard: {use: true}}")


def test_a_model_outside_is_asked_only_where_the_policy_uses_it(policy_of: PolicyOf) -> None:
    policy = policy_of("name: x\nversion: 1\nchannels: {C1: {layers: {guard: {use: true}}}}")
    guard = FakeOutside()
    safety = make_filter(outside=[guard], policy=policy)
    safety.check_prompt("hello", COPY)
    assert guard.asked == []
    safety.check_text("hello", Where(Kind.COPY, channel="C1"))
    assert guard.asked == [("hello", Kind.COPY, Stage.OUTPUT)]


def test_it_sees_no_personal_data_and_no_secret(guarded: Policy) -> None:
    guard = FakeOutside()
    safety = make_filter(RecogniserCheck(), outside=[guard], policy=guarded)
    verdict = safety.check_prompt("write to ann@example.com", COPY)
    assert guard.asked == [("write to [email]", Kind.COPY, Stage.PROMPT)]
    assert (verdict.action, verdict.text) == (Action.REDACT, "write to [email]")


@pytest.mark.parametrize("action", ["allow", "review"])
def test_it_sees_none_either_where_the_policy_lets_people_see_it(policy_of: PolicyOf, action: str) -> None:
    policy = policy_of(
        f"name: x\nversion: 1\nlayers: {{guard: {{use: true}}}}\ncategories: {{personal-data: {{action: {action}}}}}"
    )
    guard = FakeOutside()
    verdict = make_filter(RecogniserCheck(), outside=[guard], policy=policy).check_prompt("to ann@example.com", COPY)
    assert verdict.action.value == action
    assert guard.asked[0][0] == "to [email]"


def test_it_is_not_asked_about_what_the_local_layers_refuse(guarded: Policy) -> None:
    guard = FakeOutside()
    assert make_filter(FakeCheck(), outside=[guard], policy=guarded).check_prompt("bad", COPY).action is Action.REFUSE
    assert guard.asked == []


def test_what_it_finds_counts_as_any_other_finding(guarded: Policy) -> None:
    verdict = make_filter(FakeCheck(), outside=[FakeOutside()], policy=guarded).check_prompt("worse", COPY)
    assert [(f.category, f.check) for f in verdict.findings] == [(Category.HATE, "guard")]
    assert verdict.action is Action.REFUSE


def test_sexual_words_about_a_minor_are_refused_when_it_alone_sees_them(guarded: Policy) -> None:
    guard = FakeOutside(Category.SEXUAL, score=0.35)
    verdict = make_filter(outside=[guard], policy=guarded).check_prompt("worse children", COPY)
    assert verdict.categories == (Category.SEXUAL_MINORS,)


@pytest.mark.parametrize(
    ("on_outage", "action"),
    [("refuse", Action.REFUSE), ("review", Action.REVIEW), ("fallback", Action.ALLOW)],
)
def test_what_it_could_not_judge_is_treated_as_the_policy_says(
    policy_of: PolicyOf, on_outage: str, action: Action
) -> None:
    policy = using(policy_of, f"{{guard: {{use: true, on_outage: {on_outage}}}}}")
    verdict = make_filter(outside=[FakeOutside(error=OSError())], policy=policy).check_prompt("hello", COPY)
    (finding,) = verdict.findings
    assert verdict.action is action
    assert (finding.category, finding.action, finding.check, finding.detail) == (
        Category.UNCHECKED, action, "guard", "OSError",
    )  # fmt: skip


def test_when_nothing_is_said_an_outage_refuses(guarded: Policy) -> None:
    verdict = make_filter(outside=[FakeOutside(error=OSError())], policy=guarded).check_prompt("hello", COPY)
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.UNCHECKED,))


def test_the_local_layers_are_stricter_while_they_decide_alone(policy_of: PolicyOf) -> None:
    policy = using(policy_of, "{guard: {use: true, on_outage: fallback}}")
    threshold = policy.decide(Category.HATE, COPY).threshold
    local = FakeCheck(score=threshold * 0.85)
    assert make_filter(local, outside=[FakeOutside()], policy=policy).check_prompt("bad", COPY).action is Action.ALLOW
    verdict = make_filter(local, outside=[FakeOutside(error=OSError())], policy=policy).check_prompt("bad", COPY)
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.HATE,))


def test_of_two_models_the_one_that_is_out_does_not_speak_for_the_other(policy_of: PolicyOf) -> None:
    policy = using(policy_of, "{guard: {use: true, on_outage: fallback}, moderation: {use: true}}")
    models = [FakeOutside(error=OSError()), FakeOutside(name="moderation")]
    safety = make_filter(outside=models, policy=policy)
    assert safety.check_prompt("worse", COPY).categories == (Category.HATE,)
    models[1].error = OSError()
    assert safety.check_prompt("hello", COPY).action is Action.REFUSE


def test_a_local_layer_that_fails_holds_the_text_where_the_policy_says_so(policy_of: PolicyOf) -> None:
    def fail() -> None:
        raise RuntimeError

    policy = using(policy_of, "{classifier: {on_outage: review}}")
    verdict = make_filter(FakeCheck(name="classifier", work=fail), policy=policy).check_prompt("hello", COPY)
    assert (verdict.action, verdict.categories) == (Action.REVIEW, (Category.UNCHECKED,))


def test_a_layer_has_the_time_limit_of_the_policy(policy_of: PolicyOf) -> None:
    never = threading.Event()

    def hang() -> None:
        never.wait()

    policy = using(policy_of, "{classifier: {timeout_s: 0.01}}")
    verdict = make_filter(FakeCheck(name="classifier", work=hang), policy=policy).check_prompt("hello", COPY)
    never.set()
    assert [finding.detail for finding in verdict.findings] == ["time limit"]


def test_a_model_that_is_out_is_not_asked_for_every_sentence(policy_of: PolicyOf) -> None:
    policy = using(policy_of, "{guard: {use: true, on_outage: fallback}}")
    guard = FakeOutside(error=OSError())
    layer = Layer[OutsideCheck](guard, 60.0, Breaker(Clock()))
    safety = LayeredFilter(policy, (), (), [layer])
    verdicts = [safety.check_text("Hello.", COPY) for _ in range(10)]
    assert len(guard.asked) == FAILURES
    assert verdicts[-1].findings[0].detail == "paused after failures"


def test_an_image_is_judged_by_every_layer_the_policy_uses(policy_of: PolicyOf) -> None:
    violent = FakeImageCheck([Evidence(Category.VIOLENCE_GRAPHIC, 0.9, "label")], name="image-moderation")
    images = [FakeImageCheck(name="nudenet"), violent]
    draw = Where(Kind.DRAW)
    assert make_filter(images=images).check_image(b"png", draw).action is Action.ALLOW
    policy = using(policy_of, "{image-moderation: {use: true}}")
    verdict = make_filter(images=images, policy=policy).check_image(b"png", draw, Stage.PROMPT)
    assert (verdict.action, verdict.stage) == (Action.REFUSE, Stage.PROMPT)
    assert verdict.categories == (Category.VIOLENCE_GRAPHIC,)


def test_an_image_that_a_model_could_not_judge_is_held_where_the_policy_says_so(policy_of: PolicyOf) -> None:
    policy = using(policy_of, "{image-moderation: {use: true, on_outage: review}}")
    images = [FakeImageCheck(name="nudenet"), FakeImageCheck(error=OSError(), name="image-moderation")]
    verdict = make_filter(images=images, policy=policy).check_image(b"png", Where(Kind.DRAW))
    assert (verdict.action, verdict.categories) == (Action.REVIEW, (Category.UNCHECKED,))


def test_a_report_has_the_time_and_every_score_even_after_a_refusal() -> None:
    reports = list(make_filter(FakeCheck(), FakeCheck(name="second")).report_text("bad", COPY))
    assert [report.layer for report in reports] == ["fake", "second"]
    assert all(report.elapsed_s >= 0 for report in reports)
    threshold = load_policy(None).decide(Category.HATE, COPY).threshold
    assert [(item.finding.action, item.threshold) for item in reports[1].judged] == [(Action.REFUSE, threshold)]
