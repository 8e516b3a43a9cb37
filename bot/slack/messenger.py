"""Shows messages through the Slack Web API; speaks bot.errors, never slack_sdk's.

Nothing is retried here: a retry waits in the queue, where it holds no thread, and after a look at what the first
try may have posted. Methods and their errors: docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.errors import ChannelUnreachable, SlackMisconfigured, SlackRejected, SlackUnavailable, UploadRefused
from bot.ports import Block, Mark, Place
from bot.slack.quiet import QUIETLY
from bot.slack.refusals import from_answer, from_status
from bot.telemetry import calling
from engine.domain.job import Audience

EVENT_TYPE = "aigc_job"
"""The type of the metadata that every message of the app carries."""

_REFUSED_FOR_S = 120.0
"""What waits is tried every minute: for so long after the last refusal it is not known to be mended."""
_PAGES = 5
_PAGE = 200


class SlackMessenger:
    """The Messenger over `client`, which must have no retry handlers. Safe to call from many threads."""

    def __init__(self, client: WebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._trusted = False
        self._refused: tuple[SlackMisconfigured, float] | None = None

    def post(self, place: Place, text: str, blocks: Sequence[Block], mark: Mark) -> str:
        with self._asked(blocks):
            response = self._client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread or None,
                text=text,
                blocks=[dict(block) for block in blocks],
                metadata={"event_type": EVENT_TYPE, "event_payload": _payload(mark)},
                **QUIETLY,
            )
        return str(response["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block], files: Sequence[str] = ()) -> None:
        with self._asked(blocks):
            self._client.chat_update(
                channel=channel,
                ts=ts,
                text=text,
                blocks=[dict(block) for block in blocks],
                file_ids=list(files) or None,
                **QUIETLY,
            )

    def find(self, place: Place, mark: Mark, between: tuple[float, float]) -> str | None:
        wanted = {"event_type": EVENT_TYPE, "event_payload": _payload(mark)}
        with self._asked():
            for message in self._messages(place, between):
                if message.get("metadata") == wanted:
                    return str(message["ts"])
        return None

    def upload(self, data: bytes, filename: str, alt_text: str) -> str:
        try:
            with self._asked():
                ticket = self._client.files_getUploadURLExternal(
                    filename=filename, length=len(data), alt_txt=alt_text or None
                )
                with calling("files.upload"):
                    self._send(str(ticket["upload_url"]), data)
                file_id = str(ticket["file_id"])
                self._client.files_completeUploadExternal(files=[{"id": file_id, "title": filename}])
        except (ChannelUnreachable, SlackRejected) as error:
            raise UploadRefused(str(error)) from error
        return file_id

    def direct(self, user: str) -> str:
        with self._asked():
            opened = self._client.conversations_open(users=user)
        return str(opened["channel"]["id"])

    def check_token(self) -> None:
        """Raises SlackMisconfigured for a token that Slack does not take or did not take lately, SlackUnavailable."""
        if self._refused and self._clock() - self._refused[1] < _REFUSED_FOR_S:
            raise self._refused[0]
        if not self._trusted:
            with self._asked():
                self._client.auth_test()
            self._trusted = True

    @contextmanager
    def _asked(self, blocks: Sequence[Block] = ()) -> Iterator[None]:
        """Calls to Slack; what it says of the token is remembered."""
        try:
            with _translated(blocks):
                yield
        except SlackMisconfigured as error:
            self._trusted, self._refused = False, (error, self._clock())
            raise

    def _messages(self, place: Place, between: tuple[float, float]) -> Iterator[Mapping[str, Any]]:
        """The messages of a channel, or of a thread, from that time; at most five pages."""
        oldest, latest = (f"{at:.6f}" for at in between)
        cursor: str | None = None
        for _ in range(_PAGES):
            page: SlackResponse
            if place.thread:
                page = self._client.conversations_replies(
                    channel=place.channel, ts=place.thread, oldest=oldest, latest=latest, cursor=cursor, limit=_PAGE,
                    include_all_metadata=True,
                )  # fmt: skip
            else:
                page = self._client.conversations_history(
                    channel=place.channel, oldest=oldest, latest=latest, cursor=cursor, limit=_PAGE,
                    include_all_metadata=True,
                )  # fmt: skip
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
    edition = {"edition": mark.edition} if mark.edition else {}
    return {"job": mark.job, "part": mark.part, **audience, **edition}


@contextmanager
def _translated(blocks: Sequence[Block] = ()) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise from_answer(error, blocks) from error
    except urllib.error.HTTPError as error:
        with error:  # it holds the connection
            raise from_status(error.code, dict(error.headers.items())) from error
    except (SlackClientError, OSError, http.client.HTTPException, json.JSONDecodeError) as error:
        raise SlackUnavailable(f"{type(error).__name__}: {error}") from error
