"""chat.postEphemeral, chat.getPermalink."""

from __future__ import annotations

from bot.playground import seed
from bot.playground.errors import SlackError
from bot.playground.ids import new_ts
from bot.playground.model import Json, Message
from bot.playground.web_api.call import Call, Methods
from bot.playground.web_api.chat import destination, thread_root, writable
from bot.playground.web_api.content import MOST_POSTED, content


def post_ephemeral(call: Call) -> Json:
    conversation = writable(call, destination(call))
    user = call.playground.workspace.users.get(call.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    if user.id not in conversation.members:
        raise SlackError("user_not_in_channel")
    call.playground.rates.take(call.method, conversation.id)
    body = content(call, MOST_POSTED)
    message = Message(
        channel=conversation.id,
        ts=new_ts(),
        user=seed.BOT_USER_ID,
        text=body.text,
        by_app=True,
        blocks=body.blocks,
        thread_ts=thread_root(call, conversation),
        ephemeral_to=user.id,
    )
    call.playground.posting.post(message)
    return {"message_ts": message.ts}


def get_permalink(call: Call) -> Json:
    conversation = call.conversation()
    message = call.playground.workspace.message(conversation.id, call.text("message_ts"))
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    link = f"{call.playground.config.public_url}/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


METHODS: Methods = {
    "chat.postEphemeral": ("chat:write", post_ephemeral),
    "chat.getPermalink": ("", get_permalink),
}
