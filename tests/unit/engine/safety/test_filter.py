"""The filter: it asks the cheapest check first, names its policy, and closes when a check fails."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Stage, Where
from engine.safety.evidence import Evidence, Span, redacted
from engine.safety.policy import Policy, load_policy
from engine.safety.recognisers import RecogniserCheck
from tests.unit.engine.safety.conftest import FakeCheck, FakeImageCheck, make_filter


def fail() -> None:
    raise RuntimeError("broken")


def test_warming_up_asks_every_local_layer_and_minds_no_outage() -> None:
    first, second = FakeCheck(name="first", work=fail), FakeCheck(name="second")
    make_filter(first, second).warm_up()
    assert first.asked == second.asked != []


def test_what_no_check_minds_is_allowed_and_names_the_policy() -> None:
    verdict = make_filter(FakeCheck()).check_prompt("good", Where(Kind.COPY, channel="C1"))
    assert (verdict.action, verdict.stage, verdict.policy) == (Action.ALLOW, Stage.PROMPT, load_policy(None).label)


def test_a_score_at_the_threshold_is_refused_and_says_who_said_so() -> None:
    verdict = make_filter(FakeCheck(score=0.9)).check_text("bad", Where(Kind.COPY, channel="C1"))
    (finding,) = verdict.findings
    assert (verdict.action, verdict.stage) == (Action.REFUSE, Stage.OUTPUT)
    assert (finding.category, finding.score, finding.check, finding.detail) == (Category.HATE, 0.9, "fake", "word")


def test_a_score_below_the_threshold_is_allowed_but_explained() -> None:
    safety = make_filter(FakeCheck(score=0.5))
    assert safety.check_prompt("bad", Where(Kind.COPY)).findings == ()
    (report,) = safety.report_text("bad", Where(Kind.COPY))
    assert [(judged.finding.score, judged.finding.action) for judged in report.judged] == [(0.5, Action.ALLOW)]


def test_after_a_refusal_dearer_checks_are_not_asked() -> None:
    cheap, dear = FakeCheck(), FakeCheck()
    make_filter(cheap, dear).check_prompt("bad", Where(Kind.COPY))
    assert (len(cheap.asked), len(dear.asked)) == (1, 0)


def test_a_text_without_a_word_needs_no_check() -> None:
    check = FakeCheck(work=fail)
    assert make_filter(check).check_text(" \n", Where(Kind.COPY)).action is Action.ALLOW


def test_a_check_that_fails_closes_the_filter(caplog: pytest.LogCaptureFixture) -> None:
    verdict = make_filter(FakeCheck(work=fail)).check_prompt("good words", Where(Kind.COPY))
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.UNCHECKED,))
    assert "broken" in caplog.text
    assert "good words" not in caplog.text


def test_a_check_that_hangs_closes_the_filter() -> None:
    never = threading.Event()
    safety = make_filter(FakeCheck(work=lambda: void(never.wait())), timeout_s=0.01)
    verdict = safety.check_prompt("good", Where(Kind.COPY))
    never.set()
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.UNCHECKED,))


def void(_: object) -> None: ...


def test_what_was_hidden_by_one_check_stays_hidden_when_another_allows() -> None:
    verdict = make_filter(RecogniserCheck(), FakeCheck()).check_prompt("to a@b.de", Where(Kind.COPY))
    assert (verdict.action, verdict.text) == (Action.REDACT, "to [email]")


def test_what_must_be_hidden_and_stands_nowhere_is_refused() -> None:
    verdict = make_filter(FakeCheck(Category.COMPANY_RULE)).check_prompt("bad", Where(Kind.COPY))
    assert verdict.action is Action.REFUSE


def test_a_channel_has_its_own_action(policy_of: Callable[[str], Policy]) -> None:
    policy = policy_of("name: x\nversion: 2\nchannels: {C1: {categories: {hate: {action: review}}}}")
    safety = make_filter(FakeCheck(), policy=policy)
    assert safety.check_prompt("bad", Where(Kind.COPY, channel="C1")).action is Action.REVIEW
    assert safety.check_prompt("bad", Where(Kind.COPY, channel="C2")).action is Action.REFUSE


def test_sexual_words_about_a_minor_are_refused_even_where_sexual_words_are_allowed(
    policy_of: Callable[[str], Policy],
) -> None:
    policy = policy_of("name: x\nversion: 2\ncategories: {sexual: {action: allow}}")
    safety = make_filter(FakeCheck(Category.SEXUAL, score=0.4), policy=policy)
    assert safety.check_prompt("bad adults", Where(Kind.COPY)).action is Action.ALLOW
    verdict = safety.check_prompt("bad children", Where(Kind.COPY))
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.SEXUAL_MINORS,))


def test_an_image_is_judged_by_the_rules_for_images() -> None:
    found = FakeImageCheck([Evidence(Category.SEXUAL, 0.55, "label")])
    assert make_filter(images=found).check_image(b"png", Where(Kind.DRAW)).action is Action.REFUSE


def test_an_image_that_cannot_be_checked_is_refused() -> None:
    verdict = make_filter(images=FakeImageCheck(error=OSError("no image"))).check_image(b"", Where(Kind.DRAW))
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.UNCHECKED,))


def test_of_overlapping_spans_the_first_and_longest_is_named_and_nothing_shines_through() -> None:
    assert redacted("abcdef", [Span(1, 3, "[b]"), Span(1, 4, "[a]"), Span(3, 5, "[c]")]) == "a[a]f"


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_closes_the_filter(score: float) -> None:
    verdict = make_filter(FakeCheck(score=score)).check_prompt("bad", Where(Kind.COPY))
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.UNCHECKED,))


def test_on_appeal_every_check_is_asked_and_a_reviewer_is_to_decide() -> None:
    cheap, dear = FakeCheck(), FakeCheck()
    verdict = make_filter(cheap, dear).check_prompt("bad", Where(Kind.COPY, appeal=True))
    assert verdict.action is Action.REVIEW
    assert len(dear.asked) == 1


def test_an_appeal_never_reaches_sexual_minors_or_what_nobody_checked() -> None:
    later = FakeCheck(Category.SEXUAL_MINORS)
    assert make_filter(FakeCheck(), later).check_text("bad", Where(Kind.COPY, appeal=True)).action is Action.REFUSE
    broken = FakeCheck(work=fail)
    assert make_filter(broken).check_text("bad", Where(Kind.COPY, appeal=True)).action is Action.REFUSE


def test_what_waits_for_a_reviewer_is_redacted_too() -> None:
    verdict = make_filter(RecogniserCheck(), FakeCheck()).check_text(
        "bad, and my key is AKIAIOSFODNN7EXAMPLE", Where(Kind.COPY, appeal=True)
    )
    assert verdict.action is Action.REVIEW
    assert verdict.text is not None
    assert "AKIA" not in verdict.text


def test_a_reply_that_two_people_must_see_says_why(policy_of: Callable[[str], Policy]) -> None:
    policy = policy_of("name: x\nversion: 1\nreplies: {review: [refund]}")
    verdict = make_filter(policy=policy).second_look(["We pay it", "refund please"], Where(Kind.COPY))
    (finding,) = verdict.findings
    assert (verdict.action, finding.category, finding.detail) == (Action.REVIEW, Category.FOUR_EYES, "refund")
    assert make_filter(policy=policy).second_look(["Hello"], Where(Kind.COPY)).action is Action.ALLOW
