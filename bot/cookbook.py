"""The recipes that a workspace saved, kept at hand for some seconds: commands are read before Slack's time is up.

To parse one takes milliseconds, to parse them all a second: each is parsed once, and never on the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from engine.domain.job import Job
from engine.domain.recipe import Recipe
from engine.domain.saved import SavedRecipe, is_personal
from engine.errors import StoreUnavailable
from engine.ports import JobStore

log = logging.getLogger(__name__)

FRESH_S = 5.0
"""Another process may have saved one meanwhile."""
WAIT_S = 1.0
MOST = 200
"""So many recipes does a workspace save: they are all read again when one changes, and nobody finds one among more."""

Write = Callable[[str, tuple[Job, ...], int, str, float], SavedRecipe]
Read = Callable[[SavedRecipe], Recipe | None]


class Saving(StrEnum):
    """What came of it; the text for its author is "recipe.<value>" in the locales."""

    SAVED = "saved"
    TAKEN = "taken"
    """There is one of that name."""
    FULL = "full"
    """The workspace has as many as it may."""
    PERSONAL = "personal"
    """Everybody in the workspace would read personal data or secrets."""


@dataclass(slots=True)
class Cookbook:
    """Saves, lists and removes; `write` and `read` are engine.recipes.saved's."""

    store: JobStore
    write: Write
    read: Read
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, tuple[Recipe, ...]]] = field(default_factory=dict)
    _parsed: dict[str, dict[tuple[str, float], Recipe | None]] = field(default_factory=dict)
    """By workspace, then by name and when it was saved."""
    _reading: dict[str, asyncio.Task[tuple[Recipe, ...]]] = field(default_factory=dict)

    async def of(self, workspace: str) -> tuple[Recipe, ...]:
        """As they were a few seconds ago, or longer where they are not read in time."""
        at, known = self._known.get(workspace, (float("-inf"), ()))
        if self.clock() - at < FRESH_S:
            return known
        reading = self._reading.get(workspace) or self._begin(workspace)
        try:
            async with asyncio.timeout(WAIT_S):
                return await asyncio.shield(reading)  # goes on for whoever asks next
        except (TimeoutError, StoreUnavailable) as error:
            log.warning("saved recipes cannot be read now: %s", type(error).__name__)
            return known

    def _begin(self, workspace: str) -> asyncio.Task[tuple[Recipe, ...]]:
        """One reading for all who ask meanwhile."""
        reading = asyncio.get_running_loop().create_task(asyncio.to_thread(self._all, workspace))
        self._reading[workspace] = reading
        reading.add_done_callback(lambda done: self._end(workspace, done))
        return reading

    def _end(self, workspace: str, reading: asyncio.Task[tuple[Recipe, ...]]) -> None:
        failed = reading.cancelled() or reading.exception() is not None
        if self._reading.get(workspace) is reading:  # else what it read was changed since
            del self._reading[workspace]
            if not failed:
                self._known[workspace] = (self.clock(), reading.result())

    def _all(self, workspace: str) -> tuple[Recipe, ...]:
        """Raises StoreUnavailable."""
        before, now = self._parsed.get(workspace, {}), dict[tuple[str, float], Recipe | None]()
        for saved in self.store.saved_recipes(workspace):
            key = (saved.name, saved.at)
            now[key] = before[key] if key in before else self.read(saved)
        self._parsed[workspace] = now
        return tuple(recipe for recipe in now.values() if recipe is not None)

    def _changed(self, workspace: str) -> None:
        self._known.pop(workspace, None)
        self._reading.pop(workspace, None)

    async def save(self, title: str, job: Job, author: str) -> Saving:
        """The thread up to `job` as a recipe. Raises StoreUnavailable, and ConfigurationError for what makes none."""
        saving = await asyncio.to_thread(self._save, title, job, author)
        self._changed(job.origin.workspace)
        return saving

    def _save(self, title: str, job: Job, author: str) -> Saving:
        lineage = self.store.lineage(job)
        if is_personal(lineage):
            return Saving.PERSONAL
        saved = self.write(title, lineage, job.picked or 0, author, time.time())
        if len(self.store.saved_recipes(saved.workspace)) >= MOST:
            return Saving.FULL
        return Saving.SAVED if self.store.save_recipe(saved) else Saving.TAKEN

    async def stored(self, workspace: str, name: str) -> SavedRecipe | None:
        """Raises StoreUnavailable."""
        found = await asyncio.to_thread(self.store.saved_recipes, workspace, name)
        return found[0] if found else None

    async def remove(self, saved: SavedRecipe) -> None:
        """Raises StoreUnavailable."""
        await asyncio.to_thread(self.store.remove_recipe, saved.workspace, saved.name)
        self._changed(saved.workspace)
