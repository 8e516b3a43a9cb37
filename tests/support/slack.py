"""A local Slack workspace on a real socket, for tests to act in and to look at."""

from __future__ import annotations

import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette

from bot.playground.app import create_playground
from bot.playground.config import PlaygroundConfig
from bot.playground.server import PlaygroundServer
from tests.support.asgi import address, bound_socket, serving

SIGNING_SECRET = "test-signing-secret"
BOT_TOKEN = "xoxb-test-bot-token"
APP_TOKEN = "xapp-test-app-token"

ADA, BEN, MEI, BOT = "U0ADA00001", "U0BEN00001", "U0MEI00001", "U0AIGCBOT1"
GENERAL, MARKETING, SUPPORT = "C0GENERAL0", "C0MARKETIN", "C0SUPPORT0"
ADA_DM, BEN_DM, MEI_DM = "D0ADA00000", "D0BEN00000", "D0MEI00000"


class ActFailed(AssertionError):
    """A person was told that they cannot do that; `answer` is the JSON that says so."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(f"{answer.get('error')}: {answer.get('message')}")
        self.answer = answer


@dataclass(frozen=True)
class RunningPlayground:
    """What a person, or a script, can do in a workspace."""

    url: str
    config: PlaygroundConfig
    app: Starlette

    @property
    def api_url(self) -> str:
        """For slack_sdk's base_url."""
        return f"{self.url}/api/"

    def act(self, **act: Any) -> dict[str, Any]:
        """E.g. act(user=ADA, do="command", channel=GENERAL, text="/aigc help"). Raises ActFailed."""
        answer = self._json("/people/act", act)
        if not answer["ok"]:
            raise ActFailed(answer)
        return answer

    def messages(self, user: str, channel: str, thread_ts: str | None = None) -> list[dict[str, Any]]:
        """What this person sees there, oldest first: the channel without replies, or one thread with its root."""
        query = {"user": user, "channel": channel, "limit": "1000"} | ({"thread_ts": thread_ts} if thread_ts else {})
        found: list[dict[str, Any]] = self._json(f"/people/messages?{urlencode(query)}")["messages"]
        return found

    def views(self, user: str) -> dict[str, Any]:
        return self._json(f"/people/views?user={user}")

    def state(self, user: str) -> dict[str, Any]:
        return self._json(f"/people/state?user={user}")

    def knobs(self, **knobs: Any) -> dict[str, Any]:
        """Turn these, leave the others."""
        answer = self._json("/knobs", knobs)
        if not answer["ok"]:
            raise ActFailed(answer)
        return answer

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """The Web API calls so far, all or those of one method."""
        calls: list[dict[str, Any]] = json.loads(self.get("/calls")[2])
        return [call for call in calls if method in ("", call["method"])]

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers with names in small letters, body."""
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, headers=headers or {})  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()

    def post(self, url: str, body: Any, content_type: str = "application/json") -> tuple[int, bytes]:
        """Bytes go as they are, all else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = url if url.startswith("http") else self.url + url
        request = urllib.request.Request(address, data=data, headers={"content-type": content_type}, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _json(self, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.get(path)[2] if body is None else self.post(path, body)[1]
        found: dict[str, Any] = json.loads(answer)
        return found


@contextlib.contextmanager
def running_playground(config: PlaygroundConfig | None = None) -> Iterator[RunningPlayground]:
    """A workspace on a free port of the loopback address; `config.public_url` is filled in."""
    listener = bound_socket()
    config = replace(config or playground_config(), public_url=address(listener))
    app = create_playground(config)
    with serving(app, listener, PlaygroundServer) as url:
        yield RunningPlayground(url, config, app)


def playground_config(app_url: str | None = None, data_dir: Path | None = None, **others: Any) -> PlaygroundConfig:
    """With the tokens of this module and no rate limit that a test could meet by chance."""
    return PlaygroundConfig(
        data_dir=data_dir,
        signing_secret=SIGNING_SECRET,
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        app_url=app_url,
        public_url="http://127.0.0.1",
        **{"message_burst": 10_000, "calls_per_minute": {}, **others},
    )
