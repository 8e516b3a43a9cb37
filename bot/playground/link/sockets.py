"""Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
import time
import uuid
from typing import Any
from urllib.parse import urlencode

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground import seed
from bot.playground.link.ack import Ack, Kind, Retry
from bot.playground.model import Json

_MAX_CONNECTIONS = 10
_TICKET_TTL_S = 30.0


class Sockets:
    """The app's WebSocket connections; deliveries take turns over them."""

    def __init__(self, public_url: str, ack_timeout_s: float, connection_ttl_s: float) -> None:
        self._address = public_url.replace("http", "ws", 1) + "/link/"
        self._ack_timeout_s = ack_timeout_s
        self._connection_ttl_s = connection_ttl_s
        self._tickets: dict[str, float] = {}
        self._open: list[WebSocket] = []
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    @property
    def connected(self) -> bool:
        return bool(self._open)

    def new_url(self) -> str:
        """An address that takes one connection, soon (`apps.connections.open`)."""
        ticket = secrets.token_hex(16)
        now = time.monotonic()
        self._tickets = {known: until for known, until in self._tickets.items() if until > now}
        self._tickets[ticket] = now + _TICKET_TTL_S
        return f"{self._address}?{urlencode({'ticket': ticket, 'app_id': seed.APP_ID})}"

    async def serve(self, socket: WebSocket) -> None:
        """The endpoint behind `new_url`."""
        until = self._tickets.pop(socket.query_params.get("ticket", ""), 0.0)
        if until < time.monotonic() or len(self._open) >= _MAX_CONNECTIONS:
            await socket.close(code=1008)
            return
        await socket.accept()
        await socket.send_json(self._hello())
        self._open.append(socket)
        refresh = asyncio.create_task(self._refresh(socket))
        try:
            while True:
                self._take_ack(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            refresh.cancel()
            if socket in self._open:
                self._open.remove(socket)

    async def send(self, kind: Kind, payload: Json, retry: Retry | None) -> Ack:
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {
                "retry_attempt": retry.number if retry else 0,
                "retry_reason": _reason(retry.reason) if retry else "",
            }
        waiting = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await self._open[next(self._turn) % len(self._open)].send_json(envelope)
            return Ack(ok=True, body=await asyncio.wait_for(waiting, self._ack_timeout_s))
        except TimeoutError:
            return Ack(ok=False, problem="http_timeout")
        except (WebSocketDisconnect, RuntimeError):
            return Ack(ok=False, problem="connection_failed")
        finally:
            self._waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str) -> None:
        """Ask every connection to come back anew, then close it."""
        for socket in list(self._open):
            self._open.remove(socket)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
                await socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "debug_info": {"host": "playground", "approximate_connection_time": int(self._connection_ttl_s)},
            "connection_info": {"app_id": seed.APP_ID},
        }

    async def _refresh(self, socket: WebSocket) -> None:
        await asyncio.sleep(self._connection_ttl_s)
        message = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "playground"}}
        if socket in self._open:
            self._open.remove(socket)
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_json(message)

    def _take_ack(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(ack.get("envelope_id", "")) if isinstance(ack, dict) else None
        if waiting and not waiting.done():
            waiting.set_result(ack.get("payload") or None)


def _reason(reason: str) -> str:
    """Socket Mode's own word for it."""
    return "timeout" if reason == "http_timeout" else reason
