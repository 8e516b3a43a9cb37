"""Checks that a body has the shape that Slack gives it, before Bolt and the listeners take that for granted.

Who, where and which: ids are letters and digits of a length that the database has room for, and those that a request
cannot do without are there. What people wrote stays as it is. Shapes: docs.slack.dev/reference/events,
.../interactivity/implementing-slash-commands, .../reference/interaction-payloads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from bot.errors import PayloadError

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
"""Of a workspace, channel, person, message or view."""
Trigger = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,128}$")]
Maybe = Id | Annotated[str, StringConstraints(max_length=0)] | None
Anything = dict[str, Any]

_INTERACTIONS = frozenset(
    {"block_actions", "view_submission", "view_closed", "shortcut", "message_action", "block_suggestion"}
)
_MOST_TOLD = 3
_NAME = re.compile(r"[a-z_]{1,40}", re.ASCII)


class _Shape(BaseModel):
    model_config = {"strict": True, "frozen": True, "extra": "ignore"}


class _Named(_Shape):
    id: Maybe = None
    team_id: Maybe = None


class _Authorization(_Shape):
    user_id: Maybe = None
    team_id: Maybe = None
    enterprise: str | Anything | None = None


class _Body(_Shape):
    """What Bolt looks into, whatever the request is."""

    type: str | None = None
    authorizations: list[_Authorization] | None = None
    enterprise: str | Anything | None = None
    response_urls: list[Anything] = Field(default_factory=list)


class _Other(_Body):
    """What the app does not ask for, or need not look into."""

    team: str | Anything | None = None
    user: str | Anything | None = None
    channel: str | Anything | None = None
    event: Anything = Field(default_factory=dict)
    view: Anything = Field(default_factory=dict)
    actions: Annotated[list[Anything], Field(min_length=1)] = Field(default_factory=list)


class _Command(_Other):
    command: str
    text: str = ""
    team_id: Id
    channel_id: Id
    user_id: Id
    trigger_id: Trigger


class _Previous(_Shape):
    user: Maybe = None


class _Event(_Shape):
    """Of the kinds that the app asks for; in others, `channel` and `user` may be objects."""

    type: str
    subtype: str | None = None
    channel: Maybe | Anything = None
    channel_type: str | None = None
    user: Maybe | Anything = None
    text: str | None = None
    ts: Maybe = None
    thread_ts: Maybe = None
    deleted_ts: Maybe = None
    previous_message: _Previous | None = None
    message: Anything | None = None
    enterprise: str | Anything | None = None
    team: str | Anything | None = None

    @model_validator(mode="after")
    def _has_a_place(self) -> _Event:
        if self.type in ("message", "app_mention") and not (isinstance(self.channel, str) and self.channel and self.ts):
            raise ValueError("a message without its place")
        if self.type == "app_home_opened" and not (isinstance(self.user, str) and self.user):
            raise ValueError("nobody opened it")
        return self


class _EventBody(_Body):
    team_id: Id
    team: str | Anything | None = None
    user: str | Anything | None = None
    channel: str | Anything | None = None
    view: Anything = Field(default_factory=dict)
    event: _Event


class _Option(_Shape):
    value: str | None = None


class _Entered(_Shape):
    value: str | None = None
    selected_option: _Option | None = None
    selected_conversation: Maybe = None


class _State(_Shape):
    values: dict[str, dict[str, _Entered]] = Field(default_factory=dict)


class _View(_Shape):
    id: Id
    type: str
    hash: Maybe = None
    callback_id: str | None = None
    private_metadata: str | None = None
    state: _State | None = None


class _Action(_Shape):
    action_id: str
    value: str | None = None
    action_ts: Maybe = None
    selected_option: _Option | None = None


class _Container(_Shape):
    channel_id: Maybe = None
    message_ts: Maybe = None
    thread_ts: Maybe = None


class _Shown(_Shape):
    ts: Maybe = None
    thread_ts: Maybe = None


class _Interaction(_Body):
    event: Anything = Field(default_factory=dict)
    team: _Named | None = None
    user: _Named
    channel: _Named | None = None
    container: _Container | None = None
    message: _Shown | None = None
    message_ts: Maybe = None
    trigger_id: Trigger | None = None
    callback_id: str | None = None
    view: _View | None = None
    actions: Annotated[list[_Action], Field(min_length=1)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_whose_and_of_what(self) -> _Interaction:
        if not self.user.id or not ((self.team and self.team.id) or self.user.team_id):
            raise ValueError("nobody did it")
        if self.type in ("view_submission", "view_closed") and self.view is None:
            raise ValueError("a form that is not there")
        return self


def check(body: Mapping[str, Any]) -> None:
    """Raises PayloadError, which says what is wrong and quotes nothing."""
    try:
        _shape(body).model_validate(body)
    except ValidationError as error:
        raise PayloadError("; ".join(_told(error))) from None  # the cause would quote people's words


def _shape(body: Mapping[str, Any]) -> type[_Body]:
    if "command" in body:
        return _Command
    kind = body.get("type")
    if kind == "event_callback":
        return _EventBody
    return _Interaction if isinstance(kind, str) and kind in _INTERACTIONS else _Other


def _told(error: ValidationError) -> list[str]:
    mistakes = error.errors(include_url=False, include_context=False, include_input=False)[:_MOST_TOLD]
    return [f"{'.'.join(map(_safe, mistake['loc']))}: {mistake['type']}" for mistake in mistakes]


def _safe(part: int | str) -> str:
    """A part of a path; what might be somebody's words is left out."""
    return str(part) if isinstance(part, int) or _NAME.fullmatch(part) else "*"
