"""One call of a Web API method, with its arguments in whatever way Slack takes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground import seed
from bot.playground.errors import SlackError
from bot.playground.model import Conversation, Json
from bot.playground.playground import Playground


@dataclass(frozen=True, slots=True)
class Call:
    playground: Playground
    method: str
    args: Json
    """As they came: all strings from a form, typed from JSON."""

    def text(self, name: str) -> str:
        """ "" if it is not given."""
        value = self.args.get(name)
        return "" if value is None else value if isinstance(value, str) else str(value)

    def required(self, name: str) -> str:
        """Raises SlackError invalid_arguments if it is not given."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", messages=(f"[ERROR] missing required field: {name}",))
        return value

    def flag(self, name: str) -> bool | None:
        value = self.args.get(name)
        return None if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        value = self.args.get(name)
        try:
            return default if value in (None, "") else int(str(value))
        except ValueError as error:
            raise SlackError("invalid_arguments") from error

    def structure(self, name: str, otherwise: str) -> Any:
        """A list or an object, which may come as JSON text. Raises SlackError `otherwise` if it is neither."""
        value = self.args.get(name)
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError as error:
                raise SlackError(otherwise) from error
        if value in (None, ""):
            return None
        if not isinstance(value, list | dict):
            raise SlackError(otherwise)
        return value

    def conversation(self, name: str = "channel") -> Conversation:
        """By id. Raises SlackError channel_not_found."""
        conversation = self.playground.workspace.conversations.get(self.text(name))
        if conversation is None or not visible_to_app(conversation):
            raise SlackError("channel_not_found")
        return conversation


Method = Callable[[Call], Json]
Methods = dict[str, tuple[str, Method]]
"""Name -> the scope it needs ("" for none, "app" for an app-level token) and what does it."""


def visible_to_app(conversation: Conversation) -> bool:
    return conversation.kind == "channel" or seed.BOT_USER_ID in conversation.members
