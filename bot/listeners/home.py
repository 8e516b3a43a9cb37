"""The app's home tab."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.front import Front


def register(app: AsyncApp, front: Front) -> None:
    async def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            user = str(event["user"])
            view = front.words.home(front.people.locale(user))
            front.background.start(front.voice.show_home(user, view))

    app.event("app_home_opened")(opened)
