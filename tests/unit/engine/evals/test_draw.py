"""The evaluation: a model that draws what is asked for reaches the ceiling, one that draws blobs the floor."""

from __future__ import annotations

import pytest

from engine.evals.draw import STEPS, Plan, evaluated, judged
from engine.evals.judge import Judge
from engine.evals.references import renderings
from engine.evals.report import Report, top
from engine.models.picture.sheet import PROMPTS
from tests.unit.engine.evals.drawers import Drawer, blind, perfect

QUICK = Plan.make(quick=True)


def evaluate(drawer: Drawer, judge: Judge) -> Report:
    return evaluated("drawer", drawer, judge, QUICK, lambda what, done, total: None)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@pytest.mark.heavy
class TestEvaluation:
    def test_who_draws_real_renderings_reaches_the_ceiling(self, judge: Judge) -> None:
        report = evaluate(perfect(QUICK.cases()), judge)
        real = renderings()
        places = [place for concept in QUICK.concepts for place in judge.places(real[concept.name], concept.name)]
        assert report.top("trained, English", 1) == places.count(1) / len(places)
        assert report.top("trained, English", 1) == report.top("trained, Chinese", 1) > 0.9
        assert report.top("unseen, English", 1) == report.top("unseen, Chinese", 1) > 0.9
        assert all(right > 0.9 for right in report.by_steps.values())
        assert report.difference == 0

    def test_who_draws_blobs_stays_at_the_floor(self, judge: Judge) -> None:
        report = evaluate(blind(), judge)
        assert max(score["top1"] for score in report.scores()) < 0.1

    def test_each_group_and_each_number_of_steps_is_drawn(self, judge: Judge) -> None:
        drawer = blind()
        report = evaluate(drawer, judge)
        assert [len(hit.places) for hit in report.hits] == [4] * (20 + 20 + 10 + 10)
        asked = [task.steps for task in drawer.tasks]
        assert {steps: asked.count(steps) for steps in STEPS} == dict.fromkeys(STEPS, 20)
        assert {(task.width_px, task.height_px) for task in drawer.tasks} == {(256, 256)}

    def test_progress_is_told(self, judge: Judge) -> None:
        told: list[tuple[str, int, int]] = []
        cases = QUICK.cases()["unseen, English"][:2]
        list(judged(blind(), judge, "unseen", cases, show=lambda *progress: told.append(progress)))
        assert told == [("unseen", 0, 2), ("unseen", 1, 2), ("unseen", 2, 2)]

    def test_a_picture_of_another_thing_is_no_hit(self, judge: Judge) -> None:
        cases = QUICK.cases()["trained, English"]
        real = renderings()
        others = [real[case.concept] for case in cases[1:] + cases[:1]]
        drawer = Drawer(dict(zip([case.prompt for case in cases], others, strict=True)))
        hits = list(judged(drawer, judge, "trained", cases, show=lambda *progress: None))
        assert top(hits, 1) < 0.1


class TestPlan:
    def test_all_of_it(self) -> None:
        plan = Plan.make()
        assert (len(plan.concepts), len(plan.phrasings), len(plan.stepped())) == (200, 100, 50)

    def test_a_tenth_of_it(self) -> None:
        assert (len(QUICK.concepts), len(QUICK.phrasings), len(QUICK.stepped())) == (20, 10, 20)

    def test_the_sheet_has_48_prompts(self) -> None:
        assert len(PROMPTS) == 48
