"""Says at once, where a person asked, that their request could not be taken; what they typed is not lost to them.

A command is answered in its acknowledgement, with what was typed, for a slash command leaves nothing behind. A form
stays open as it was filled in, and says so. A button is answered beside it. A message is still there: Slack sends it
again three times within six minutes, and its writer is told that this is being done, and at the end that it was given
up. Of a reply in a thread between people nobody can tell, without the database, whether it is for the app: it only
comes again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from bot.command.clean import clean
from bot.errors import BotError, PayloadError, StillBusy
from bot.front import Front
from bot.ports import Place
from bot.slack import payloads
from bot.slack.quiet import UNFURL_NOTHING
from bot.slack.text import given_back
from engine.errors import EngineError, StoreFull

log = logging.getLogger(__name__)

LAST_TRY = 3
"""Slack sends an event again three times (docs.slack.dev/apis/events-api, "Retries")."""

Body = dict[str, Any]


def answer(front: Front, error: Exception, body: Body, headers: Mapping[str, Sequence[str]]) -> BoltResponse:
    """What Slack is answered; an event with 503, so that it comes again."""
    kind = str(body.get("type") or body.get("command") or "request")
    if isinstance(error, BoltUnhandledRequestError):
        log.info("nothing listens to %s", kind)
        return BoltResponse(status=200)
    if isinstance(error, PayloadError):
        log.warning("%s: not as Slack sends it: %s", kind, error)
        return BoltResponse(status=400)
    trace = None if isinstance(error, EngineError | BotError) else error
    log.error("%s: %s: %s", kind, type(error).__name__, "" if trace else error, exc_info=trace)
    key = f"failure.{error.code}" if isinstance(error, StoreFull) else "error.try_again"
    if "command" in body:
        return _of_command(front, body, key)
    match kind:
        case "view_submission":
            return _of_form(front, body, key)
        case "block_actions":
            return _of_button(front, body, key)
        case "event_callback" if not isinstance(error, StillBusy):
            tell_writer(front, body, headers)
    return BoltResponse(status=503)


def _of_command(front: Front, body: Body, key: str) -> BoltResponse:
    command = payloads.slash_command(body)
    locale = front.people.locale(command.user, command.text)
    text = front.words.say(locale, key)
    if typed := clean(command.text):
        text = f"{text}\n{front.words.say(locale, 'error.you_wrote')}\n{given_back(f'{front.command} {typed}')}"
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text, **UNFURL_NOTHING})


def _of_form(front: Front, body: Body, key: str) -> BoltResponse:
    """The form stays open; Slack shows the text below its first field."""
    submission = payloads.submission(body)
    field = next(iter(payloads.form_fields(body)), "")
    if not field:
        return BoltResponse(status=503)
    text = front.words.say(front.people.locale(submission.user), key)
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: text}})


def _of_button(front: Front, body: Body, key: str) -> BoltResponse:
    click = payloads.click(body)
    if click.channel:
        text = front.words.say(front.people.locale(click.user), key)
        front.whisper(payloads.aside(body, click), click.user, text)
    return BoltResponse(status=200)


def tell_writer(front: Front, body: Body, headers: Mapping[str, Sequence[str]]) -> None:
    """Say once below a message that it is being tried again, and once that it was given up."""
    message = payloads.message(body)
    if message is None or not (message.direct or message.mentions_app or payloads.below_app(body)):
        return
    last = "".join(headers.get("x-slack-retry-num", [])) == str(LAST_TRY)
    key = "error.gave_up" if last else "error.trying_on"
    if front.once.first(f"{key}:{message.key}"):
        text = front.words.say(front.people.locale(message.user, message.text), key)
        front.whisper(Place(message.channel, message.thread), message.user, text)
