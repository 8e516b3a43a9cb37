"""reactions.add."""

from __future__ import annotations

import re

from bot.playground import seed
from bot.playground.errors import SlackError
from bot.playground.model import Json
from bot.playground.web_api.call import Call, Methods

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?\Z")


def add(call: Call) -> Json:
    conversation = call.conversation()
    message = call.playground.workspace.message(conversation.id, call.text("timestamp"))
    name = call.text("name").strip(":")
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    if not EMOJI.match(name):
        raise SlackError("invalid_name")
    if seed.BOT_USER_ID in dict(message.reactions).get(name, ()):
        raise SlackError("already_reacted")
    call.playground.posting.react(message, seed.BOT_USER_ID, name)
    return {}


METHODS: Methods = {"reactions.add": ("reactions:write", add)}
