"""A small app that shows each thing that the page has to show."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.config import Shortcut
from tests.support.slack import BOT_TOKEN, SIGNING_SECRET

SHORTCUTS = (Shortcut("open_form", "Write or draw", "global"), Shortcut("draft_reply", "Draft a reply", "message"))
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@dataclass(frozen=True)
class SmallApp:
    bolt: AsyncApp
    asgi: Starlette
    shortcuts: tuple[Shortcut, ...] = SHORTCUTS
    heard: list[dict[str, Any]] = field(default_factory=list)


def small_app() -> SmallApp:
    """`/aigc form | whisper | draw | hostile | kit`; everything else is answered with a message and a button."""
    bolt = AsyncApp(client=AsyncWebClient(BOT_TOKEN), signing_secret=SIGNING_SECRET)
    bolt.command("/aigc")(_command)
    bolt.action("again")(_again)
    bolt.action("remove")(_removed)
    bolt.action("settings")(_settings)
    bolt.action("pick")(_picked)
    bolt.view("brief")(_submitted)
    bolt.view("second")(_cleared)
    bolt.shortcut("draft_reply")(_draft)
    bolt.shortcut("open_form")(_open_form)
    bolt.event("app_home_opened")(_home)
    bolt.event("message")(_message)
    bolt.event("app_mention")(_ignored)
    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return SmallApp(bolt, Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])]))


async def _command(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
    channel, text = command["channel_id"], command.get("text", "")
    if text == "whisper":
        await ack("Between *us*.")
        return
    await ack()
    match text:
        case "form":
            await client.views_open(trigger_id=command["trigger_id"], view=form())
        case "draw":
            await client.chat_postMessage(channel=channel, text="A picture", blocks=await _picture(client))
        case "hostile":
            await client.chat_postMessage(channel=channel, text="Hostile", blocks=hostile())
        case "kit":
            await client.chat_postMessage(channel=channel, text="Kit", blocks=kit())
        case _:
            await client.chat_postMessage(channel=channel, text=f"You asked: {text}", blocks=answer(text))


async def _again(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
    await client.chat_update(**place, text="Done again", blocks=[section(f"Done again by <@{body['user']['id']}>")])


async def _removed(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    await client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])


async def _settings(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    await client.views_publish(user_id=body["user"]["id"], view=home("Settings are open."))


async def _picked(ack: Any, action: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
    """A choice of the form shows another field, as a form that changes while it is filled in does."""
    await ack()
    if "view" in body:
        choice = action["selected_option"]["value"]
        await client.views_update(view_id=body["view"]["id"], view=form(detail=choice == "image"))


async def _submitted(ack: Any, view: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
    brief = view["state"]["values"]["brief"]["text"]["value"]
    if brief == "bad":
        await ack(response_action="errors", errors={"brief": "Say a little more."})
    elif brief == "more":
        await ack(response_action="push", view={**form(), "callback_id": "second", "title": plain("Second step")})
    else:
        await ack()
        channel = view["state"]["values"]["where"]["channel"]["selected_conversation"]
        await client.chat_postEphemeral(channel=channel, user=body["user"]["id"], text=f"Received: {brief}")


async def _cleared(ack: Any) -> None:
    await ack(response_action="clear")


async def _draft(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    message = shortcut["message"]
    await client.chat_postEphemeral(
        channel=shortcut["channel"]["id"], user=shortcut["user"]["id"], text=f"A draft for: {message['text']}"
    )


async def _open_form(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=shortcut["trigger_id"], view=form())


async def _home(event: dict[str, Any], client: AsyncWebClient) -> None:
    if event["tab"] == "home" and not event.get("view"):
        await client.views_publish(user_id=event["user"], view=home("Welcome."))


async def _message(event: dict[str, Any], client: AsyncWebClient) -> None:
    """Answers in threads, so that a person can talk with it there."""
    if event.get("thread_ts") and not event.get("bot_id") and not event.get("subtype"):
        place = {"channel": event["channel"], "thread_ts": event["thread_ts"]}
        await client.chat_postMessage(**place, text=f"Revised: {event['text']}")


async def _ignored() -> None:
    """The message event says the same."""


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def option(label: str, value: str) -> dict[str, Any]:
    return {"text": plain(label), "value": value}


def button(action_id: str, label: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def answer(text: str) -> list[dict[str, Any]]:
    sure = {
        "title": plain("Remove it?"),
        "text": plain("It is gone then."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    return [
        section(f"*You asked:* {text}"),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "AI-generated · small-model · seed 7 · 1.2 s"}]},
        {
            "type": "actions",
            "block_id": "row",
            "elements": [
                button("again", "Again", style="primary", value="1"),
                button("remove", "Remove", style="danger", confirm={**sure, "style": "danger"}),
            ],
        },
    ]


def hostile() -> list[dict[str, Any]]:
    """The same attack in every place that takes text."""
    return [
        {"type": "header", "text": plain(HOSTILE[:150])},
        section(HOSTILE),
        section("<javascript:document.title='owned'|press me>"),
        {"type": "markdown", "text": f"{HOSTILE}\n\n[press me](javascript:document.title='owned')"},
        {"type": "context", "elements": [{"type": "plain_text", "text": HOSTILE}]},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE}]}],
        },
    ]


def kit() -> list[dict[str, Any]]:
    """One of everything, to look at."""
    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "print('hello')"}]}
    colours = [option("Red", "red"), option("Blue", "blue")]
    return [
        {"type": "header", "text": plain("A header :sparkles:")},
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "*Tone*\nWarm"}, {"type": "mrkdwn", "text": "*Length*\nShort"}],
        },
        {"type": "divider"},
        {"type": "markdown", "text": "## Title\n\n- one\n- **two**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted"},
        {"type": "rich_text", "elements": [code]},
        {
            "type": "actions",
            "elements": [
                {"type": "static_select", "action_id": "pick", "placeholder": plain("A colour"), "options": colours},
                {"type": "overflow", "action_id": "more", "options": colours},
            ],
        },
    ]


def home(text: str) -> dict[str, Any]:
    row = {"type": "actions", "elements": [button("settings", "Open settings")]}
    return {"type": "home", "blocks": [{"type": "header", "text": plain("AIGC")}, section(text), row]}


def field_block(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def form(*, detail: bool = False) -> dict[str, Any]:
    kinds = [option("Text", "text"), option("Image", "image")]
    tones = [option("Warm", "warm"), option("Dry", "dry")]
    number = {
        "type": "number_input",
        "action_id": "number",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": "4",
    }
    where = {"type": "conversations_select", "action_id": "channel", "default_to_current_conversation": True}
    kind = {"type": "static_select", "action_id": "pick", "options": kinds, "initial_option": kinds[0]}
    blocks = [
        field_block("kind", "Kind", kind, dispatch_action=True),
        field_block("brief", "Brief", {"type": "plain_text_input", "action_id": "text", "multiline": True}),
        field_block("tone", "Tone", {"type": "radio_buttons", "action_id": "tone", "options": tones}, optional=True),
        field_block("also", "Also", {"type": "checkboxes", "action_id": "also", "options": tones}, optional=True),
        field_block("count", "How many", number, optional=True, hint=plain("From 1 to 4")),
        field_block("where", "Where", where),
    ]
    if detail:
        blocks.append(field_block("size", "Size", {"type": "plain_text_input", "action_id": "size"}, optional=True))
    return {
        "type": "modal",
        "callback_id": "brief",
        "private_metadata": "kept",
        "title": plain("Write or draw"),
        "submit": plain("Go"),
        "blocks": blocks,
    }


async def _picture(client: AsyncWebClient) -> list[dict[str, Any]]:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((640, 400)).save(buffer, "PNG")
    uploaded = await client.files_upload_v2(filename="bicycle.png", content=buffer.getvalue(), title="A red bicycle")
    file_id = uploaded["files"][0]["id"]
    shown = {
        "type": "image",
        "slack_file": {"id": file_id},
        "alt_text": "A red bicycle",
        "title": plain("a red bicycle"),
    }
    return [shown, {"type": "actions", "block_id": "row", "elements": [button("again", "Again")]}]
