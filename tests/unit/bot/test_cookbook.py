"""Saved recipes at hand: parsed once and off the event loop, read once for all who ask, and not without end."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot import cookbook
from bot.cookbook import FRESH_S, Cookbook, Saving
from engine.domain.job import Job, Origin, State
from engine.domain.recipe import Recipe, Shape
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.saved import SavedRecipe
from engine.errors import StoreUnavailable
from tests.unit.engine.recipes.cards import recipe

JOB = Job("j", Origin("T1", "C1", "U1"), Request(Kind.COPY, "a post", CopyParams()), 0.0, State.SUCCEEDED, "j", 1)


@dataclass
class Kept:
    """The part of a JobStore that keeps recipes; waits at its gate."""

    recipes: list[SavedRecipe] = field(default_factory=list)
    error: StoreUnavailable | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    reads: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    def saved_recipes(self, workspace: str, name: str = "") -> tuple[SavedRecipe, ...]:
        self.reads += 1
        assert self.gate.wait(20)
        if self.error:
            raise self.error
        return tuple(saved for saved in self.recipes if saved.workspace == workspace)

    def save_recipe(self, saved: SavedRecipe) -> bool:
        self.recipes.append(saved)
        return True

    def remove_recipe(self, workspace: str, name: str) -> bool:
        self.recipes = [saved for saved in self.recipes if saved.name != name]
        return True

    def lineage(self, job: Job) -> tuple[Job, ...]:
        return (job,)


@dataclass
class Shelf:
    """A cookbook, and what it did."""

    store: Kept = field(default_factory=Kept)
    parsed: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    now: float = 0.0

    def book(self) -> Cookbook:
        store: Any = self.store
        return Cookbook(store, self.write, self.read, lambda: self.now)

    def read(self, saved: SavedRecipe) -> Recipe:
        self.parsed.append(saved.name)
        self.threads.add(threading.get_ident())
        return recipe(Shape())

    def write(self, title: str, lineage: tuple[Job, ...], variant: int, author: str, at: float) -> SavedRecipe:
        return SavedRecipe("T1", title, "", author, at)


def saved(name: str, at: float = 1.0) -> SavedRecipe:
    return SavedRecipe("T1", name, "", "U1", at)


async def test_each_is_parsed_once_and_never_on_the_event_loop() -> None:
    shelf = Shelf(Kept([saved("a"), saved("b")]))
    book = shelf.book()
    for shelf.now in (0.0, FRESH_S, 2 * FRESH_S):
        assert len(await book.of("T1")) == 2
    assert (shelf.store.reads, shelf.parsed) == (3, ["a", "b"])
    assert threading.get_ident() not in shelf.threads


async def test_another_of_the_same_name_is_parsed_anew() -> None:
    shelf = Shelf(Kept([saved("a")]))
    book = shelf.book()
    await book.of("T1")
    shelf.store.recipes = [saved("a", 2.0)]
    shelf.now = FRESH_S
    await book.of("T1")
    assert shelf.parsed == ["a", "a"]


async def test_all_who_ask_at_once_share_one_reading() -> None:
    shelf = Shelf(Kept([saved("a")]))
    book = shelf.book()
    assert [len(found) for found in await asyncio.gather(*(book.of("T1") for _ in range(5)))] == [1] * 5
    assert shelf.store.reads == 1


async def test_a_reading_that_takes_too_long_is_there_for_whoever_asks_next(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(Kept([saved("a")]))
    book = shelf.book()
    shelf.store.gate.clear()
    monkeypatch.setattr(cookbook, "WAIT_S", 0.0)
    assert await book.of("T1") == ()
    shelf.store.gate.set()
    monkeypatch.undo()
    assert len(await book.of("T1")) == 1
    assert shelf.store.reads == 1


async def test_without_a_database_those_known_stay() -> None:
    shelf = Shelf(Kept([saved("a")]))
    book = shelf.book()
    await book.of("T1")
    shelf.now, shelf.store.error = FRESH_S, StoreUnavailable("x")
    assert len(await book.of("T1")) == 1


async def test_what_is_saved_or_taken_away_is_seen_at_once() -> None:
    shelf = Shelf()
    book = shelf.book()
    assert await book.of("T1") == ()
    assert await book.save("a", JOB, "U1") is Saving.SAVED
    assert len(await book.of("T1")) == 1
    await book.remove(saved("a"))
    assert await book.of("T1") == ()


async def test_a_workspace_has_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookbook, "MOST", 2)
    shelf = Shelf(Kept([saved("a")]))
    book = shelf.book()
    assert await book.save("b", JOB, "U1") is Saving.SAVED
    assert await book.save("c", JOB, "U1") is Saving.FULL
    assert [each.name for each in shelf.store.recipes] == ["a", "b"]
