"""chat.postMessage, chat.update, chat.delete."""

from __future__ import annotations

from dataclasses import replace

from bot.playground import seed
from bot.playground.errors import SlackError
from bot.playground.ids import new_ts
from bot.playground.model import Conversation, File, Json, Message
from bot.playground.shapes import message_object
from bot.playground.statuses import clear_status
from bot.playground.web_api.call import Call, Methods
from bot.playground.web_api.content import MOST_POSTED, MOST_UPDATED, content, metadata


def post_message(call: Call) -> Json:
    conversation = writable(call, destination(call))
    call.playground.rates.take(call.method, conversation.id)
    body = content(call, MOST_POSTED)
    thread_ts = thread_root(call, conversation)
    message = Message(
        channel=conversation.id,
        ts=new_ts(),
        user=seed.BOT_USER_ID,
        text=body.text,
        by_app=True,
        blocks=body.blocks,
        thread_ts=thread_ts,
        metadata=metadata(call),
        unfurl_links=call.flag("unfurl_links"),
        unfurl_media=call.flag("unfurl_media"),
    )
    call.playground.posting.post(message)
    clear_status(call.playground, conversation.id, thread_ts)
    shown = message_object(call.playground.workspace, message, metadata=True)
    return {"channel": conversation.id, "ts": message.ts, "message": shown}


def update(call: Call) -> Json:
    message = own_message(call, "cant_update_message")
    if call.conversation().archived:
        raise SlackError("is_inactive")
    if message.streaming:
        raise SlackError("streaming_state_conflict")
    call.playground.rates.take(call.method, message.channel)
    body = content(call, MOST_UPDATED)
    files = _new_files(call)
    for file in files:
        call.playground.uploads.share(file, message.channel, message.ts)
    changed = replace(
        message,
        text=body.text,
        blocks=body.blocks,
        files=tuple(file.id for file in files) or message.files,
        metadata=metadata(call) or message.metadata,
        edited_ts=new_ts(),
    )
    call.playground.posting.change(changed)
    shown = message_object(call.playground.workspace, changed)
    return {"channel": message.channel, "ts": message.ts, "text": changed.text, "message": shown}


def delete(call: Call) -> Json:
    message = own_message(call, "cant_delete_message")
    call.playground.posting.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def _new_files(call: Call) -> list[File]:
    """The app's own files that `file_ids` names, a list or text with commas. Raises SlackError file_not_found."""
    given = call.args.get("file_ids") or []
    named = given.strip("[]").replace('"', "").split(",") if isinstance(given, str) else given
    found = [call.playground.workspace.files.get(str(file_id).strip()) for file_id in named]
    files = [file for file in found if file is not None and file.complete and file.user == seed.BOT_USER_ID]
    if len(files) < len(found):
        raise SlackError("file_not_found")
    return files


def destination(call: Call) -> Conversation:
    """A conversation by id or name, or the direct message of a user by theirs. Raises SlackError channel_not_found."""
    wanted = call.text("channel")
    workspace = call.playground.workspace
    if wanted in workspace.users:
        direct = workspace.direct_message(wanted)
        if direct is None:
            raise SlackError("channel_not_found")
        return direct
    named = (c for c in workspace.conversations.values() if c.kind == "channel" and c.name == wanted.lstrip("#"))
    return next(named, None) or call.conversation()


def writable(call: Call, conversation: Conversation) -> Conversation:
    """Raises SlackError: is_archived, not_in_channel."""
    if conversation.archived:
        raise SlackError("is_archived")
    if seed.BOT_USER_ID not in conversation.members and "chat:write.public" not in call.playground.config.scopes:
        raise SlackError("not_in_channel")
    return conversation


def thread_root(call: Call, conversation: Conversation) -> str:
    """The root of the thread that `thread_ts` names; "" for none. Raises SlackError thread_not_found."""
    wanted = call.text("thread_ts")
    if not wanted:
        return ""
    message = call.playground.workspace.message(conversation.id, wanted)
    if message is None:
        raise SlackError("thread_not_found")
    return message.thread_ts or message.ts


def own_message(call: Call, otherwise: str) -> Message:
    """The app's message `ts`. Raises SlackError: message_not_found, or `otherwise` for somebody else's."""
    conversation = call.conversation()
    message = call.playground.workspace.message(conversation.id, call.text("ts"))
    if message is None or message.ephemeral_to or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if not message.by_app:
        raise SlackError(otherwise)
    return message


METHODS: Methods = {
    "chat.postMessage": ("chat:write", post_message),
    "chat.update": ("chat:write", update),
    "chat.delete": ("chat:write", delete),
}
