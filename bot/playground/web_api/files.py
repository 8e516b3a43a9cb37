"""files.getUploadURLExternal, files.completeUploadExternal, files.info, files.delete."""

from __future__ import annotations

from typing import Any

from bot.playground import seed
from bot.playground.errors import SlackError
from bot.playground.file_shapes import file_details, file_object
from bot.playground.ids import new_ts
from bot.playground.model import Conversation, File, Json, Message
from bot.playground.web_api.call import Call, Methods
from bot.playground.web_api.chat import thread_root, writable
from bot.playground.web_api.content import message_blocks


def get_upload_url(call: Call) -> Json:
    size = call.number("length", 0)
    if size <= 0:
        raise SlackError("invalid_arguments", messages=("[ERROR] missing required field: length",))
    uploads = call.playground.uploads
    file = uploads.announce(call.required("filename"), size, seed.BOT_USER_ID, call.text("alt_txt")[:1000])
    key = call.playground.workspace.file_urls.key(file.id)
    return {"upload_url": f"{call.playground.config.public_url}/upload/v1/{file.id}/{key}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    wanted = call.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", messages=("[ERROR] missing required field: files",))
    conversation = _destination(call)
    thread_ts = thread_root(call, conversation) if conversation else ""
    files = [_complete(call, entry) for entry in wanted]
    if conversation:
        _share(call, conversation, thread_ts, files)
    workspace = call.playground.workspace
    return {"files": [file_object(workspace, workspace.files[file.id]) for file in files]}


def info(call: Call) -> Json:
    file = _file(call)
    paging = {"count": 100, "total": 0, "page": 1, "pages": 0}
    return {"file": file_details(call.playground.workspace, file), "comments": [], "paging": paging}


def delete(call: Call) -> Json:
    file = _file(call)
    if file.user != seed.BOT_USER_ID:
        raise SlackError("cant_delete_file")
    call.playground.workspace.drop_file(file)
    return {}


def _destination(call: Call) -> Conversation | None:
    name = "channel_id" if call.text("channel_id") else "channels"
    if not call.text(name):
        return None
    return writable(call, call.conversation(name))


def _complete(call: Call, entry: Any) -> File:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise SlackError("invalid_arguments")
    return call.playground.uploads.complete(entry["id"], str(entry.get("title") or ""))


def _share(call: Call, conversation: Conversation, thread_ts: str, files: list[File]) -> None:
    comment = call.text("initial_comment")
    message = Message(
        channel=conversation.id,
        ts=new_ts(),
        user=seed.BOT_USER_ID,
        text=comment,
        by_app=True,
        subtype="file_share",
        blocks=() if comment else message_blocks(call),
        thread_ts=thread_ts,
        files=tuple(file.id for file in files),
    )
    for file in files:
        call.playground.uploads.share(file, conversation.id, message.ts)
    call.playground.posting.post(message)


def _file(call: Call) -> File:
    file = call.playground.workspace.files.get(call.text("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return file


METHODS: Methods = {
    "files.getUploadURLExternal": ("files:write", get_upload_url),
    "files.completeUploadExternal": ("files:write", complete_upload),
    "files.info": ("files:read", info),
    "files.delete": ("files:write", delete),
}
