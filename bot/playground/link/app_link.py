"""The one way to the app, whichever transport it uses."""

from __future__ import annotations

from bot.playground.link.ack import Ack, Kind, Retry
from bot.playground.link.http import HttpLink
from bot.playground.link.sockets import Sockets
from bot.playground.model import Json


class AppLink:
    def __init__(self, http: HttpLink | None, sockets: Sockets) -> None:
        self._http = http
        self._sockets = sockets

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Ack:
        """Over a connected socket, else by HTTP, else not at all. Never raises."""
        if self._sockets.connected:
            return await self._sockets.send(kind, payload, retry)
        if self._http:
            return await self._http.send(kind, payload, retry)
        return Ack(ok=False, problem="connection_failed")

    async def close(self) -> None:
        await self._sockets.disconnect("refresh_requested")
        if self._http:
            await self._http.close()
