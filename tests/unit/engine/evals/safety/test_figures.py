"""Figures by subject, by language, and by what a column says."""

from __future__ import annotations

import math

from engine.domain.safety import Action, Category, Finding
from engine.evals.safety.figures import MIN_TEXTS, figures, groups, languages, speeds
from engine.evals.safety.samples import Sample
from engine.evals.safety.scoring import Scored


def answer(
    score: float,
    unsafe: bool | None,
    *,
    language: str = "en",
    action: Action = Action.ALLOW,
    category: Category = Category.HATE,
    seconds: float = 0.01,
    **columns: str,
) -> Scored:
    labels = {} if unsafe is None else {"any": unsafe, "hate": unsafe}
    return Scored(
        Sample("bread", language, labels, columns), [Finding(category, score, action, "fake")], seconds, seconds / 2
    )


MIXED = [
    answer(0.9, True, action=Action.REFUSE, kind="a"),
    answer(0.8, False, kind="a"),
    answer(0.6, True, kind="b"),
    answer(0.1, False, kind="b"),
]


def test_scores_are_ranked_and_decisions_are_the_policys() -> None:
    by_any, by_hate = figures(MIXED, None)
    assert (by_any.subject, by_hate.subject, by_any.language) == ("any", "hate", "en")
    assert (by_any.texts, by_any.positives, by_any.prevalence) == (4, 2, 0.5)
    assert by_any.average_precision == (1 + 2 / 3) / 2
    assert by_any.area_under_roc == 0.75
    assert (by_any.recall_at_1, by_any.recall_at_5) == (0.5, 0.5)
    assert (by_any.at.precision, by_any.at.recall, by_any.at.false_positive_rate) == (1.0, 0.5, 0.0)


def test_another_threshold_can_be_asked_for() -> None:
    by_any, _ = figures(MIXED, 0.6)
    assert (by_any.at.recall, by_any.at.false_positive_rate) == (1.0, 0.5)


def test_what_is_unknown_is_left_out() -> None:
    by_any, _ = figures([*MIXED, answer(1.0, None)], None)
    assert by_any.texts == 4


def test_harmless_texts_have_a_false_positive_rate_and_no_recall() -> None:
    by_any, _ = figures([answer(0.9, False, action=Action.REFUSE), answer(0.1, False)], None)
    assert by_any.at.false_positive_rate == 0.5
    assert math.isnan(by_any.average_precision)
    assert math.isnan(by_any.recall_at_1)


def test_a_language_with_few_texts_counts_with_all() -> None:
    many = [answer(0.1, False) for _ in range(MIN_TEXTS)]
    few = [answer(0.1, False, language="zh")]
    assert {name: len(group) for name, group in languages(many + few).items()} == {"en, zh": MIN_TEXTS + 1}
    both = languages(many + few * MIN_TEXTS)
    assert {name: len(group) for name, group in both.items()} == {"en, zh": 40, "en": 20, "zh": 20}


def test_time_is_given_with_what_was_not_checked_and_what_is_stopped() -> None:
    unchecked = answer(1.0, False, category=Category.UNCHECKED, action=Action.REFUSE, seconds=10)
    redacted = answer(1.0, False, category=Category.PERSONAL_DATA, action=Action.REDACT, seconds=0.03)
    (speed,) = speeds([answer(0.1, False), redacted, unchecked])
    assert (speed.texts, speed.chars, speed.unchecked, speed.stopped) == (3, 5, 1, 1 / 3)
    assert (speed.median_ms, speed.cpu_ms) == (30, 15)
    assert 30 < speed.p95_ms <= 10_000


def test_shares_by_the_values_of_a_column() -> None:
    found = [group for group in groups(MIXED, ["kind", "nothing"], None) if group.subject == "any"]
    assert [(group.column, group.value, group.texts, group.positives, group.flagged) for group in found] == [
        ("kind", "a", 2, 1, 0.5),
        ("kind", "b", 2, 1, 0.0),
    ]
