"""What a person asks to do, taken from JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.playground import seed
from bot.playground.errors import ActError
from bot.playground.model import Conversation, Json, Message, User, View
from bot.playground.playground import Playground

MOST_TEXT = 40_000


@dataclass(frozen=True, slots=True)
class Act:
    """Look-ups raise ActError with a sentence for the person."""

    playground: Playground
    user: User
    body: Json

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ActError("invalid_request", f'"{name}" has to be text.')
        if len(value) > MOST_TEXT:
            raise ActError("msg_too_long", f"A message has at most {MOST_TEXT:,} characters.")
        return value

    def structure(self, name: str) -> Json:
        value: Any = self.body.get(name) or {}
        if not isinstance(value, dict):
            raise ActError("invalid_request", f'"{name}" has to be an object.')
        return value

    def conversation(self) -> Conversation:
        conversation = self.playground.workspace.conversations.get(self.text("channel"))
        if conversation is None or self.user.id not in conversation.members:
            raise ActError(
                "channel_not_found", f"{self.user.real_name} is in no conversation {self.text('channel')!r}."
            )
        return conversation

    def writable_conversation(self) -> Conversation:
        conversation = self.conversation()
        if conversation.archived:
            raise ActError("is_archived", "This channel is archived.")
        return conversation

    def message(self) -> Message:
        found = self.playground.workspace.message(self.conversation().id, self.text("ts"))
        if found is None or found.ephemeral_to not in ("", self.user.id):
            raise ActError("message_not_found", "There is no such message.")
        return found

    def own_message(self) -> Message:
        found = self.message()
        if found.user != self.user.id:
            raise ActError("not_yours", "Only its author can do that to a message.")
        return found

    def view(self) -> View:
        found = self.playground.workspace.view(self.text("view_id"))
        if found is None or found.user != self.user.id:
            raise ActError("view_not_found", "This form is not open any more.")
        return found


def person(playground: Playground, user_id: Any) -> User:
    """Raises ActError for anything but the id of a person."""
    user = playground.workspace.users.get(user_id) if isinstance(user_id, str) else None
    if user is None or user.id == seed.BOT_USER_ID:
        people = ", ".join(u.id for u in seed.PEOPLE)
        raise ActError("user_not_found", f'"user" is the id of a person: {people}.')
    return user
