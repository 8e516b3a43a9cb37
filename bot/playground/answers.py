"""Messages that the app sends as an answer: in an acknowledgement, or to a response URL."""

from __future__ import annotations

from dataclasses import replace

from bot.playground import seed
from bot.playground.blockkit import checked_blocks
from bot.playground.errors import SlackError
from bot.playground.ids import new_ts
from bot.playground.model import Json, Message
from bot.playground.playground import Playground
from bot.playground.quiet import check_answer
from bot.playground.response_urls import Grant

MOST_TEXT = 40_000


def respond(playground: Playground, grant: Grant, answer: Json) -> None:
    """Post, replace or delete as a body sent to a response URL says.

    Raises SlackError: no_text, msg_too_long, invalid_blocks, message_not_found, would_unfurl.
    """
    check_answer(playground.config, answer)
    original = playground.workspace.message(grant.channel, grant.ts) if grant.ts else None
    if answer.get("delete_original") or answer.get("replace_original"):
        if original is None or not original.by_app:
            raise SlackError("message_not_found", status=404)
        if answer.get("delete_original"):
            playground.posting.delete(original)
            return
        text, blocks = _content(answer)
        playground.posting.change(replace(original, text=text, blocks=blocks, edited_ts=new_ts()))
        return
    answer_person(playground, grant.user, grant.channel, answer)


def answer_person(playground: Playground, user: str, channel: str, answer: Json) -> None:
    """Show a new message, to this person alone unless it says `in_channel`."""
    check_answer(playground.config, answer)
    text, blocks = _content(answer)
    in_channel = answer.get("response_type") == "in_channel"
    message = Message(
        channel=channel,
        ts=new_ts(),
        user=seed.BOT_USER_ID,
        text=text,
        by_app=True,
        blocks=blocks,
        thread_ts=str(answer.get("thread_ts") or ""),
        ephemeral_to="" if in_channel else user,
    )
    playground.posting.post(message)


def tell_person(playground: Playground, user: str, channel: str, text: str) -> None:
    """A line from Slackbot that only this person sees."""
    message = Message(channel, new_ts(), "USLACKBOT", text, ephemeral_to=user, username="Slackbot")
    playground.posting.post(message)


def _content(answer: Json) -> tuple[str, tuple[Json, ...]]:
    text, blocks = str(answer.get("text") or ""), answer.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text", status=400)
    if len(text) > MOST_TEXT:
        raise SlackError("msg_too_long", status=400)
    return text, checked_blocks(blocks)
