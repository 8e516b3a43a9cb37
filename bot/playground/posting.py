"""What follows when a message is posted, changed or deleted: it is stored, shown to people and told to the app."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from bot.playground import seed
from bot.playground.events import Events, nothing_to_wait_for
from bot.playground.feed import Feed
from bot.playground.ids import new_ts
from bot.playground.model import Conversation, Json, Message
from bot.playground.people.shown import shown_message
from bot.playground.shapes import message_object
from bot.playground.workspace import Workspace


class Posting:
    """Each method returns what ends when the app has been told once; nobody needs to wait for it."""

    def __init__(self, workspace: Workspace, feed: Feed, events: Events) -> None:
        self._workspace = workspace
        self._feed = feed
        self._events = events

    def post(self, message: Message) -> asyncio.Future[Any]:
        self._workspace.put_message(message)
        self._show(message)
        conversation = self._workspace.conversations[message.channel]
        if message.ephemeral_to or seed.BOT_USER_ID not in conversation.members:
            return nothing_to_wait_for()
        event = self._message_event(message, conversation)
        told = [self._events.publish(event, _subscription(conversation))]
        if self._is_mention(message, conversation):
            told.append(self._events.publish(_mention_event(event), "app_mention"))
        return asyncio.gather(*told)

    def change(self, message: Message, *, tell: bool = True) -> asyncio.Future[Any]:
        """Replace the message with this channel and ts."""
        before = self._workspace.message(message.channel, message.ts)
        previous = message_object(self._workspace, before) if before else {}
        self._workspace.put_message(message)
        self._show(message)
        if message.ephemeral_to or not tell:
            return nothing_to_wait_for()
        changed = {"message": message_object(self._workspace, message), "previous_message": previous}
        return self._tell(message.channel, {"subtype": "message_changed", **changed})

    def delete(self, message: Message) -> asyncio.Future[Any]:
        """A root that has replies leaves a tombstone, and is said to have changed into it."""
        previous = message_object(self._workspace, message)
        told = {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": previous}
        if self._workspace.replies(message.channel, message.ts):
            text = "This message was deleted."
            gone = Message(message.channel, message.ts, "USLACKBOT", text, subtype="tombstone")
            self._workspace.put_message(gone)
            self._show(gone)
            changed = message_object(self._workspace, gone)
            told = {"subtype": "message_changed", "message": changed, "previous_message": previous}
        else:
            self._workspace.drop_message(message)
            audience = self._audience(message)
            self._feed.publish("deleted", {"channel": message.channel, "ts": message.ts}, audience)
            self._show_root(message)
        if message.ephemeral_to:
            return nothing_to_wait_for()
        return self._tell(message.channel, told)

    def react(self, message: Message, user: str, name: str) -> asyncio.Future[Any]:
        """Add `user` to those who reacted so."""
        reactions = dict(message.reactions)
        reactions[name] = (*reactions.get(name, ()), user)
        changed = replace(message, reactions=tuple(reactions.items()))
        self._workspace.put_message(changed)
        self._show(changed)
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": "reaction_added", "user": user, "reaction": name, "item": item, "item_user": message.user}
        return self._events.publish({**event, "event_ts": new_ts()}, "reaction_added")

    def _message_event(self, message: Message, conversation: Conversation) -> Json:
        event = message_object(self._workspace, message, metadata=True)
        kind = "im" if conversation.kind == "im" else "channel"
        return {**event, "channel": message.channel, "event_ts": message.ts, "channel_type": kind}

    def _is_mention(self, message: Message, conversation: Conversation) -> bool:
        named = f"<@{seed.BOT_USER_ID}>" in message.text
        return named and conversation.kind == "channel" and not message.by_app

    def _tell(self, channel: str, event: Json) -> asyncio.Future[Any]:
        conversation = self._workspace.conversations[channel]
        if seed.BOT_USER_ID not in conversation.members:
            return nothing_to_wait_for()
        kind = "im" if conversation.kind == "im" else "channel"
        ts = new_ts()
        common = {"type": "message", "channel": channel, "hidden": True, "ts": ts, "event_ts": ts}
        return self._events.publish({**common, **event, "channel_type": kind}, _subscription(conversation))

    def _show(self, message: Message) -> None:
        shown = {"channel": message.channel, "message": shown_message(self._workspace, message)}
        self._feed.publish("message", shown, self._audience(message))
        self._show_root(message)

    def _show_root(self, message: Message) -> None:
        """The root shows how many replies it has."""
        root = self._workspace.message(message.channel, message.thread_ts)
        if root and not message.ephemeral_to:
            shown = {"channel": root.channel, "message": shown_message(self._workspace, root)}
            self._feed.publish("message", shown, self._audience(root))

    def _audience(self, message: Message) -> frozenset[str]:
        if message.ephemeral_to:
            return frozenset({message.ephemeral_to})
        return self._workspace.audience(message.channel)


def _subscription(conversation: Conversation) -> str:
    return "message.im" if conversation.kind == "im" else "message.channels"


def _mention_event(event: Json) -> Json:
    """An app_mention has no subtype and no channel type; files it has (github.com/slackapi/bolt-js/issues/2099)."""
    left_out = ("subtype", "channel_type", "upload", "metadata", "parent_user_id")
    return {key: value for key, value in event.items() if key not in left_out} | {"type": "app_mention"}
