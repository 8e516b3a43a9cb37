"""Turns what Slack sends into frozen types; a payload's dictionaries go no further than this module.

Shapes: docs.slack.dev/interactivity/implementing-slash-commands, .../apis/events-api,
.../interactivity/handling-user-interaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.ports import Attachment, Place
from bot.slack.attachments import attachments
from bot.slack.fields import Fields, object_at, objects_at, text_at

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class SlashCommand:
    workspace: str
    channel: str
    user: str
    text: str
    trigger_id: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message or a mention that a person wrote."""

    workspace: str
    channel: str
    user: str
    text: str
    """Without the mention of the app."""
    ts: str
    thread: str
    """The thread it was written in, "" at the top of the channel."""
    direct: bool
    """Written in a direct message to the app."""
    mentions_app: bool
    files: tuple[Attachment, ...] = ()
    by_guest: bool = False
    """As `by_guest` says of its event."""

    @property
    def key(self) -> str:
        """The same for `app_mention` and `message`, and for every retry of both."""
        return message_key(self.channel, self.ts)


@dataclass(frozen=True, slots=True)
class Deleted:
    """Someone deleted their message."""

    workspace: str
    channel: str
    ts: str
    user: str


@dataclass(frozen=True, slots=True)
class Click:
    """A press on a button below a message of the app."""

    workspace: str
    channel: str
    user: str
    value: str
    """What the button carries, or the choice that was made."""
    thread: str
    """The thread of the message with the button; the message itself where it stands at the top."""
    trigger_id: str
    key: str
    action: str = ""
    """Which button it was."""
    response_url: str = ""
    """Where the message with the button can be taken away."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent."""

    workspace: str
    user: str
    private_metadata: str
    values: Mapping[str, Mapping[str, Any]]
    """Block id -> action id -> what was entered, as Slack's view state has it."""
    key: str


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A choice made in an open form, before it is sent."""

    workspace: str
    user: str
    view_id: str
    hash: str
    """Of the view as the person saw it: an update meant for another is refused."""
    private_metadata: str
    action_id: str
    value: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    workspace: str
    user: str
    trigger_id: str

    @property
    def key(self) -> str:
        return f"shortcut:{self.trigger_id}"


def message_key(channel: str, ts: str) -> str:
    """What makes a message one request, however it is told of."""
    return f"msg:{channel}:{ts}"


def slash_command(body: Fields) -> SlashCommand:
    return SlashCommand(
        workspace=text_at(body, "team_id"),
        channel=text_at(body, "channel_id"),
        user=text_at(body, "user_id"),
        text=text_at(body, "text"),
        trigger_id=text_at(body, "trigger_id"),
    )


def message(body: Fields) -> Message | None:
    """The message in an `app_mention` or `message` event; None unless a person wrote it just now."""
    event = object_at(body, "event")
    if event.get("bot_id") or event.get("subtype") not in (None, "file_share", "thread_broadcast"):
        return None
    user, app = text_at(event, "user"), app_user(body)
    if not user or user == app:
        return None
    text = text_at(event, "text")
    return Message(
        workspace=text_at(body, "team_id"),
        channel=text_at(event, "channel"),
        user=user,
        text=_MENTION.sub(lambda m: "" if m[1] == app else m[0], text).strip(),
        ts=text_at(event, "ts"),
        thread=text_at(event, "thread_ts"),
        direct=event.get("channel_type") == "im" or text_at(event, "channel").startswith("D"),
        mentions_app=event.get("type") == "app_mention" or app in _MENTION.findall(text),
        files=attachments(event),
        by_guest=by_guest(body),
    )


def by_guest(body: Fields) -> bool:
    """Whether whoever did this belongs to another workspace than the app, as in a channel shared with customers.

    An event names their team, or the organization of a workspace that is part of one; an interaction their team alone
    (Slack Connect, docs.slack.dev/apis/slack-connect). Where nothing is said they are of the app's own, and a command
    says nothing: Slack offers it to members alone.
    """
    event = object_at(body, "event")
    if not event:
        own = text_at(object_at(body, "view"), "app_installed_team_id") or text_at(object_at(body, "team"), "id")
        return bool(own) and text_at(object_at(body, "user"), "team_id") not in ("", own)
    if body.get("is_ext_shared_channel") is False:
        return False
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    home = first if isinstance(first, Mapping) and text_at(first, "team_id") else body
    theirs = text_at(event, "user_team") or text_at(event, "team")
    return theirs not in ("", text_at(home, "team_id"), text_at(home, "enterprise_id"))


def below_app(body: Fields) -> bool:
    """Whether a message stands in a thread below one of the app's own."""
    app = app_user(body)
    return bool(app) and text_at(object_at(body, "event"), "parent_user_id") == app


def deleted(body: Fields) -> Deleted | None:
    """The deletion in a `message` event, None if it is none or the author is not known.

    A thread's root that is deleted while it has replies is said to have changed, into a "tombstone".
    """
    event = object_at(body, "event")
    now, before = object_at(event, "message"), object_at(event, "previous_message")
    ts = ""
    if event.get("subtype") == "message_deleted":
        ts = text_at(event, "deleted_ts")
    elif event.get("subtype") == "message_changed" and now.get("subtype") == "tombstone":
        ts = text_at(now, "ts")
    user = text_at(before, "user")
    return Deleted(text_at(body, "team_id"), text_at(event, "channel"), ts, user) if ts and user else None


def app_user(body: Fields) -> str:
    """The app's own user id, which every event names; "" if it does not."""
    authorizations = body.get("authorizations") or [{}]
    return text_at(authorizations[0], "user_id") if authorizations[0].get("is_bot", True) else ""


def click(body: Fields) -> Click:
    container = object_at(body, "container")
    action = body["actions"][0]
    shown = object_at(body, "message")
    trigger = text_at(body, "trigger_id")
    return Click(
        workspace=_team(body),
        channel=text_at(object_at(body, "channel"), "id") or text_at(container, "channel_id"),
        user=text_at(object_at(body, "user"), "id"),
        value=text_at(action, "value") or text_at(object_at(action, "selected_option"), "value"),
        thread=text_at(container, "thread_ts") or text_at(shown, "thread_ts") or text_at(container, "message_ts"),
        trigger_id=trigger,
        key=f"act:{trigger or text_at(action, 'action_ts')}",
        action=text_at(action, "action_id"),
        response_url=text_at(body, "response_url"),
    )


def aside(body: Fields, click: Click) -> Place:
    """Where to answer a click: in a thread only if the button stands in one, else nobody would find the answer."""
    in_thread = text_at(object_at(body, "container"), "thread_ts") or text_at(object_at(body, "message"), "thread_ts")
    return Place(click.channel, click.thread if in_thread else "")


def submission(body: Fields) -> Submission:
    view = object_at(body, "view")
    return Submission(
        workspace=_team(body),
        user=text_at(object_at(body, "user"), "id"),
        private_metadata=text_at(view, "private_metadata"),
        values=object_at(object_at(view, "state"), "values"),
        key=f"view:{text_at(view, 'id')}:{text_at(view, 'hash')}",
    )


def uploaded(submission: Submission) -> tuple[Attachment, ...]:
    """All that were picked in a form (docs.slack.dev/reference/block-kit/block-elements/file-input-element)."""
    states = (state for block in submission.values.values() for state in block.values())
    return tuple(file for state in states if state.get("type") == "file_input" for file in attachments(state))


def form_fields(body: Fields) -> Iterator[str]:
    """The ids of a form's input blocks, from the top."""
    for block in objects_at(object_at(body, "view"), "blocks"):
        if block.get("type") == "input" and text_at(block, "block_id"):
            yield text_at(block, "block_id")


def form_choice(body: Fields) -> FormChoice:
    view, action = object_at(body, "view"), body["actions"][0]
    return FormChoice(
        workspace=_team(body),
        user=text_at(object_at(body, "user"), "id"),
        view_id=text_at(view, "id"),
        hash=text_at(view, "hash"),
        private_metadata=text_at(view, "private_metadata"),
        action_id=text_at(action, "action_id"),
        value=text_at(object_at(action, "selected_option"), "value"),
    )


def shortcut(body: Fields) -> Shortcut:
    return Shortcut(_team(body), text_at(object_at(body, "user"), "id"), text_at(body, "trigger_id"))


def _team(body: Fields) -> str:
    return text_at(object_at(body, "team"), "id") or text_at(object_at(body, "user"), "team_id")
