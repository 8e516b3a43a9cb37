"""Sees to it, where a workspace was set up so, that no message of the app unfurls a link."""

from __future__ import annotations

from bot.playground.config import PlaygroundConfig
from bot.playground.errors import SlackError
from bot.playground.model import Json

_SPEAKING = frozenset(
    {"chat.postMessage", "chat.postEphemeral", "chat.update", "chat.scheduleMessage", "chat.meMessage"}
)
_LOUD = frozenset({"chat.startStream", "chat.appendStream", "chat.stopStream"})
"""They take no arguments about unfurling."""


def check_call(config: PlaygroundConfig, method: str, args: Json) -> None:
    """Raises SlackError would_unfurl."""
    if not config.quiet_only or method not in _SPEAKING | _LOUD:
        return
    if method in _LOUD or not (_unfurls_nothing(args) and args.get("parse") == "none" and _off(args, "link_names")):
        raise SlackError("would_unfurl")


def check_answer(config: PlaygroundConfig, answer: Json) -> None:
    """For an acknowledgement with a text, or what is sent to a response URL. Raises SlackError would_unfurl."""
    if config.quiet_only and not answer.get("delete_original") and not _unfurls_nothing(answer):
        raise SlackError("would_unfurl", status=400)


def _unfurls_nothing(args: Json) -> bool:
    return _off(args, "unfurl_links") and _off(args, "unfurl_media")


def _off(args: Json, name: str) -> bool:
    """It is said, and it is no; a form has "0" for it."""
    return str(args.get(name)).lower() in ("false", "0")
