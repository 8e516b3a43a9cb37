"""The report: shares of the ceiling, targets met and missed."""

from __future__ import annotations

import json

import pytest

from engine.evals.report import CEILING, FLOOR, Hit, Report, top
from tests.unit.engine.evals.reports import hit, report


def score(group: str, found: Report) -> dict[str, object]:
    return next(score for score in found.scores() if score["group"] == group)


class TestScores:
    def test_pictures_of_all_prompts_count_alike(self) -> None:
        assert top([hit("a", 1, 2, 6), hit("a", 1)], 1) == 0.5
        assert top([hit("a", 1, 2, 6), hit("a", 1)], 5) == 0.75
        assert top([], 1) == 0

    def test_a_share_is_of_the_ceiling(self) -> None:
        found = score("trained, English", report((1, 1, 2, 9, 9)))
        assert found["top1"] == pytest.approx(0.4)
        assert found["top1_of_ceiling"] == pytest.approx(0.5)
        assert found["top5"] == found["top5_of_ceiling"] == pytest.approx(0.6)

    @pytest.mark.parametrize(("right", "met"), [(48, True), (47, False)])
    def test_trained_is_to_reach_60_percent_of_the_ceiling(self, right: int, met: bool) -> None:
        found = report((1,) * right + (2,) * (100 - right))
        assert score("trained, English", found)["met"] is met

    @pytest.mark.parametrize(("right", "met"), [(33, True), (31, False)])
    def test_unseen_is_to_reach_40_percent_of_the_ceiling(self, right: int, met: bool) -> None:
        found = report((1,), (1,) * right + (2,) * (100 - right))
        assert score("unseen, Chinese", found)["met"] is met

    def test_the_ceiling_and_the_floor_have_no_target(self) -> None:
        assert [score(group, report((1,)))["target"] for group in (CEILING, FLOOR)] == [None, None]

    def test_prompts_that_do_not_name_the_thing_are_told_apart(self) -> None:
        prompts = {"a playful cat of mine": (1, 1), "a pet that purrs": (1, 9)}
        hits = tuple(Hit("unseen, English", "cat", prompt, 0, places) for prompt, places in prompts.items())
        found = Report("m", hits, (), {}, 0)
        assert score("unseen, English", found)["top1"] == pytest.approx(0.75)
        part = score("unseen, English, the thing not named", found)
        assert (part["top1"], part["pictures"], part["target"]) == (0.5, 2, None)

    def test_without_references_shares_are_of_everything(self) -> None:
        alone = Report("m", (hit("trained, English", 1, 2),), (), {}, 0)
        assert score("trained, English", alone)["top1_of_ceiling"] == 0.5


def test_the_json_has_every_prompt() -> None:
    found = json.loads(json.dumps(report((1, 9)).to_json()))
    assert found["prompts"][0] == {
        "group": "trained, English",
        "concept": "cat",
        "prompt": "a cat",
        "seed": 0,
        "places": [1, 9],
    }
    assert found["costs"][0] == {"steps": 4, "seconds": 0.4, "peak_mb": 500.4, "top1": 0.5}
