"""Progress is shown now and then, and only when there is something new."""

from __future__ import annotations

from engine.domain.result import Progress
from engine.domain.safety import Action, Stage, Verdict
from engine.steps.run import SHOW_EVERY_S, Board, strictest
from tests.support.clock import Clock


def test_progress_is_shown_at_most_so_often() -> None:
    clock, shown = Clock(), list[Progress]()
    board = Board(shown.append, clock)
    for step in range(1, 6):
        board.put(Progress(step=step))
        clock.now += SHOW_EVERY_S / 2
    assert [progress.step for progress in shown] == [1, 3, 5]


def test_the_same_again_is_no_news() -> None:
    clock, shown = Clock(), list[Progress]()
    board = Board(shown.append, clock)
    for _ in range(3):
        board.put(Progress(step=1))
        clock.now += 1
    assert shown == [Progress(step=1)]


def test_what_cannot_wait_does_not() -> None:
    shown = list[Progress]()
    board = Board(shown.append, Clock())
    board.put(Progress(step=1))
    board.put(Progress(phase="loading"), now=True)
    assert [progress.phase for progress in shown] == ["running", "loading"]


def test_the_strictest_verdict_counts() -> None:
    verdicts = [Verdict(action, Stage.PROMPT, "p") for action in (Action.REDACT, Action.REVIEW, Action.ALLOW)]
    assert strictest(verdicts).action is Action.REVIEW
