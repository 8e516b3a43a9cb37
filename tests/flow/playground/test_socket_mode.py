"""The app connects by itself and needs no address."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.flow.playground.conftest import tiny_bolt
from tests.support.slack import (
    ADA,
    APP_TOKEN,
    BEN,
    GENERAL,
    RunningPlayground,
    playground_config,
    running_playground,
)
from tests.support.waiting import until


async def connected(playground: RunningPlayground, heard: list[dict[str, Any]]) -> AsyncSocketModeHandler:
    bolt = tiny_bolt(playground.api_url)

    @bolt.middleware
    async def hear(body: dict[str, Any], next: Any) -> None:
        heard.append(body)
        await next()

    web = AsyncWebClient(APP_TOKEN, base_url=playground.api_url)
    handler = AsyncSocketModeHandler(bolt, APP_TOKEN, web_client=web, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await asyncio.to_thread(until, lambda: playground.app.state.playground.sockets.connected)
    return handler


async def test_deliveries_go_over_the_socket() -> None:
    with running_playground() as playground:
        heard: list[dict[str, Any]] = []
        handler = await connected(playground, heard)
        try:
            act = playground.act
            answer = await asyncio.to_thread(act, user=ADA, do="command", channel=GENERAL, text="/aigc whisper")
            assert answer == {"ok": True, "acknowledged": True}
            shown = await asyncio.to_thread(playground.messages, ADA, GENERAL)
            assert [(m["text"], m["ephemeral"]) for m in shown] == [("only for you", True)]
            await asyncio.to_thread(act, user=BEN, do="message", channel=GENERAL, text="hello")
            assert heard[-1]["event"]["text"] == "hello"
            await asyncio.to_thread(act, user=ADA, do="command", channel=GENERAL, text="/aigc form")
            modal = (await asyncio.to_thread(playground.views, ADA))["modal"]
            values = {"brief": {"text": {"value": "bad"}}}
            submit = {"user": ADA, "do": "submit_view", "view_id": modal["id"], "values": values}
            assert (await asyncio.to_thread(act, **submit))["errors"] == {"brief": "Say more."}
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


async def test_an_old_connection_is_replaced() -> None:
    with running_playground(playground_config(socket_ttl_s=0.5)) as playground:
        heard: list[dict[str, Any]] = []
        handler = await connected(playground, heard)
        try:
            opened = lambda: len(playground.calls("apps.connections.open")) >= 2  # noqa: E731
            await asyncio.to_thread(until, opened)
            await asyncio.to_thread(until, lambda: playground.app.state.playground.sockets.connected)
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


async def test_an_event_without_acknowledgement_comes_again() -> None:
    config = playground_config(ack_timeout_s=0.2, retry_delays_s=(0.0, 60.0))
    with running_playground(config) as playground:
        web = AsyncWebClient(APP_TOKEN, base_url=playground.api_url)
        url = (await web.apps_connections_open(app_token=APP_TOKEN))["url"]
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            await socket.receive_json()
            act = {"user": ADA, "do": "message", "channel": GENERAL, "text": "hello"}
            waiting = asyncio.create_task(asyncio.to_thread(playground.act, **act))
            first, again = await socket.receive_json(), await socket.receive_json()
            await waiting
            assert (first["retry_attempt"], again["retry_attempt"], again["retry_reason"]) == (0, 1, "timeout")
            assert first["payload"] == again["payload"]
            assert first["envelope_id"] != again["envelope_id"]
            await socket.send_json({"envelope_id": again["envelope_id"]})


async def test_a_ticket_opens_one_connection() -> None:
    with running_playground() as playground:
        web = AsyncWebClient(APP_TOKEN, base_url=playground.api_url)
        url = (await web.apps_connections_open(app_token=APP_TOKEN))["url"]
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url) as socket:
                hello = await socket.receive_json()
                assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
