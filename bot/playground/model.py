"""What a workspace consists of, as frozen records."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeVar

Json = dict[str, Any]

CANVAS = "application/vnd.slack-docs"
"""The media type of a page that is written in Slack; its bytes are HTML."""


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    real_name: str
    locale: str
    color: str
    """Six hexadecimal digits."""
    tz: str = "Europe/London"
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    name: str
    """Of a channel; "" for a direct message."""
    kind: Literal["channel", "im"]
    members: tuple[str, ...]
    created: int
    topic: str = ""
    archived: bool = False
    pins: tuple[tuple[str, str, str], ...] = ()
    """Of each pinned message its ts, or of a file alone its id, who pinned it and when."""
    canvas: str = ""
    """The id of the file that is the channel's canvas."""


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    ts: str
    user: str
    text: str
    by_app: bool = False
    blocks: tuple[Json, ...] = ()
    thread_ts: str = ""
    """The root's ts if this is a reply, else ""."""
    subtype: str = ""
    client_msg_id: str = ""
    username: str = ""
    files: tuple[str, ...] = ()
    metadata: Json | None = None
    edited_ts: str = ""
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Name and who."""
    ephemeral_to: str = ""
    streaming: bool = False
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None
    """As the app asked for; None where it did not say."""


@dataclass(frozen=True, slots=True)
class File:
    id: str
    name: str
    title: str
    mimetype: str
    size: int
    user: str
    created: int
    alt_txt: str = ""
    width: int = 0
    height: int = 0
    """In pixels; 0 if it is no image."""
    received: bool = False
    complete: bool = False
    ready_at: float = 0.0
    """Epoch seconds from which it can be shown."""
    shares: tuple[tuple[str, str], ...] = ()
    """Channel and message ts."""

    @property
    def is_canvas(self) -> bool:
        return self.mimetype == CANVAS


@dataclass(frozen=True, slots=True)
class View:
    id: str
    user: str
    view: Json
    """Type, title, blocks, submit, close, private_metadata, callback_id ... as the app gave them, ids filled in."""
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Json | None = None
    """Block id -> action id -> what the person entered."""


Record = TypeVar("Record", User, Conversation, Message, File, View)


def to_document(record: User | Conversation | Message | File | View) -> Json:
    return asdict(record)


def from_document(kind: type[Record], document: Json) -> Record:
    """The record that `to_document` wrote, after a trip through JSON."""
    known = {field.name for field in fields(kind)}
    return kind(**{name: _tuples(value, name) for name, value in document.items() if name in known})


def _tuples(value: Any, name: str) -> Any:
    if name in ("reactions", "shares", "pins"):
        return tuple(tuple(tuple(x) if isinstance(x, list) else x for x in pair) for pair in value)
    return tuple(value) if isinstance(value, list) else value
