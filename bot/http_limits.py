"""Bounds what a client may send around a body, and how long it may take: uvicorn's httptools protocol bounds neither.

Anybody can reach the bot's port, whoever has no secret included: one endless header would fill the memory, and
connections that never ask for anything would use up the open files.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = logging.getLogger(__name__)

MAX_AROUND_BODY = 64 * 1024
"""Most bytes of a request beside its body: request line, headers, what chunks are wrapped in, trailers."""

HEAD_S = 10.0
"""Longest from a connection, or the beginning of its next request, to the end of the request's headers."""

BODY_S = 15.0
"""Longest from there to the end of its body, whether anything reads it or not; what reads one gives up before."""

MAX_CONNECTIONS = 500
"""More at a time are answered 503: with a body of the largest size each, they fill half a gigabyte."""


class BoundedProtocol(HttpToolsProtocol):
    """For `uvicorn.run(http=...)`."""

    _around_body = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._within(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._around_body += len(data)
        super().data_received(data)
        if self._around_body > MAX_AROUND_BODY and not self.transport.is_closing():
            log.warning("a request was refused: more than %d bytes around its body", MAX_AROUND_BODY)
            self._give_up()

    def on_message_begin(self) -> None:
        self._around_body = 0
        self._within(HEAD_S)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._within(BODY_S)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._around_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """What was answered before its body had come is not waited for."""
        if not self.pipeline and self.cycle.response_complete and self.cycle.more_body:
            self.transport.close()
        super().on_response_complete()

    def _within(self, seconds: float) -> None:
        self._stop_waiting()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """Close at once: an answer would have to get through to a client that does not read."""
        self._stop_waiting()
        transport: Any = self.transport
        transport.abort()
