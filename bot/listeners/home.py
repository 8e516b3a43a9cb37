"""The app's home tab."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.answers import latest
from bot.front import Front
from engine.domain.job import Origin


def register(app: AsyncApp, front: Front) -> None:
    async def opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            user = str(event["user"])
            front.background.start(_show(front, Origin(str(body.get("team_id", "")), "", user)))

    app.event("app_home_opened")(opened)


async def _show(front: Front, origin: Origin) -> None:
    view = front.words.home(front.people.locale(origin.user), await latest(front, origin))
    await front.voice.show_home(origin.user, view)
