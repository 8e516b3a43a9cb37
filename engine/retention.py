"""Deletes what the policy keeps no longer: texts, images, and in the end the requests themselves.

Images are never deleted for a request: they go when no row names them any more. That takes with them what a refused
review leaves, previews, and what attempts that failed had stored.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.domain.retention import Cleared
from engine.domain.review import Oversight
from engine.errors import EngineError
from engine.ports import ArtifactStore, AuditLog, RetentionStore

log = logging.getLogger(__name__)

GRACE_S = 86_400.0
"""How old a file must be at least to be deleted: the row that names it may still be to come."""
FIRST_AFTER_S = 30.0
COUNTED_S = 32 * 86_400.0
"""How long usage may count against a month's budget."""
_LONGEST_DAY_S = 25 * 3600.0


@dataclass(frozen=True, slots=True)
class Keeper:
    """Deletes what the policy says. Methods raise StoreUnavailable and BackendUnavailable."""

    store: RetentionStore
    audit_log: AuditLog
    artifacts: ArtifactStore
    oversight: Oversight
    grace_s: float = GRACE_S

    def clear(self, now: float) -> Cleared:
        """Delete what is due at `now`; what that was. Harmless when several do it."""
        keep = self.oversight
        removed = self.store.remove(now - keep.requests_s) if keep.requests_s is not None else 0
        forgotten = self.store.forget(now - keep.contents_s) if keep.contents_s is not None else 0
        texts = self.audit_log.forget_audit_texts(now - keep.keep_texts_s)
        usage = self.store.clear_usage(*due) if (due := self._usage_due(now)) else 0
        oldest = now - self.grace_s
        files = self._orphans(oldest, None, lambda name: self.artifacts.delete(name, oldest))
        return Cleared(forgotten, removed, texts, *files, usage)

    def due(self, now: float) -> Cleared:
        """What `clear` would delete."""
        keep = self.oversight
        removed = self.store.removable(now - keep.requests_s) if keep.requests_s is not None else 0
        forgotten = self.store.forgettable(now - keep.contents_s) if keep.contents_s is not None else 0
        texts = self.audit_log.forgettable_audit_texts(now - keep.keep_texts_s)
        usage = self.store.clearable_usage(*due) if (due := self._usage_due(now)) else 0
        kept_s = min((limit for limit in (keep.contents_s, keep.requests_s) if limit is not None), default=None)
        ended = None if kept_s is None else now - kept_s
        return Cleared(forgotten, removed, texts, *self._orphans(now - self.grace_s, ended, lambda name: True), usage)

    def _usage_due(self, now: float) -> tuple[float, float] | None:
        """From before when usage loses its people, and goes; None while it is kept. Nobody's day begins anew by it."""
        requests_s = self.oversight.requests_s
        return None if requests_s is None else (now - max(requests_s, _LONGEST_DAY_S), now - COUNTED_S)

    def run(self, every_s: float, stop: threading.Event) -> None:
        """Clear again and again until `stop` is set; trouble is logged, and the next round tries again."""
        wait_s = min(FIRST_AFTER_S, every_s)
        while not stop.wait(wait_s):
            wait_s = every_s
            try:
                _tell(self.clear(time.time()))
            except EngineError as error:
                log.warning("nothing was cleared: %s", error)
            except Exception:
                log.exception("nothing was cleared")

    def _orphans(self, before: float, ended_before: float | None, act: Callable[[str], bool]) -> tuple[int, int, int]:
        """Have `act` on each file that is old and that no row names: how many, their bytes, how many left alone.

        The files are listed before the rows are read, so a file that is new in between is not in the list. The rows are
        read page by page, no single picture: one that comes in behind the reader is missed. Its files are safe by their
        age: what a job makes was put, or put again, within `grace_s`, and is looked at again before it goes; what it
        changes is named by its line, which no clearing takes while a job of it is open. A database that never drew
        anything owns no files: then it is most likely the wrong one.
        """
        listed = list(self.artifacts.names())
        named = frozenset(self.store.named(ended_before)) if listed else frozenset()
        files = size_bytes = 0
        old = {
            name: stored for name in listed if name not in named and (stored := self._older(name, before)) is not None
        }
        if old and not self.store.has_drawn():
            return 0, 0, len(old)
        for name, stored_bytes in old.items():
            if act(name):
                files, size_bytes = files + 1, size_bytes + stored_bytes
        return files, size_bytes, 0

    def _older(self, name: str, before: float) -> int | None:
        """The bytes of a file that is."""
        stored = self.artifacts.stat(name)
        return stored.size_bytes if stored is not None and stored.at < before else None


def _tell(cleared: Cleared) -> None:
    if cleared.foreign:
        log.warning("%d files are older than any request here, and left alone: aigc retention", cleared.foreign)
    if cleared != Cleared(foreign=cleared.foreign):
        log.info(
            "time is up: %d requests lost their texts, %d are gone, %d audit texts and %d files deleted, "
            "%d entries of usage cleared",
            cleared.forgotten,
            cleared.removed,
            cleared.audit_texts,
            cleared.files,
            cleared.usage,
        )
