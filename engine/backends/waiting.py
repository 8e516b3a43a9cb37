"""Waits for what another thread tells, with an ear for whoever cancels meanwhile."""

from __future__ import annotations

import queue
from typing import TypeVar

from engine.errors import Interrupted
from engine.ports import Canceled

Event = TypeVar("Event")

_ASK_EVERY_S = 0.2


def next_event(events: queue.SimpleQueue[Event], canceled: Canceled) -> Event:
    """The next event, however long it takes. Raises Interrupted soon after `canceled`."""
    while True:
        if canceled():
            raise Interrupted("canceled while it was made")
        try:
            return events.get(timeout=_ASK_EVERY_S)
        except queue.Empty:
            continue
