"""Waiting items of equal key run together, in order, and nothing that fails stops the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from engine.batching import GroupBatcher
from engine.errors import Interrupted
from tests.support.waiting import until


class Kitchen:
    """Runs batches of numbers, remembers them, and can be held up so that items gather."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[int]]] = []
        self.open = threading.Event()
        self.busy = threading.Event()

    def cook(self, key: str, items: Sequence[int]) -> None:
        self.busy.set()
        self.open.wait(60)
        self.batches.append((key, list(items)))
        if key == "burnt":
            raise ValueError("burnt")


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
def batcher(kitchen: Kitchen) -> Iterator[GroupBatcher[str, int]]:
    """An item's size is its number; at most 10 a batch. The first batch is held up until `kitchen.open`."""
    batcher: GroupBatcher[str, int] = GroupBatcher(kitchen.cook, size=lambda number: number, most=10)
    batcher.submit("first", 0)
    kitchen.busy.wait(60)
    yield batcher
    kitchen.open.set()
    batcher.close()


def served(kitchen: Kitchen, batcher: GroupBatcher[str, int]) -> list[tuple[str, list[int]]]:
    """All batches but the one that held the others up."""
    kitchen.open.set()
    batcher.close()
    return kitchen.batches[1:]


def test_what_waits_with_an_equal_key_runs_together(kitchen: Kitchen, batcher: GroupBatcher[str, int]) -> None:
    for key, number in (("a", 1), ("b", 2), ("a", 3), ("b", 4)):
        batcher.submit(key, number)
    assert served(kitchen, batcher) == [("a", [1, 3]), ("b", [2, 4])]


def test_a_batch_is_no_larger_than_the_most(kitchen: Kitchen, batcher: GroupBatcher[str, int]) -> None:
    for number in (6, 4, 1):
        batcher.submit("a", number)
    assert served(kitchen, batcher) == [("a", [6, 4]), ("a", [1])]


def test_nobody_overtakes_one_of_the_same_key_that_did_not_fit(
    kitchen: Kitchen, batcher: GroupBatcher[str, int]
) -> None:
    for number in (6, 5, 1):
        batcher.submit("a", number)
    assert served(kitchen, batcher) == [("a", [6]), ("a", [5, 1])]


def test_one_larger_than_the_most_runs_alone(kitchen: Kitchen, batcher: GroupBatcher[str, int]) -> None:
    for number in (20, 1):
        batcher.submit("a", number)
    assert served(kitchen, batcher) == [("a", [20]), ("a", [1])]


def test_a_popular_key_does_not_starve_another(kitchen: Kitchen, batcher: GroupBatcher[str, int]) -> None:
    for key in ("a", "rare", "a", "a"):
        batcher.submit(key, 9)
    assert served(kitchen, batcher) == [("a", [9]), ("rare", [9]), ("a", [9]), ("a", [9])]


def test_a_failing_batch_does_not_stop_the_next(kitchen: Kitchen, batcher: GroupBatcher[str, int]) -> None:
    batcher.submit("burnt", 1)
    batcher.submit("a", 1)
    kitchen.open.set()
    until(lambda: len(kitchen.batches) == 3)
    assert kitchen.batches[-1] == ("a", [1])


def test_after_closing_nothing_is_taken(kitchen: Kitchen, batcher: GroupBatcher[str, int]) -> None:
    served(kitchen, batcher)
    with pytest.raises(Interrupted):
        batcher.submit("a", 1)


def test_items_that_come_at_the_same_moment_share_a_run_and_a_full_one_does_not_wait(kitchen: Kitchen) -> None:
    kitchen.open.set()
    patient: GroupBatcher[str, int] = GroupBatcher(kitchen.cook, lambda number: number, most=10, linger_s=3600)
    patient.submit("a", 4)
    patient.submit("a", 6)
    until(lambda: kitchen.batches)
    assert kitchen.batches == [("a", [4, 6])]
    patient.submit("a", 1)
    patient.close()
    assert kitchen.batches[1:] == [("a", [1])], "closing waits for nobody"
