"""The state of a workspace: who is there, what was said, which files and views exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.playground import seed
from bot.playground.file_urls import FileUrls
from bot.playground.model import Conversation, File, Message, Record, User, View, from_document, to_document
from bot.playground.storage import Storage

MAX_STACKED_VIEWS = 3


class Workspace:
    """Plain look-ups and changes; every change but an ephemeral message or a view is stored. Rules live elsewhere."""

    def __init__(self, storage: Storage, file_urls: FileUrls, *, customers: bool = False) -> None:
        self._storage = storage
        self.file_urls = file_urls
        self.users: dict[str, User] = {user.id: user for user in seed.USERS}
        self.conversations: dict[str, Conversation] = {c.id: c for c in self._load("conversation", Conversation)}
        for conversation in seed.conversations():  # an older workspace may lack some
            if conversation.id not in self.conversations:
                self.put_conversation(conversation)
        self.files: dict[str, File] = {file.id: file for file in self._load("file", File)}
        self.homes: dict[str, View] = {view.user: view for view in self._load("home", View)}
        self.modals: dict[str, list[View]] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._read: dict[tuple[str, str], str] = {}
        for message in self._load("message", Message):
            self._remember(replace(message, streaming=False))
        for mark in storage.load("read"):
            self._read[mark["user"], mark["channel"]] = mark["ts"]
        if customers:
            self._let_customers_in()

    # -- people and conversations --------------------------------------------------------------------------------

    def put_conversation(self, conversation: Conversation) -> None:
        self.conversations[conversation.id] = conversation
        self._storage.put("conversation", conversation.id, to_document(conversation))

    def _let_customers_in(self) -> None:
        """They have asked something in #support, once; an older workspace may lack them."""
        self.users |= {user.id: user for user in seed.CUSTOMERS}
        support, guests = self.conversations[seed.SUPPORT_ID], tuple(user.id for user in seed.CUSTOMERS)
        if not set(guests) <= set(support.members):
            self.put_conversation(replace(support, members=(*support.members, *guests)))
            for message in seed.questions():
                self.put_message(message)

    def direct_message(self, user: str) -> Conversation | None:
        """The conversation of this person with the app."""
        return next((c for c in self.conversations.values() if c.kind == "im" and user in c.members), None)

    def conversations_of(self, user: str) -> list[Conversation]:
        return [c for c in self.conversations.values() if user in c.members]

    def audience(self, channel: str) -> frozenset[str]:
        """Who may see what is said there."""
        return frozenset(self.conversations[channel].members)

    # -- messages ------------------------------------------------------------------------------------------------

    def put_message(self, message: Message) -> None:
        self._remember(message)
        if not message.ephemeral_to:
            self._storage.put("message", f"{message.channel}/{message.ts}", to_document(message))

    def message(self, channel: str, ts: str) -> Message | None:
        return self._messages.get(channel, {}).get(ts)

    def drop_message(self, message: Message) -> None:
        self._messages.get(message.channel, {}).pop(message.ts, None)
        replies = self._replies.get((message.channel, message.thread_ts), [])
        if message.ts in replies:
            replies.remove(message.ts)
        self._storage.delete("message", f"{message.channel}/{message.ts}")

    def messages(self, channel: str, viewer: str) -> list[Message]:
        """All that `viewer` can see there, replies included, oldest first."""
        found = self._messages.get(channel, {}).values()
        return sorted((m for m in found if m.ephemeral_to in ("", viewer)), key=lambda m: m.ts)

    def replies(self, channel: str, root: str) -> list[Message]:
        """The replies that everybody sees, oldest first."""
        found = (self._messages[channel][ts] for ts in self._replies.get((channel, root), ()))
        return [message for message in found if not message.ephemeral_to]

    def unread(self, user: str, channel: str) -> int:
        seen = self._read.get((user, channel), "")
        return sum(1 for m in self._messages.get(channel, {}).values() if self._is_news(m, user, seen))

    def mark_read(self, user: str, channel: str) -> None:
        latest = max(self._messages.get(channel, ()), default="")
        if latest > self._read.get((user, channel), ""):
            self._read[user, channel] = latest
            self._storage.put("read", f"{user}/{channel}", {"user": user, "channel": channel, "ts": latest})

    # -- files and views -----------------------------------------------------------------------------------------

    def put_file(self, file: File) -> None:
        self.files[file.id] = file
        self._storage.put("file", file.id, to_document(file))

    def drop_file(self, file: File) -> None:
        self.files.pop(file.id, None)
        self._storage.delete("file", file.id)
        self._storage.delete_bytes(file.id)

    def write_bytes(self, file: File, data: bytes) -> None:
        self._storage.write_bytes(file.id, data)

    def read_bytes(self, file: File) -> bytes | None:
        return self._storage.read_bytes(file.id)

    def put_home(self, view: View) -> None:
        self.homes[view.user] = view
        self._storage.put("home", view.user, to_document(view))

    def view(self, view_id: str) -> View | None:
        return next((view for view in self._views() if view.id == view_id), None)

    def view_by_external_id(self, external_id: str) -> View | None:
        return next((view for view in self._views() if view.view.get("external_id") == external_id), None)

    def replace_view(self, view: View) -> None:
        """Put a new state of an open view in its place."""
        if view.view["type"] == "home":
            self.put_home(view)
            return
        stack = self.modals.get(view.user, [])
        self.modals[view.user] = [view if old.id == view.id else old for old in stack]

    # ------------------------------------------------------------------------------------------------------------

    def _views(self) -> Iterator[View]:
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    def _remember(self, message: Message) -> None:
        self._messages.setdefault(message.channel, {})[message.ts] = message
        if message.thread_ts:
            replies = self._replies.setdefault((message.channel, message.thread_ts), [])
            if message.ts not in replies:
                replies.append(message.ts)

    def _is_news(self, message: Message, user: str, seen: str) -> bool:
        return message.ts > seen and message.user != user and message.ephemeral_to in ("", user)

    def _load(self, kind: str, record: type[Record]) -> list[Record]:
        return [from_document(record, document) for document in self._storage.load(kind)]
