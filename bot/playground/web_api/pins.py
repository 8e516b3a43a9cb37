"""pins.list (docs.slack.dev/reference/methods/pins.list)."""

from __future__ import annotations

from bot.playground.file_shapes import file_object
from bot.playground.model import Conversation, Json
from bot.playground.shapes import message_object
from bot.playground.web_api.call import Call, Methods


def list_all(call: Call) -> Json:
    """Newest pin first; of what is gone, nothing."""
    conversation = call.conversation()
    items = [
        {**what, "created": int(float(at)), "created_by": who}
        for pinned, who, at in reversed(conversation.pins)
        if (what := _message(call, conversation, pinned) or _file(call, pinned))
    ]
    return {"items": items}


def _message(call: Call, conversation: Conversation, ts: str) -> Json:
    workspace = call.playground.workspace
    if (message := workspace.message(conversation.id, ts)) is None:
        return {}
    address = f"{call.playground.config.public_url}/archives/{conversation.id}/p{ts.replace('.', '')}"
    more = {"pinned_to": [conversation.id], "permalink": address}
    return {"type": "message", "channel": conversation.id, "message": {**message_object(workspace, message), **more}}


def _file(call: Call, file_id: str) -> Json:
    workspace = call.playground.workspace
    file = workspace.files.get(file_id)
    return {"type": "file", "file": file_object(workspace, file)} if file is not None else {}


METHODS: Methods = {"pins.list": ("pins:read", list_all)}
"""What the app needs; people pin with the act "pin"."""
