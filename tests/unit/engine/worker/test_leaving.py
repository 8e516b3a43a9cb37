"""A worker that was told to end: what it does by when, and with which status."""

from __future__ import annotations

from dataclasses import dataclass, field
from queue import SimpleQueue

from engine.timing import Timing
from engine.worker.leaving import HUNG, Leaving


@dataclass
class Runs:
    """What a leaving worker asks of its engine."""

    said: SimpleQueue[str] = field(default_factory=SimpleQueue)
    trouble: bool = False

    def drain(self) -> None:
        self.said.put("drain")

    def abandon(self) -> None:
        self.said.put("abandon")
        if self.trouble:
            raise RuntimeError("the database is down")


def leaving(runs: Runs, ended: SimpleQueue[int], drain_s: float = 0.02) -> Leaving:
    """Told to end, it begins to, as it does when the signal comes."""

    def terminate() -> None:
        made.begin()

    made = Leaving(runs, Timing(drain_s=drain_s), ended.put, terminate)  # type: ignore[arg-type]
    return made


def test_its_runs_are_stopped_then_taken_from_it_then_it_is_gone() -> None:
    runs, ended = Runs(), SimpleQueue[int]()
    leaving(runs, ended).begin()
    assert ended.get(timeout=20) == 0
    assert [runs.said.get(timeout=20), runs.said.get(timeout=20)] == ["drain", "abandon"]


def test_it_is_gone_even_if_its_jobs_cannot_be_handed_back() -> None:
    runs, ended = Runs(trouble=True), SimpleQueue[int]()
    leaving(runs, ended).begin()
    assert ended.get(timeout=20) == 0


def test_after_a_hang_it_ends_like_any_other_but_its_status_says_so() -> None:
    runs, ended = Runs(), SimpleQueue[int]()
    worker = leaving(runs, ended)
    worker.hung()
    assert worker.begun.is_set()
    assert ended.get(timeout=20) == HUNG != 0
