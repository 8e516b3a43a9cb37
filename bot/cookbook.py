"""The recipes that a workspace saved, kept at hand for some seconds: commands are read before Slack's time is up."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.domain.job import Job
from engine.domain.recipe import Recipe
from engine.domain.saved import SavedRecipe
from engine.errors import StoreUnavailable
from engine.ports import JobStore

log = logging.getLogger(__name__)

FRESH_S = 5.0
"""Another process may have saved one meanwhile."""
WAIT_S = 1.0

Write = Callable[[str, tuple[Job, ...], int, str, float], SavedRecipe]
Read = Callable[[SavedRecipe], Recipe | None]


@dataclass(slots=True)
class Cookbook:
    """Saves, lists and removes; `write` and `read` are engine.recipes.saved's."""

    store: JobStore
    write: Write
    read: Read
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, tuple[Recipe, ...]]] = field(default_factory=dict)

    async def of(self, workspace: str) -> tuple[Recipe, ...]:
        """As they were a few seconds ago, or longer where the database does not answer."""
        at, known = self._known.get(workspace, (float("-inf"), ()))
        if self.clock() - at < FRESH_S:
            return known
        try:
            async with asyncio.timeout(WAIT_S):
                saved = await asyncio.to_thread(self.store.saved_recipes, workspace)
        except (TimeoutError, StoreUnavailable) as error:
            log.warning("saved recipes cannot be read now: %s", type(error).__name__)
            return known
        found = tuple(recipe for each in saved if (recipe := self.read(each)) is not None)
        self._known[workspace] = (self.clock(), found)
        return found

    async def save(self, title: str, job: Job, author: str) -> SavedRecipe | None:
        """The thread up to `job` as a recipe; None where there is one of that name.

        Raises StoreUnavailable, and ConfigurationError for what makes no recipe.
        """
        lineage = await asyncio.to_thread(self.store.lineage, job)
        saved = self.write(title, lineage, job.picked or 0, author, time.time())
        new = await asyncio.to_thread(self.store.save_recipe, saved)
        self._known.pop(job.origin.workspace, None)
        return saved if new else None

    async def stored(self, workspace: str, name: str) -> SavedRecipe | None:
        """Raises StoreUnavailable."""
        found = await asyncio.to_thread(self.store.saved_recipes, workspace, name)
        return found[0] if found else None

    async def remove(self, saved: SavedRecipe) -> None:
        """Raises StoreUnavailable."""
        await asyncio.to_thread(self.store.remove_recipe, saved.workspace, saved.name)
        self._known.pop(saved.workspace, None)
