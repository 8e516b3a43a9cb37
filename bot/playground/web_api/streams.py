"""chat.startStream, chat.appendStream, chat.stopStream: a message that grows while people read it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from bot.playground import seed
from bot.playground.blockkit import checked_blocks
from bot.playground.errors import SlackError
from bot.playground.ids import new_ts
from bot.playground.model import Json, Message
from bot.playground.shapes import message_object
from bot.playground.statuses import clear_status
from bot.playground.web_api.call import Call, Methods
from bot.playground.web_api.chat import destination, own_message, thread_root, writable
from bot.playground.web_api.content import MOST_MARKDOWN, message_blocks, metadata, ready_blocks


def start(call: Call) -> Json:
    conversation = writable(call, destination(call))
    call.required("thread_ts")
    if conversation.kind == "channel":
        for name in ("recipient_user_id", "recipient_team_id"):
            if not call.text(name):
                raise SlackError(f"missing_{name}")
    call.playground.rates.take(call.method, conversation.id)
    root = thread_root(call, conversation)
    empty = Message(conversation.id, new_ts(), seed.BOT_USER_ID, "", by_app=True, thread_ts=root, streaming=True)
    message = _grown(call, empty)
    call.playground.posting.post(message)
    clear_status(call.playground, conversation.id, root)
    return {"channel": conversation.id, "ts": message.ts}


def append(call: Call) -> Json:
    message = _open_stream(call)
    if not call.text("markdown_text") and not call.args.get("chunks"):
        raise SlackError("no_text")
    grown = _grown(call, message)
    call.playground.posting.change(grown, tell=False)
    return {"channel": grown.channel, "ts": grown.ts}


def stop(call: Call) -> Json:
    message = _grown(call, _open_stream(call))
    final = replace(
        message,
        blocks=(*message.blocks, *message_blocks(call)),
        metadata=metadata(call) or message.metadata,
        streaming=False,
    )
    call.playground.posting.change(final)
    shown = message_object(call.playground.workspace, final, metadata=True)
    return {"channel": final.channel, "ts": final.ts, "message": shown}


def _open_stream(call: Call) -> Message:
    message = own_message(call, "message_not_owned_by_app")
    too_old = time.time() - float(message.ts) > call.playground.config.stream_ttl_s
    if message.streaming and too_old:
        message = replace(message, streaming=False)
        call.playground.posting.change(message)
    if not message.streaming:
        raise SlackError("message_not_in_streaming_state")
    return message


def _grown(call: Call, message: Message) -> Message:
    """The message with what this call brings. Raises SlackError msg_too_long, invalid_chunks."""
    chunks = call.structure("chunks", "invalid_chunks") or []
    if call.text("markdown_text"):
        chunks = [{"type": "markdown_text", "text": call.text("markdown_text")}, *chunks]
    for chunk in chunks:
        message = _with_chunk(call, message, chunk)
    return message


def _with_chunk(call: Call, message: Message, chunk: Any) -> Message:
    kind = chunk.get("type") if isinstance(chunk, dict) else None
    match kind:
        case "markdown_text":
            return _with_text(message, str(chunk.get("text") or ""))
        case "task_update":
            return replace(message, blocks=_with_task(message.blocks, chunk))
        case "plan_update":
            plan: Json = {"type": "plan", "block_id": "plan", "title": str(chunk.get("title") or "")}
            return replace(message, blocks=_in_place(message.blocks, plan))
        case "blocks":
            return replace(message, blocks=(*message.blocks, *ready_blocks(call.playground, chunk.get("blocks") or [])))
        case _:
            raise SlackError("invalid_chunks")


def _with_text(message: Message, text: str) -> Message:
    if len(text) > MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    whole = message.text + text
    block: Json = {"type": "markdown", "block_id": "stream", "text": whole}
    return replace(message, text=whole, blocks=_in_place(message.blocks, block))


def _with_task(blocks: tuple[Json, ...], chunk: Json) -> tuple[Json, ...]:
    card: Json = {"type": "task_card", "task_id": str(chunk.get("id") or ""), "title": str(chunk.get("title") or "")}
    card |= {"status": chunk.get("status") or "pending", "block_id": f"task-{card['task_id']}"}
    for name in ("details", "output"):
        if chunk.get(name):
            section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(chunk[name])}]}
            card[name] = {"type": "rich_text", "elements": [section]}
    if chunk.get("sources"):
        card["sources"] = chunk["sources"]
    return _in_place(blocks, checked_blocks([card])[0])


def _in_place(blocks: tuple[Json, ...], block: Json) -> tuple[Json, ...]:
    """The blocks with this one in the place of its earlier self, else at the end."""
    if any(other["block_id"] == block["block_id"] for other in blocks):
        return tuple(block if other["block_id"] == block["block_id"] else other for other in blocks)
    return (*blocks, block)


METHODS: Methods = {
    "chat.startStream": ("chat:write", start),
    "chat.appendStream": ("chat:write", append),
    "chat.stopStream": ("chat:write", stop),
}
