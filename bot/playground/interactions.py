"""What happens between a person's act and the app's acknowledgement of it."""

from __future__ import annotations

from typing import Any

from bot.playground import payloads
from bot.playground.answers import answer_person, tell_person
from bot.playground.errors import ActError, SlackError
from bot.playground.form_state import missing_answers
from bot.playground.link.ack import Ack
from bot.playground.model import Conversation, Json, Message, User, View
from bot.playground.playground import Playground


async def run_command(playground: Playground, user: User, conversation: Conversation, command: str, text: str) -> Ack:
    """Send a slash command; an answer in the acknowledgement, or its failure, is shown to the person."""
    payload = payloads.slash_command(
        user,
        conversation,
        command,
        text,
        trigger_id=playground.triggers.issue(user.id),
        response_url=playground.response_urls.issue("commands", user.id, conversation.id),
    )
    ack = await playground.link.send("slash_commands", payload)
    if not ack.ok:
        code = "operation_timeout" if ack.problem == "http_timeout" else "dispatch_failed"
        tell_person(playground, user.id, conversation.id, f'{command} failed with the error "{code}"')
        return ack
    answer = {"text": ack.body} if isinstance(ack.body, str) else ack.body
    if isinstance(answer, dict) and (answer.get("text") or answer.get("blocks")):
        try:
            answer_person(playground, user.id, conversation.id, answer)
        except SlackError:
            tell_person(playground, user.id, conversation.id, f'{command} failed with the error "invalid_response"')
    return ack


async def act_on_message(playground: Playground, user: User, message: Message, action: Json) -> Ack:
    payload = payloads.message_action(
        playground.workspace,
        user,
        message,
        action,
        trigger_id=playground.triggers.issue(user.id),
        response_url=playground.response_urls.issue("actions", user.id, message.channel, message.ts),
    )
    return await playground.link.send("interactive", payload)


async def act_in_view(playground: Playground, user: User, view: View, action: Json) -> Ack:
    trigger_id = playground.triggers.issue(user.id, view.id)
    return await playground.link.send("interactive", payloads.view_action(user, view, action, trigger_id))


async def use_shortcut(playground: Playground, user: User, callback_id: str, message: Message | None) -> Ack:
    trigger_id = playground.triggers.issue(user.id)
    if message is None:
        payload = payloads.global_shortcut(user, callback_id, trigger_id)
    else:
        url = playground.response_urls.issue("app", user.id, message.channel, message.ts)
        payload = payloads.message_shortcut(
            playground.workspace, user, message, callback_id, trigger_id=trigger_id, response_url=url
        )
    return await playground.link.send("interactive", payload)


async def submit_view(playground: Playground, user: User, view: View) -> dict[str, str]:
    """Send a filled-in form and do as the app answers; the errors to show, by block id.

    Raises ActError if the app does not answer, or answers nonsense.
    """
    errors = missing_answers(view)
    if errors:
        return errors
    trigger_id = playground.triggers.issue(user.id, view.id)
    ack = await playground.link.send("interactive", payloads.view_submission(user, view, trigger_id))
    if not ack.ok:
        raise ActError(ack.problem, "We had some trouble connecting. Try again?")
    try:
        return _follow(playground, user, view, ack.body)
    except SlackError as error:
        raise ActError(error.code, f"The app answered with a form that Slack refuses: {error.messages}") from error


def _follow(playground: Playground, user: User, view: View, answer: Any) -> dict[str, str]:
    action = answer.get("response_action") if isinstance(answer, dict) else None
    match action:
        case "errors":
            return {str(block): str(text) for block, text in (answer.get("errors") or {}).items()}
        case "update":
            current = playground.workspace.view(view.id) or view
            playground.views.update(current, answer.get("view"))
        case "push":
            playground.views.push(user.id, answer.get("view"))
        case "clear":
            playground.views.clear(user.id)
        case _:
            playground.views.close(view)
    return {}


async def close_view(playground: Playground, user: User, view: View) -> None:
    """Close a form, and tell the app if it wants to know."""
    stack = playground.workspace.modals.get(user.id, [])
    closed = list(reversed(stack)) if view.view.get("clear_on_close") else [view]
    if len(closed) > 1:
        playground.views.clear(user.id)
    else:
        playground.views.close(view)
    for gone in closed:
        if gone.view.get("notify_on_close"):
            payload = payloads.view_closed(user, gone, cleared=len(closed) > 1)
            await playground.link.send("interactive", payload)
