"""Holds on to the messages that this process is busy with: renews their locks while Slack takes its time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.domain.job import Audience
from engine.errors import EngineError
from engine.ports import Deliveries

log = logging.getLogger(__name__)

_RENEWALS = 4
"""In the time of one lease, so that some may fail."""


class Grip:
    """One thread, however many deliveries hold on at once. It lives as long as its process."""

    def __init__(self, store: Deliveries, lease_s: float) -> None:
        self._store = store
        self._lease_s = lease_s
        self._held: set[tuple[str, str, Audience]] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def hold(self, job_id: str, owner: str, audience: Audience) -> Iterator[None]:
        """Keep this lock, which `owner` has, from running out meanwhile."""
        held = (job_id, owner, audience)
        with self._lock:
            self._held.add(held)
            self._start()
        try:
            yield
        finally:
            with self._lock:
                self._held.remove(held)

    def beat(self) -> None:
        """Renew all. Raises StoreUnavailable."""
        with self._lock:
            held = sorted(self._held)
        for job_id, owner, audience in held:
            self._store.renew_delivery(job_id, owner, self._lease_s, audience)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="grip", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._lease_s / _RENEWALS):
            try:
                self.beat()
            except EngineError as error:
                log.warning("locks of messages are not renewed: %s", error)
            except Exception:
                log.exception("locks of messages are not renewed")
