"""What the bot's process says to Slack, against the local workspace."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.ports import Place
from bot.slack.voice import Voice
from tests.support.asgi import serving
from tests.support.slack import ADA, BOT_TOKEN, GENERAL, MEI, playground_config, running_playground

FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Write"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}],
}


async def test_it_whispers_knows_locales_and_shows_homes() -> None:
    with running_playground(playground_config(quiet_only=True)) as slack:
        voice = Voice(BOT_TOKEN, slack.api_url, timeout_s=5)
        await voice.whisper(Place(GENERAL), ADA, "psst")
        assert [m["text"] for m in slack.messages(ADA, GENERAL)][-1] == "psst"
        assert "psst" not in [m["text"] for m in slack.messages(MEI, GENERAL)]
        assert (await voice.locale(MEI)).startswith("zh")
        assert await voice.locale("U0NOBODY00") == ""
        await voice.show_home(ADA, {"type": "home", "blocks": FORM["blocks"]})
        assert slack.calls("views.publish")


async def test_what_fails_is_logged_without_the_text(caplog: pytest.LogCaptureFixture) -> None:
    with running_playground() as slack:
        await Voice(BOT_TOKEN, slack.api_url, timeout_s=5).open_form("expired", dict(FORM))
    assert "views.open" in caplog.text
    assert "hello" not in caplog.text


async def test_nobody_there_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert await Voice(BOT_TOKEN, "http://127.0.0.1:9/", timeout_s=1).locale("U1") == ""
    assert "users.info" in caplog.text


@pytest.mark.parametrize("body", [b"<html>bad gateway</html>", b"{"])
async def test_an_answer_that_is_none_is_logged_and_the_direct_message_tried(
    caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    called: list[str] = []

    async def slack(request: Request) -> Response:
        called.append(request.url.path)
        return Response(body, status_code=502, media_type="text/plain")

    with serving(Starlette(routes=[Route("/api/{method}", slack, methods=["POST"])])) as url:
        await Voice(BOT_TOKEN, f"{url}/api/", timeout_s=5).whisper(Place(GENERAL), ADA, "psst")
    assert called == ["/api/chat.postEphemeral", "/api/chat.postMessage"]
    assert "psst" not in caplog.text


async def test_a_message_is_taken_away_where_its_button_says_and_nowhere_else() -> None:
    called: list[tuple[str, bytes]] = []

    async def slack(request: Request) -> Response:
        called.append((request.url.path, await request.body()))
        return Response("ok")

    routes = [Route("/actions/{rest:path}", slack, methods=["POST"])]
    with serving(Starlette(routes=routes)) as url, serving(Starlette(routes=routes)) as other:
        voice = Voice(BOT_TOKEN, f"{url}/api/", timeout_s=5)
        for address in (f"{url}/actions/T1/1", f"{other}/actions/T1/2", "", "http://127.0.0.1:9/actions/T1/3"):
            await voice.dismiss(address)
    assert called == [("/actions/T1/1", b'{"delete_original": true}')]
