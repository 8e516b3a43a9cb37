"""pins.list (docs.slack.dev/reference/methods/pins.list)."""

from __future__ import annotations

from bot.playground.model import Json
from bot.playground.shapes import message_object
from bot.playground.web_api.call import Call, Methods


def list_all(call: Call) -> Json:
    """Newest pin first; of a message that is gone, nothing."""
    conversation, workspace = call.conversation(), call.playground.workspace
    address = f"{call.playground.config.public_url}/archives/{conversation.id}"
    items = [
        {
            "type": "message",
            "created": int(float(at)),
            "created_by": who,
            "channel": conversation.id,
            "message": {
                **message_object(workspace, message),
                "pinned_to": [conversation.id],
                "permalink": f"{address}/p{ts.replace('.', '')}",
            },
        }
        for ts, who, at in reversed(conversation.pins)
        if (message := workspace.message(conversation.id, ts))
    ]
    return {"items": items}


METHODS: Methods = {"pins.list": ("pins:read", list_all)}
"""What the app needs; people pin with the act "pin"."""
