"""conversations.history, conversations.replies."""

from __future__ import annotations

from bot.playground import seed
from bot.playground.errors import SlackError
from bot.playground.model import Conversation, Json, Message
from bot.playground.shapes import message_object
from bot.playground.web_api.call import Call, Methods
from bot.playground.web_api.paging import page


def history(call: Call) -> Json:
    """Newest first, without replies."""
    conversation = _readable(call)
    messages = [m for m in _public(call, conversation) if not m.thread_ts and _within(call, m)]
    shown, cursor = page(call, list(reversed(messages)))
    answer: Json = {"messages": _objects(call, shown), "has_more": bool(cursor), "pin_count": 0}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def replies(call: Call) -> Json:
    """The root, then its replies, oldest first."""
    conversation = _readable(call)
    asked = call.playground.workspace.message(conversation.id, call.required("ts"))
    if asked is None or asked.ephemeral_to:
        raise SlackError("thread_not_found")
    root_ts = asked.thread_ts or asked.ts
    thread = [m for m in _public(call, conversation) if m.thread_ts == root_ts and _within(call, m)]
    shown, cursor = page(call, thread, default=1000)
    root = call.playground.workspace.message(conversation.id, root_ts)
    answer: Json = {"messages": _objects(call, [root, *shown] if root else shown), "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _readable(call: Call) -> Conversation:
    conversation = call.conversation()
    if seed.BOT_USER_ID not in conversation.members:
        raise SlackError("not_in_channel")
    return conversation


def _public(call: Call, conversation: Conversation) -> list[Message]:
    return call.playground.workspace.messages(conversation.id, viewer="")


def _within(call: Call, message: Message) -> bool:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9999999999"
    try:
        at, first, last = float(message.ts), float(oldest), float(latest)
    except ValueError as error:
        raise SlackError("invalid_ts_oldest") from error
    return first <= at <= last if call.flag("inclusive") else first < at < last


def _objects(call: Call, messages: list[Message]) -> list[Json]:
    with_metadata = bool(call.flag("include_all_metadata"))
    return [message_object(call.playground.workspace, m, metadata=with_metadata) for m in messages]


_HISTORY = "channels:history|groups:history|im:history"
METHODS: Methods = {
    "conversations.history": (_HISTORY, history),
    "conversations.replies": (_HISTORY, replies),
}
