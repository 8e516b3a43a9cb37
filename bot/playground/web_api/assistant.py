"""assistant.threads.setStatus, setTitle, setSuggestedPrompts."""

from __future__ import annotations

from bot.playground.errors import SlackError
from bot.playground.model import Json
from bot.playground.statuses import set_status as show_status
from bot.playground.web_api.call import Call, Methods

_MOST_LOADING_MESSAGES = 10
_MOST_PROMPTS = 4


def set_status(call: Call) -> Json:
    conversation, thread_ts = call.conversation("channel_id"), call.required("thread_ts")
    loading = call.structure("loading_messages", "invalid_arguments") or []
    if len(loading) > _MOST_LOADING_MESSAGES:
        raise SlackError("invalid_arguments", messages=("[ERROR] no more than 10 items allowed",))
    if "status" not in call.args:
        raise SlackError("invalid_arguments", messages=("[ERROR] missing required field: status",))
    show_status(call.playground, conversation.id, thread_ts, call.text("status"))
    return {}


def set_title(call: Call) -> Json:
    call.conversation("channel_id")
    call.required("thread_ts")
    call.required("title")
    return {}


def set_suggested_prompts(call: Call) -> Json:
    call.conversation("channel_id")
    prompts = call.structure("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= _MOST_PROMPTS:
        raise SlackError("invalid_arguments", messages=("[ERROR] 1 to 4 prompts are allowed",))
    if not all(isinstance(p, dict) and p.get("title") and p.get("message") for p in prompts):
        raise SlackError("invalid_arguments", messages=("[ERROR] a prompt needs title and message",))
    return {}


_SCOPE = "assistant:write|chat:write"
METHODS: Methods = {
    "assistant.threads.setStatus": (_SCOPE, set_status),
    "assistant.threads.setTitle": (_SCOPE, set_title),
    "assistant.threads.setSuggestedPrompts": (_SCOPE, set_suggested_prompts),
}
