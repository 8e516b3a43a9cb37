"""What the filter says of a text becomes a score and a decision; what is called from outside is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.safety import Action, Category, Finding
from engine.evals.safety.samples import Sample
from engine.evals.safety.scoring import any_score, flagged, judge, score, scored
from engine.safety.policy import Policy, load_policy
from tests.unit.engine.safety.conftest import FakeCheck, FakeOutside, make_filter

ON = "name: acme\nversion: 1\nlayers:\n  guard: {use: true, on_outage: fallback}\n  moderation: {use: true}\n"
SAMPLES = [Sample(text, "en", {"any": True}) for text in ("bad bread", "worse bread", "bread")]


def ignore(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def using_others(folder: Path) -> Policy:
    path = folder / "policy.yaml"
    path.write_text(ON, encoding="utf-8")
    return load_policy(path)


def finding(category: Category, score: float, action: Action = Action.ALLOW) -> Finding:
    return Finding(category, score, action, "fake")


def test_any_is_the_highest_of_what_is_moderated() -> None:
    found = [finding(Category.HATE, 0.2), finding(Category.VIOLENCE, 0.4), finding(Category.PROMPT_INJECTION, 0.9)]
    assert any_score(found) == score(found, "any") == 0.4
    assert any_score([]) == 0


def test_a_category_has_the_score_of_those_under_it() -> None:
    found = [finding(Category.HATE, 0.2), finding(Category.HATE_THREATENING, 0.6)]
    assert score(found, "hate") == 0.6
    assert score(found, "hate/threatening") == 0.6
    assert score(found, "violence") == 0


@pytest.mark.parametrize(
    ("category", "action", "subjects"),
    [
        (Category.HATE_THREATENING, Action.REFUSE, {"any", "hate", "hate/threatening"}),
        (Category.VIOLENCE, Action.REVIEW, {"any", "violence"}),
        (Category.VIOLENCE, Action.ALLOW, set()),
        (Category.PERSONAL_DATA, Action.REDACT, {"personal-data"}),
        (Category.PROMPT_INJECTION, Action.REFUSE, {"prompt-injection"}),
        (Category.UNCHECKED, Action.REFUSE, {"any", "hate", "hate/threatening", "violence", "prompt-injection"}),
    ],
)
def test_a_finding_flags_its_own_subjects_only(category: Category, action: Action, subjects: set[str]) -> None:
    asked = ("any", "hate", "hate/threatening", "violence", "prompt-injection", "personal-data")
    found = {subject for subject in asked if flagged([finding(category, 0.9, action)], subject)}
    assert found - {"personal-data"} == subjects - {"personal-data"}
    assert ("personal-data" in found) is (category in (Category.PERSONAL_DATA, Category.UNCHECKED))


def test_what_could_not_be_checked_counts_as_found_unless_the_others_decide_alone() -> None:
    assert score([finding(Category.UNCHECKED, 1.0, Action.REFUSE)], "hate") == 1
    assert score([finding(Category.UNCHECKED, 1.0, Action.ALLOW)], "hate") == 0


def test_local_layers_alone_have_one_set_of_answers() -> None:
    answers = scored("file", SAMPLES, judge(make_filter(FakeCheck())), ignore)
    assert list(answers) == ["local"]
    assert [answer.stopped for answer in answers["local"]] == [True, False, False]
    assert all(answer.elapsed_s > 0 for answer in answers["local"])


def test_what_is_called_from_outside_is_added_one_by_one_and_all(tmp_path: Path) -> None:
    guard, moderation = FakeOutside(word="worse"), FakeOutside(word="bread", name="moderation")
    asked = judge(make_filter(FakeCheck(), outside=[guard, moderation], policy=using_others(tmp_path)))
    answers = scored("file", SAMPLES, asked, ignore)
    assert {name: [answer.stopped for answer in found] for name, found in answers.items()} == {
        "local": [True, False, False],
        "local + guard": [True, True, False],
        "local + moderation": [True, True, True],
        "local + guard + moderation": [True, True, True],
    }


def test_an_outage_outside_does_not_make_the_local_layers_unchecked(tmp_path: Path) -> None:
    broken = FakeOutside(error=OSError())
    answers = scored(
        "file", SAMPLES, judge(make_filter(FakeCheck(), outside=[broken], policy=using_others(tmp_path))), ignore
    )
    assert not any(answer.unchecked for answer in answers["local"])
    assert all(answer.unchecked for answer in answers["local + guard"])
    assert [answer.stopped for answer in answers["local + guard"]] == [True, False, False]


def test_progress_is_shown_without_the_text() -> None:
    seen: list[tuple[str, int, int]] = []
    scored("file", SAMPLES, judge(make_filter()), lambda *progress: seen.append(progress))
    assert seen == [("file", done, 3) for done in range(4)]
