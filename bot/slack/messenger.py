"""Shows messages through the Slack Web API; speaks bot.errors, never slack_sdk's.

Nothing is retried here: a retry waits in the queue, where it holds no thread, and after a look at what the first
try may have posted. Methods and their errors: docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.errors import (
    ChannelUnreachable,
    DeliveryError,
    FileNotReady,
    MessageGone,
    MessageTooLong,
    RateLimited,
    SlackMisconfigured,
    SlackRejected,
    SlackUnavailable,
)
from bot.ports import Block, Mark, Place
from bot.slack.quiet import QUIETLY
from bot.telemetry import calling
from engine.domain.job import Audience

log = logging.getLogger(__name__)

EVENT_TYPE = "aigc_job"
"""The type of the metadata that every message of the app carries."""

_CODE = re.compile(r"[a-z0-9_]{1,80}")
_PAGES = 5
_PAGE = 100


class SlackMessenger:
    """The Messenger over `client`, which must have no retry handlers. Safe to call from many threads."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(self, place: Place, text: str, blocks: Sequence[Block], mark: Mark) -> str:
        with _translated(blocks):
            response = self._client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread or None,
                text=text,
                blocks=[dict(block) for block in blocks],
                metadata={"event_type": EVENT_TYPE, "event_payload": _payload(mark)},
                **QUIETLY,
            )
        return str(response["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
        with _translated(blocks):
            self._client.chat_update(
                channel=channel, ts=ts, text=text, blocks=[dict(block) for block in blocks], **QUIETLY
            )

    def find(self, place: Place, mark: Mark, since: float) -> str | None:
        wanted = {"event_type": EVENT_TYPE, "event_payload": _payload(mark)}
        with _translated():
            for message in self._messages(place, oldest=f"{since - 60:.6f}"):
                if message.get("metadata") == wanted:
                    return str(message["ts"])
        return None

    def upload(self, data: bytes, filename: str, alt_text: str) -> str:
        with _translated():
            ticket = self._client.files_getUploadURLExternal(
                filename=filename, length=len(data), alt_txt=alt_text or None
            )
            with calling("files.upload"):
                self._send(str(ticket["upload_url"]), data)
            file_id = str(ticket["file_id"])
            self._client.files_completeUploadExternal(files=[{"id": file_id, "title": filename}])
        return file_id

    def whisper(self, place: Place, user: str, text: str) -> None:
        try:
            with _translated():
                self._client.chat_postEphemeral(
                    channel=place.channel, user=user, text=text, thread_ts=place.thread or None, **QUIETLY
                )
        except (ChannelUnreachable, SlackRejected) as error:
            log.info("no ephemeral message in %s (%s), sending a direct one", place.channel, error)
            with _translated():
                self._client.chat_postMessage(channel=user, text=text, **QUIETLY)

    def check_token(self) -> None:
        """Raises SlackMisconfigured for a token that Slack does not take, SlackUnavailable."""
        with _translated():
            self._client.auth_test()

    def _messages(self, place: Place, oldest: str) -> Iterator[Mapping[str, Any]]:
        """The newest messages of a channel, or those of a thread; at most five pages."""
        cursor: str | None = None
        for _ in range(_PAGES):
            page: SlackResponse
            if place.thread:
                page = self._client.conversations_replies(
                    channel=place.channel, ts=place.thread, oldest=oldest, cursor=cursor, limit=_PAGE,
                    include_all_metadata=True,
                )  # fmt: skip
            else:
                page = self._client.conversations_history(
                    channel=place.channel, oldest=oldest, cursor=cursor, limit=_PAGE, include_all_metadata=True
                )
            yield from page.get("messages") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _send(self, url: str, data: bytes) -> None:
        """Step two of docs.slack.dev/messaging/working-with-files: the bytes, to the address that Slack gave."""
        if not url.startswith(("https://", "http://")):
            raise SlackRejected("upload_url_invalid")
        headers = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(url, data=data, headers=headers, method="POST")  # noqa: S310 - checked
        with urllib.request.urlopen(request, timeout=self._client.timeout) as answer:  # noqa: S310 - checked
            answer.read()


def _payload(mark: Mark) -> dict[str, str | int]:
    """As messages have carried it from the first version on; only those to others than the requester say more."""
    audience = {} if mark.audience is Audience.REQUESTER else {"audience": mark.audience.value}
    return {"job": mark.job, "part": mark.part, **audience}


@contextmanager
def _translated(blocks: Sequence[Block] = ()) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise _from_answer(error, blocks) from error
    except urllib.error.HTTPError as error:
        raise _from_status(error.code, dict(error.headers.items())) from error
    except (SlackClientError, OSError, http.client.HTTPException, json.JSONDecodeError) as error:
        raise SlackUnavailable(f"{type(error).__name__}: {error}") from error


def _from_answer(error: SlackApiError, blocks: Sequence[Block]) -> DeliveryError:
    response = error.response
    status = getattr(response, "status_code", 200)
    code = str(response.get("error", "unknown"))
    if status == 429 or code in ("ratelimited", "rate_limited", "message_limit_exceeded"):
        return RateLimited(code, retry_after_s=_retry_after(getattr(response, "headers", {})))
    if status >= 500 or not _CODE.fullmatch(code):
        return SlackUnavailable(f"HTTP {status}, no answer of Slack's")
    if code == "invalid_blocks" and any("slack_file" in block for block in blocks):
        return FileNotReady(code, retry_after_s=1.0)
    return _by_code(code)


def _by_code(code: str) -> DeliveryError:
    kind: type[DeliveryError]
    match code:
        case "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout":
            kind = SlackUnavailable
        case "channel_not_found" | "not_in_channel" | "is_archived" | "user_not_in_channel" | "thread_not_found":
            kind = ChannelUnreachable
        case _ if code.startswith("restricted_action") or code == "messages_tab_disabled":
            kind = ChannelUnreachable
        case "message_not_found" | "cant_update_message" | "edit_window_closed":
            kind = MessageGone
        case "msg_too_long" | "msg_blocks_too_long":
            kind = MessageTooLong
        case "not_authed" | "invalid_auth" | "account_inactive" | "token_revoked" | "token_expired":
            kind = SlackMisconfigured
        case "missing_scope" | "no_permission" | "not_allowed_token_type" | "access_denied":
            kind = SlackMisconfigured
        case _:
            kind = SlackRejected
    return kind(code)


def _from_status(status: int, headers: Mapping[str, str]) -> DeliveryError:
    if status == 429:
        return RateLimited("upload", retry_after_s=_retry_after(headers))
    return SlackUnavailable(f"upload answered HTTP {status}")


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds from a Retry-After header, whatever its case; 1 where there is none that can be read."""
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "1")
    try:
        return max(float(value), 0.0)
    except ValueError:
        return 1.0
