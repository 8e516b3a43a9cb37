"""Signed HTTP requests to the app (docs.slack.dev/authentication/verifying-requests-from-slack)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.playground.link.ack import Ack, Kind, Retry
from bot.playground.model import Json

_MOST_ANSWER_BYTES = 1024 * 1024
_KEEPALIVE_S = 1.0


class HttpLink:
    def __init__(self, url: str, signing_secret: str, timeout_s: float) -> None:
        self._url = url
        self._secret = signing_secret
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: Kind, payload: Json, retry: Retry | None) -> Ack:
        """Deliver once; every failure is an Ack that says so."""
        body, headers = request(kind, payload, retry, self._secret, int(time.time()))
        try:
            async with self._client().post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                data = await _body(answer)
                no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
                if answer.status != 200:
                    return Ack(ok=False, problem="http_error", no_retry=no_retry)
                return Ack(ok=True, body=_decoded(data))
        except asyncio.TimeoutError:  # noqa: UP041 - aiohttp raises its own kinds of it
            return Ack(ok=False, problem="http_timeout")
        except (aiohttp.ClientError, OSError):
            return Ack(ok=False, problem="connection_failed")

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Idle connections are let go before any server's own time-out: a request must not meet a closing one.
            connector = aiohttp.TCPConnector(keepalive_timeout=_KEEPALIVE_S, limit=0)
            self._session = aiohttp.ClientSession(timeout=self._timeout, connector=connector)
        return self._session


def request(kind: Kind, payload: Json, retry: Retry | None, secret: str, now: int) -> tuple[bytes, dict[str, str]]:
    """The body and the headers, signed for the time `now` (epoch seconds)."""
    if kind == "events_api":
        body, content_type = json.dumps(payload).encode(), "application/json"
    else:
        form = {"payload": json.dumps(payload)} if kind == "interactive" else _form(payload)
        body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
    headers = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept": "application/json,*/*",
        "X-Slack-Request-Timestamp": str(now),
        "X-Slack-Signature": signature(secret, now, body),
    }
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
    return body, headers


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Slack's v0 signature."""
    signed = b"v0:%d:" % timestamp + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """All of it, or as much as an acknowledgement may have."""
    data = bytearray()
    async for chunk in answer.content.iter_any():
        data += chunk
        if len(data) > _MOST_ANSWER_BYTES:
            break
    return bytes(data[:_MOST_ANSWER_BYTES])


def _form(payload: Json) -> dict[str, str]:
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in payload.items()}


def _decoded(data: bytes) -> Json | str | None:
    text = data.decode("utf-8", "replace")
    if not text.strip():
        return None
    try:
        decoded = json.loads(text)
    except ValueError:
        return text
    return decoded if isinstance(decoded, dict) else text
