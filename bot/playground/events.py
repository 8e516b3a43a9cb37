"""The Events API: envelopes, and repetition until they are acknowledged (docs.slack.dev/apis/events-api)."""

from __future__ import annotations

import asyncio
import base64
import json
import time

from bot.playground import seed
from bot.playground.background import Background
from bot.playground.config import PlaygroundConfig
from bot.playground.ids import new_id
from bot.playground.knobs import Knobs
from bot.playground.link.ack import Ack, Retry
from bot.playground.link.app_link import AppLink
from bot.playground.model import Json


class Events:
    """Delivers to the app what it has subscribed to."""

    def __init__(self, config: PlaygroundConfig, link: AppLink, knobs: Knobs, background: Background) -> None:
        self._config = config
        self._link = link
        self._knobs = knobs
        self._background = background

    def publish(self, event: Json, subscription: str) -> asyncio.Future[None]:
        """Start delivering; what comes back ends with the first attempt, repetitions go on behind it."""
        if subscription not in self._config.bot_events:
            return nothing_to_wait_for()
        attempted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._knobs.withhold_files and "files" in event:
            event = {**event, "files": [_withheld(file) for file in event["files"]]}
        self._background.start(self._deliver(envelope(event), attempted))
        return attempted

    async def _deliver(self, payload: Json, attempted: asyncio.Future[None]) -> None:
        try:
            await asyncio.sleep(self._knobs.delay_events_s)
            ack = await self._link.send("events_api", payload)
            if self._knobs.deliver_twice:
                await self._link.send("events_api", payload, Retry(1, "http_timeout"))
        finally:
            if not attempted.done():
                attempted.set_result(None)
        await self._repeat(payload, ack)

    async def _repeat(self, payload: Json, ack: Ack) -> None:
        for number, delay_s in enumerate(self._config.retry_delays_s, start=1):
            if ack.ok or ack.no_retry:
                return
            await asyncio.sleep(delay_s)
            ack = await self._link.send("events_api", payload, Retry(number, ack.problem))


def nothing_to_wait_for() -> asyncio.Future[None]:
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


def _withheld(file: Json) -> Json:
    """What events say of a file that another company shares (docs.slack.dev/apis/slack-connect)."""
    return {name: file[name] for name in ("id", "created", "timestamp", "user")} | {
        "mode": "file_access",
        "file_access": "check_file_info",
    }


def envelope(event: Json) -> Json:
    """The JSON around an event; repetitions carry the same one."""
    context = {"et": event["type"], "tid": seed.TEAM_ID, "aid": seed.APP_ID, "cid": event.get("channel", "")}
    return {
        "token": seed.VERIFICATION_TOKEN,
        "team_id": seed.TEAM_ID,
        "api_app_id": seed.APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": seed.TEAM_ID,
                "user_id": seed.BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-" + base64.b64encode(json.dumps(context).encode()).decode(),
    }
