"""Composition objects (docs.slack.dev/reference/block-kit/composition-objects)."""

from __future__ import annotations

from bot.playground.blockkit.rules import (
    Rule,
    at_least_one,
    boolean,
    each,
    exactly_one,
    one_of,
    record,
    string,
    tagged,
    url,
)


def plain_text(most: int, least: int = 1) -> Rule:
    return tagged({"plain_text": _plain(most, least)})


def any_text(most: int, least: int = 1) -> Rule:
    """plain_text or mrkdwn."""
    return tagged({"plain_text": _plain(most, least), "mrkdwn": _mrkdwn(most, least)})


def mrkdwn(most: int) -> Rule:
    return tagged({"mrkdwn": _mrkdwn(most, 1)})


def _plain(most: int, least: int) -> Rule:
    return record({"type": one_of("plain_text"), "text": string(most, least)}, {"emoji": boolean})


def _mrkdwn(most: int, least: int) -> Rule:
    return record({"type": one_of("mrkdwn"), "text": string(most, least)}, {"verbatim": boolean})


def option(text: Rule | None = None) -> Rule:
    return record(
        {"text": text or plain_text(75), "value": string(150)}, {"description": any_text(75), "url": url(3000)}
    )


OPTION = option()
RICH_OPTION = option(any_text(75))
"""Radio buttons and checkboxes may have mrkdwn."""
OPTION_GROUP = record({"label": plain_text(75), "options": each(OPTION, most=100)})
CONFIRM = record(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
SLACK_FILE = record({}, {"id": string(20, 1), "url": url(3000)}, exactly_one("id", "url"))
DISPATCH_CONFIG = record(
    {"trigger_actions_on": each(one_of("on_enter_pressed", "on_character_entered"), most=2)},
)
CONVERSATION_FILTER = record(
    {},
    {
        "include": each(one_of("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
