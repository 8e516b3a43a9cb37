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

Payload = Mapping[str, Any]

_TABLES = ("text/csv", "application/csv", "text/tab-separated-values")
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


def slash_command(body: Payload) -> SlashCommand:
    return SlashCommand(
        workspace=_text(body, "team_id"),
        channel=_text(body, "channel_id"),
        user=_text(body, "user_id"),
        text=_text(body, "text"),
        trigger_id=_text(body, "trigger_id"),
    )


def message(body: Payload) -> Message | None:
    """The message in an `app_mention` or `message` event; None unless a person wrote it just now."""
    event = _mapping(body, "event")
    if event.get("bot_id") or event.get("subtype") not in (None, "file_share", "thread_broadcast"):
        return None
    user, app = _text(event, "user"), app_user(body)
    if not user or user == app:
        return None
    text = _text(event, "text")
    return Message(
        workspace=_text(body, "team_id"),
        channel=_text(event, "channel"),
        user=user,
        text=_MENTION.sub(lambda m: "" if m[1] == app else m[0], text).strip(),
        ts=_text(event, "ts"),
        thread=_text(event, "thread_ts"),
        direct=event.get("channel_type") == "im" or _text(event, "channel").startswith("D"),
        mentions_app=event.get("type") == "app_mention" or app in _MENTION.findall(text),
        files=tuple(_attachments(event)),
        by_guest=by_guest(body),
    )


def by_guest(body: Payload) -> bool:
    """Whether whoever did this belongs to another workspace than the app, as in a channel shared with customers.

    An event names their team, or the organization of a workspace that is part of one; an interaction their team alone
    (Slack Connect, docs.slack.dev/apis/slack-connect). Where nothing is said they are of the app's own, and a command
    says nothing: Slack offers it to members alone.
    """
    event = _mapping(body, "event")
    if not event:
        own = _text(_mapping(body, "view"), "app_installed_team_id") or _text(_mapping(body, "team"), "id")
        return bool(own) and _text(_mapping(body, "user"), "team_id") not in ("", own)
    if body.get("is_ext_shared_channel") is False:
        return False
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    home = first if isinstance(first, Mapping) and _text(first, "team_id") else body
    theirs = _text(event, "user_team") or _text(event, "team")
    return theirs not in ("", _text(home, "team_id"), _text(home, "enterprise_id"))


def attachment(file: Payload) -> Attachment:
    """From a file object (docs.slack.dev/reference/objects/file-object).

    Of a file of another company (Slack Connect) an event says nothing but `file_access: check_file_info`; of a deleted
    one and of one beyond the plan's limit, `mode` says so.
    """
    mimetype, mode, access = _text(file, "mimetype"), _text(file, "mode"), _text(file, "file_access")
    size = file.get("size")
    canvas = mimetype == "application/vnd.slack-docs" or _text(file, "filetype") in ("canvas", "quip")
    return Attachment(
        id=_text(file, "id"),
        url=_text(file, "url_private_download") or _text(file, "url_private"),
        size_bytes=size if isinstance(size, int) else 0,
        is_image=not mimetype or mimetype.startswith("image/"),
        is_table=mimetype in _TABLES or _text(file, "name").lower().endswith((".csv", ".tsv")),
        is_gone=mode in ("tombstone", "hidden_by_limit") or access not in ("", "visible", "check_file_info"),
        is_elsewhere=mode == "external" or file.get("is_external") is True,
        name=_text(file, "title") if canvas else _text(file, "name") or _text(file, "title"),
        link=_text(file, "permalink"),
        is_canvas=canvas,
    )


def _attachments(event: Payload) -> Iterator[Attachment]:
    files = event.get("files")
    yield from (attachment(file) for file in files if isinstance(file, Mapping)) if isinstance(files, list) else ()


def below_app(body: Payload) -> bool:
    """Whether a message stands in a thread below one of the app's own."""
    app = app_user(body)
    return bool(app) and _text(_mapping(body, "event"), "parent_user_id") == app


def deleted(body: Payload) -> Deleted | None:
    """The deletion in a `message` event, None if it is none or the author is not known.

    A thread's root that is deleted while it has replies is said to have changed, into a "tombstone".
    """
    event = _mapping(body, "event")
    now, before = _mapping(event, "message"), _mapping(event, "previous_message")
    ts = ""
    if event.get("subtype") == "message_deleted":
        ts = _text(event, "deleted_ts")
    elif event.get("subtype") == "message_changed" and now.get("subtype") == "tombstone":
        ts = _text(now, "ts")
    user = _text(before, "user")
    return Deleted(_text(body, "team_id"), _text(event, "channel"), ts, user) if ts and user else None


def app_user(body: Payload) -> str:
    """The app's own user id, which every event names; "" if it does not."""
    authorizations = body.get("authorizations") or [{}]
    return _text(authorizations[0], "user_id") if authorizations[0].get("is_bot", True) else ""


def click(body: Payload) -> Click:
    container = _mapping(body, "container")
    action = body["actions"][0]
    shown = _mapping(body, "message")
    trigger = _text(body, "trigger_id")
    return Click(
        workspace=_team(body),
        channel=_text(_mapping(body, "channel"), "id") or _text(container, "channel_id"),
        user=_text(_mapping(body, "user"), "id"),
        value=_text(action, "value") or _text(_mapping(action, "selected_option"), "value"),
        thread=_text(container, "thread_ts") or _text(shown, "thread_ts") or _text(container, "message_ts"),
        trigger_id=trigger,
        key=f"act:{trigger or _text(action, 'action_ts')}",
        action=_text(action, "action_id"),
        response_url=_text(body, "response_url"),
    )


def aside(body: Payload, click: Click) -> Place:
    """Where to answer a click: in a thread only if the button stands in one, else nobody would find the answer."""
    in_thread = _text(_mapping(body, "container"), "thread_ts") or _text(_mapping(body, "message"), "thread_ts")
    return Place(click.channel, click.thread if in_thread else "")


def submission(body: Payload) -> Submission:
    view = _mapping(body, "view")
    return Submission(
        workspace=_team(body),
        user=_text(_mapping(body, "user"), "id"),
        private_metadata=_text(view, "private_metadata"),
        values=_mapping(_mapping(view, "state"), "values"),
        key=f"view:{_text(view, 'id')}:{_text(view, 'hash')}",
    )


def form_fields(body: Payload) -> Iterator[str]:
    """The ids of a form's input blocks, from the top."""
    blocks = _mapping(body, "view").get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Mapping) and block.get("type") == "input" and _text(block, "block_id"):
            yield _text(block, "block_id")


def form_choice(body: Payload) -> FormChoice:
    view, action = _mapping(body, "view"), body["actions"][0]
    return FormChoice(
        workspace=_team(body),
        user=_text(_mapping(body, "user"), "id"),
        view_id=_text(view, "id"),
        hash=_text(view, "hash"),
        private_metadata=_text(view, "private_metadata"),
        action_id=_text(action, "action_id"),
        value=_text(_mapping(action, "selected_option"), "value"),
    )


def shortcut(body: Payload) -> Shortcut:
    return Shortcut(_team(body), _text(_mapping(body, "user"), "id"), _text(body, "trigger_id"))


def _team(body: Payload) -> str:
    return _text(_mapping(body, "team"), "id") or _text(_mapping(body, "user"), "team_id")


def _mapping(payload: Payload, key: str) -> Payload:
    value = payload.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(payload: Payload, key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
