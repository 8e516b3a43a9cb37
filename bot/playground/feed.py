"""Tells open pages what changed, as Server-Sent Events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from bot.playground.model import Json

_BACKLOG = 1000
_HEARTBEAT_S = 15.0


class Feed:
    """Fans events out to whoever listens; a listener that falls far behind is cut off and comes back by itself."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[str | None], str] = {}
        self._number = 0
        self._closed = False

    def publish(self, event: str, data: Json, audience: frozenset[str] | None = None) -> None:
        """Send to the users in `audience`, or to everybody."""
        self._number += 1
        if not self._listeners:
            return
        chunk = f"id: {self._number}\nevent: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
        for queue, user in list(self._listeners.items()):
            if audience is not None and user not in audience:
                continue
            if queue.full():
                self._cut_off(queue)
            else:
                queue.put_nowait(chunk)

    async def listen(self, user: str, *, resumed: bool) -> AsyncIterator[str]:
        """Chunks of text/event-stream, until the listener leaves or `close`. `resumed`: it missed something."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(_BACKLOG)
        if self._closed:
            return
        self._listeners[queue] = user
        try:
            yield "retry: 1000\n\n"
            if resumed:
                yield "event: state\ndata: {}\n\n"
            while True:
                try:
                    chunk = await asyncio.wait_for(queue.get(), _HEARTBEAT_S)
                except TimeoutError:
                    chunk = ": still here\n\n"
                if chunk is None:
                    return
                yield chunk
        finally:
            self._listeners.pop(queue, None)

    def close(self) -> None:
        """End every stream; the server can then stop without waiting for open pages."""
        self._closed = True
        for queue in list(self._listeners):
            if queue.full():
                self._cut_off(queue)
            else:
                queue.put_nowait(None)

    def _cut_off(self, queue: asyncio.Queue[str | None]) -> None:
        self._listeners.pop(queue, None)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)
