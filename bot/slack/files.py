"""Fetches files that people attached, from Slack and from nowhere else, and never gives its token to anybody else.

Source: docs.slack.dev/reference/objects/file-object: `url_private_download` wants the bot token and the scope
files:read. What is fetched is hostile until shown otherwise: sizes that are announced are not believed, nothing is
unpacked, and redirects are followed by hand (OWASP Cheat Sheet Series, Server Side Request Forgery Prevention).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from yarl import URL

from bot.errors import FileDelayed, FileElsewhere, FileError, FileForbidden, FileGone, FileTooLarge
from bot.ports import Attachment
from bot.slack.attachments import attachment
from bot.slack.client import AsyncSlackClient
from bot.telemetry import calling

_HOPS = 4
_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 1 << 16
_KEPT_AT = ("slack-edge.com", "slack-files.com")
"""Where Slack keeps files beside its own domain; addresses there are signed, and get no token."""
_FORBIDDEN = ("missing_scope", "no_permission", "not_authed", "invalid_auth", "account_inactive", "token_revoked")


class SlackFiles:
    """The FileSource over the Web API at `api_url`; each file takes at most `timeout_s` in all."""

    def __init__(self, token: str, api_url: str, timeout_s: float) -> None:
        self._token = token
        self._api = URL(api_url).origin()
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._client = AsyncSlackClient(token, base_url=api_url, timeout=int(timeout_s) or 1, retry_handlers=[])

    async def fetch(self, file: Attachment, most_bytes: int) -> bytes:
        if not file.url and not file.is_gone and not file.is_elsewhere:
            file = await self._asked(file.id)
        if file.is_gone or file.is_elsewhere or not file.url:
            raise FileElsewhere("kept outside of Slack") if file.is_elsewhere else FileGone("not to be had")
        if file.size_bytes > most_bytes:
            raise FileTooLarge(f"announced with {file.size_bytes} bytes")
        try:
            with calling("files.download"):
                return await self._get(file, most_bytes)
        except (aiohttp.InvalidURL, ValueError) as error:
            raise FileElsewhere(f"no address: {type(error).__name__}") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise FileDelayed(type(error).__name__) from error

    async def _asked(self, file_id: str) -> Attachment:
        """What Slack says of a file of which the event said nothing (files.info)."""
        try:
            answer = await self._client.files_info(file=file_id)
        except SlackApiError as error:
            raise _refused(error) from error
        except (TimeoutError, SlackClientError, aiohttp.ClientError, OSError) as error:
            raise FileDelayed(type(error).__name__) from error
        found = answer.get("file")
        return attachment(found if isinstance(found, Mapping) else {})

    async def _get(self, file: Attachment, most_bytes: int) -> bytes:
        url = file.url
        session = aiohttp.ClientSession(
            timeout=self._timeout, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
        )
        async with session:
            for hop in range(_HOPS):
                headers = {"Accept-Encoding": "identity", **self._authorization(URL(url))}
                async with session.get(url, headers=headers, allow_redirects=False) as answer:
                    if answer.status in _REDIRECTS:
                        url = urljoin(url, answer.headers.get("Location", ""))
                        continue
                    _check(answer, sign_in=hop > 0 or file.is_image or file.is_table)
                    return await _read(answer, most_bytes)
        raise FileForbidden("redirected again and again")

    def _authorization(self, url: URL) -> dict[str, str]:
        """The token for Slack's own hosts, none for where Slack keeps files. Raises FileElsewhere for all others."""
        host = self._api.host or ""
        if url.origin() in (self._api, self._api.with_host(f"files.{host}")):
            return {"Authorization": f"Bearer {self._token}"}
        kept = any((url.host or "").endswith(f".{domain}") for domain in (host, *_KEPT_AT))
        if kept and url.scheme == "https" and url.port == 443:
            return {}
        raise FileElsewhere("an address that is not Slack's")


def _check(answer: aiohttp.ClientResponse, *, sign_in: bool) -> None:
    """Raises FileError unless these are the bytes; a page in place of an image (`sign_in`) is Slack's to sign in at."""
    match answer.status:
        case 200:
            if sign_in and answer.content_type == "text/html":
                raise FileForbidden("Slack shows a page instead of the file")
        case 401 | 403:
            raise FileForbidden(f"HTTP {answer.status}")
        case 429:
            raise FileDelayed("HTTP 429", retry_after_s=_seconds(answer.headers.get("Retry-After")))
        case status if status >= 500:
            raise FileDelayed(f"HTTP {status}")
        case status:
            raise FileGone(f"HTTP {status}")


async def _read(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """The body, as it comes: no further than `most_bytes`, whatever its length was said to be."""
    data = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > most_bytes:
            raise FileTooLarge(f"more than {most_bytes} bytes came")
    return bytes(data)


def _refused(error: SlackApiError) -> FileError:
    data: Any = getattr(error.response, "data", error.response)
    code = str(data.get("error")) if isinstance(data, Mapping) else ""
    status = getattr(error.response, "status_code", 200)
    if status == 429 or code == "ratelimited":
        return FileDelayed(code, retry_after_s=_seconds(getattr(error.response, "headers", {}).get("Retry-After")))
    if status >= 500 or not code or code in ("internal_error", "fatal_error", "service_unavailable"):
        return FileDelayed(f"HTTP {status}")
    return FileForbidden(code) if code in _FORBIDDEN else FileGone(code)


def _seconds(header: str | None) -> float | None:
    try:
        return max(float(header), 0.0) if header else None
    except ValueError:
        return None
