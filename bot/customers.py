"""Reads a thread as an agent would: who speaks for the customer, who for the company, and how much of it; pure.

Whoever wrote the message that an agent points at is the customer, or whoever wrote what was forwarded in it: agents
paste and forward what came by mail or telephone, so it may be the agent's own message. People of the same other company
(Slack Connect) are customers with them. Everybody else is an agent, and so is the app, whose replies agents sent; what
other apps wrote is left out, unless it is pointed at: a contact form posts what customers write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BotError
from bot.ports import Written
from bot.slack.text import cut
from engine.domain.work import Said

MOST_MESSAGES = 30
MOST_CHARS = 6_000
"""The latest of a thread that are read, in UTF-16 code units as Slack counts characters."""
_MOST_OF_QUESTION = 2_000
"""Kept of what the customer wrote last, where agents wrote very much since."""


class Unreadable(BotError):
    """There is nothing to answer; `key` is the text that says why, in the locales."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and about which message."""

    user: str
    workspace: str
    message: str = ""
    """The message that they pointed at; "" for the thread."""
    leave_out: str = ""
    """The message that asks the app: no part of the talk."""


def question(messages: Sequence[Written], asking: Asking) -> Written:
    """The message that says who the customer is: the one pointed at, else the first that is not the agent's.

    Raises Unreadable.
    """
    if asking.message:
        found = [each for each in messages if each.ts == asking.message]
        if not found:
            raise Unreadable("reply.gone")
        if all(each.own for each in found):
            raise Unreadable("reply.ours")
        return found[0]
    said = [each for each in messages if each.ts != asking.leave_out and not (each.own or each.bot)]
    theirs = [each for each in said if each.text and (each.forwarded or each.user != asking.user)]
    if not (theirs or said):
        raise Unreadable("reply.nothing_said")
    return (theirs or said)[0]


def latest_question(messages: Sequence[Written], user: str) -> Written:
    """The newest at the top of a channel that somebody else wrote or forwarded there. Raises Unreadable."""
    theirs = (each for each in reversed(messages) if each.forwarded or not (each.bot or each.user == user))
    found = next(theirs, None)
    if found is None:
        raise Unreadable("reply.nobody_wrote")
    return found


def said(messages: Sequence[Written], asking: Asking, *, up_to_question: bool) -> tuple[Said, ...]:
    """The thread as a model is to read it, oldest first.

    `up_to_question` leaves out what came after a reply that was pointed at: it is that one which is to be answered.
    Pointing at the message that begins a thread means all of it. Raises Unreadable.
    """
    asked = question(messages, asking)
    until = asked.ts if up_to_question and asking.message and asked.ts != messages[0].ts else ""
    kept = [each for each in messages if each.ts != asking.leave_out and not (until and each.ts > until)]
    lines = [_said(each, asked, asking) for each in kept if each.text and (not each.bot or each.own or each is asked)]
    if not any(not line.by_agent for line in lines):
        raise Unreadable("reply.only_files" if asked.files else "reply.no_words")
    return _bounded(lines)


def _said(each: Written, asked: Written, asking: Asking) -> Said:
    foreign = each.team not in ("", asking.workspace)
    theirs = each.user == asked.user and (each.user != asking.user or each is asked or each.forwarded)
    is_customer = each is asked or theirs or (foreign and each.team == asked.team)
    return Said(each.user, each.text, by_agent=each.own or not is_customer)


def _bounded(lines: Sequence[Said]) -> tuple[Said, ...]:
    """The latest that there is room for; what the customer wrote last is always among them."""
    kept: list[Said] = []
    room = MOST_CHARS
    for line in reversed(lines[-MOST_MESSAGES:]):
        if len(line.text) > room and kept:
            break
        kept.append(Said(line.who, cut(line.text, room), line.by_agent))
        room -= len(kept[-1].text)
    if all(line.by_agent for line in kept):
        last = next(line for line in reversed(lines) if not line.by_agent)
        kept.append(Said(last.who, cut(last.text, _MOST_OF_QUESTION)))
    return tuple(reversed(kept))
