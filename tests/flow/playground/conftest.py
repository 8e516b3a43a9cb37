"""A workspace with a tiny real Bolt app behind it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.asgi import serving
from tests.support.slack import (
    BOT_TOKEN,
    SIGNING_SECRET,
    RunningPlayground,
    playground_config,
    running_playground,
)

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "brief",
    "private_metadata": "kept",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Write"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "brief",
            "label": {"type": "plain_text", "text": "Brief"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "tone",
            "optional": True,
            "label": {"type": "plain_text", "text": "Tone"},
            "element": {
                "type": "static_select",
                "action_id": "pick",
                "initial_option": {"text": {"type": "plain_text", "text": "Warm"}, "value": "warm"},
                "options": [
                    {"text": {"type": "plain_text", "text": "Warm"}, "value": "warm"},
                    {"text": {"type": "plain_text", "text": "Dry"}, "value": "dry"},
                ],
            },
        },
    ],
}
BUTTON: dict[str, Any] = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}, "value": "job-1"}
    ],
}


@dataclass
class TinyApp:
    """What the app received, raw, and how it is told to answer."""

    bolt: AsyncApp
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    broken: bool = False

    def bodies(self, kind: str = "") -> list[dict[str, Any]]:
        """Of events (by event type), commands ("command") or interactions (by payload type)."""
        return [body for _, body in self.requests if kind in ("", _kind(body))]

    def headers(self, kind: str) -> list[dict[str, str]]:
        return [headers for headers, body in self.requests if _kind(body) == kind]


def _kind(body: dict[str, Any]) -> str:
    if "event" in body:
        return str(body["event"]["type"])
    return "command" if "command" in body else str(body["type"])


def tiny_bolt(base_url: str = "https://slack.com/api/") -> AsyncApp:
    bolt = AsyncApp(
        client=AsyncWebClient(BOT_TOKEN, base_url=base_url),
        signing_secret=SIGNING_SECRET,
        process_before_response=True,
    )

    @bolt.command("/aigc")
    async def command(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
        match command.get("text"):
            case "form":
                await client.views_open(trigger_id=command["trigger_id"], view=MODAL)
                await ack()
            case "whisper":
                await ack("only for you")
            case "shout":
                await ack({"response_type": "in_channel", "text": "for all", "blocks": []})
            case "slow":
                await asyncio.sleep(1.0)
                await ack()
            case _:
                await ack()

    @bolt.view("brief")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["brief"]["text"]["value"]
        if text == "bad":
            await ack(response_action="errors", errors={"brief": "Say more."})
        elif text == "next":
            await ack(response_action="update", view={**MODAL, "title": {"type": "plain_text", "text": "Next"}})
        else:
            await ack()

    async def noted(ack: Any) -> None:
        await ack()

    bolt.view_closed("brief")(noted)
    bolt.action("again")(noted)
    bolt.action("pick")(noted)
    bolt.shortcut("open_form")(noted)
    for event in ("app_mention", "message", "app_home_opened", "reaction_added", "member_joined_channel"):
        bolt.event(event)(noted)
    return bolt


def _asgi(tiny: TinyApp) -> Starlette:
    handler = AsyncSlackRequestHandler(tiny.bolt)

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        tiny.requests.append(({k.lower(): v for k, v in request.headers.items()}, _parsed(body)))
        if tiny.broken:
            return Response(status_code=500)
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


def _parsed(body: bytes) -> dict[str, Any]:
    if body.startswith(b"{"):
        found: dict[str, Any] = json.loads(body)
        return found
    form = {key: values[0] for key, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    return json.loads(form["payload"]) if "payload" in form else form


Start = Callable[..., tuple[RunningPlayground, TinyApp]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a workspace and its app; takes the fields of PlaygroundConfig."""
    import contextlib

    with contextlib.ExitStack() as stack:

        def begin(**config: Any) -> tuple[RunningPlayground, TinyApp]:
            tiny = TinyApp(tiny_bolt())
            url = f"{stack.enter_context(serving(_asgi(tiny)))}/slack/events"
            playground = stack.enter_context(running_playground(playground_config(app_url=url, **config)))
            tiny.bolt.client.base_url = playground.api_url
            return playground, tiny

        yield begin


@pytest.fixture
def playground() -> Iterator[RunningPlayground]:
    """A workspace whose app is away."""
    with running_playground() as running:
        yield running


@pytest.fixture
def client(playground: RunningPlayground) -> WebClient:
    return WebClient(BOT_TOKEN, base_url=playground.api_url)
