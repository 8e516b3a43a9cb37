"""Words to the app in a channel that are about what somebody wrote there: "draft a reply", "总结一下", "hand over"."""

from __future__ import annotations

import re

from bot.command.clean import clean
from bot.errors import CommandError
from bot.wishes import Draft
from engine.domain.request import MAX_PROMPT_CHARS
from engine.domain.work import Purpose

_POLITE = r"(?:(?:please|pls|can you|could you|hey|hi)[,，\s]+)*(?:请|麻烦|帮我|帮忙|给我)*"
_THREAD = r"(?:this|it|that|(?:this |the )?(?:thread|conversation|discussion))"
_TALK = r"(?:这个|此|该)?(?:话题|讨论串|讨论|对话|消息串|会话)"
_THEM = r"(?:this|it|that|them|him|her|(?:the |this )?(?:customer|client|message|thread))"
_PLAIN = {
    Purpose.REPLY: rf"(?:draft|write|suggest)(?: me| us)? an? (?:reply|answer|response)(?: (?:to|for) {_THEM})?"
                   rf"|(?:draft|reply|answer)(?: to)? {_THEM}|draft(?: reply)?|reply"
                   r"|(?:起草|草拟|拟|写)(?:一下|一[个条份])?(?:客户|顾客)?(?:的)?(?:回复|答复)|回复(?:一下)?(?:客户|顾客|他|她|ta)?",
    Purpose.SUMMARY: rf"(?:summari[sz]e|sum up)(?: {_THREAD})?|tl;?dr|summary(?: of {_THREAD})?"
                     rf"|(?:总结|概括|摘要|归纳)(?:一下)?{_TALK}?|{_TALK}(?:总结|摘要)",
    Purpose.HANDOVER: rf"hand ?(?:over|off)(?: {_THREAD})?|hand {_THREAD} (?:over|off)|handover note"
                      rf"|(?:写|起草)?(?:一下|一[个份])?(?:工作)?交接(?:一下)?(?:说明|单|摘要)?",
}  # fmt: skip
_END = r"(?:[.!?。！？~\s]*$|\s*[,，:：;；.。—-]\s*(?P<note>\S.*)$)"
_WISHES = tuple(
    (purpose, re.compile(rf"{_POLITE}(?:{words}){_END}", re.IGNORECASE | re.DOTALL))
    for purpose, words in _PLAIN.items()
)  # fmt: skip


def drafting(text: str, *, revising: bool) -> Draft | None:
    """What is wanted of the thread, if these words ask for that; what follows a comma or a colon is a note for it.

    Raises CommandError for a note that is too long.

    `revising` where there is a result of the app: then a summary may as well be wanted of that.
    """
    words = clean(text)
    for purpose, wish in _WISHES:
        if found := wish.match(words):
            if (
                revising
                and purpose is not Purpose.REPLY
                and not re.search(rf"thread|conversation|hand|{_TALK}|交接", words)
            ):
                return None
            return Draft(purpose, checked_note((found["note"] or "").strip()))
    return None


def checked_note(note: str) -> str:
    """Raises CommandError for one that is too long."""
    if len(note) > MAX_PROMPT_CHARS:
        raise CommandError("brief_too_long", most=MAX_PROMPT_CHARS, count=len(note))
    return note
