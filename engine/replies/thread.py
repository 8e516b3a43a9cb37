"""Reads a customer's thread: what is asked, in which language, about which order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.domain.work import Said
from engine.replies.language import language_of
from engine.replies.words import words

MOST_QUESTION_CHARS = 1_000
_ASKS = re.compile(r"[?？]")
_THANKS = re.compile(r"\b(?:thanks|thank you|thx|cheers)\b|谢谢|感谢|多谢", re.IGNORECASE)
_CLOSING = re.compile(
    r"\b(?:thanks|thank|thx|cheers|lot|lots|much|great|nice|day|good|weekend|evening|help|helpful|perfect|awesome|ok|okay|"
    r"quick|quickly|fast|wonderful|lovely|brilliant|appreciat\w*|answer|reply|response|works?|now|again|everything|all|bye)\b"
    r"|谢谢|感谢|多谢|好的?|太|非常|很|辛苦|明白|知道|帮[忙助]|收到|麻烦|没问题|回复|解答|再见",
    re.IGNORECASE,
)
"""What else people say with it."""
_ORDER = re.compile(
    r"(?:\border\b|\bpurchase\b|订单)(?:\s*(?:no\.?|nr\.?|number|id|号码?|编号))?\s*(?:is|是|为)?\s*[:：#]?\s*#?"
    r"((?:[A-Za-z]{1,6}-?)?\d{3,}[\w-]*)"
    r"|#([A-Za-z]{0,6}-?\d{3,}[\w-]*)",
    re.IGNORECASE | re.ASCII,
)


def last_question(messages: Sequence[Said]) -> tuple[Said, ...]:
    """The customer's messages that wait for an answer: the last of theirs in a row. None if no customer wrote."""
    asked: list[Said] = []
    for message in reversed(messages):
        if message.by_agent and asked:
            break
        if not message.by_agent:
            asked.append(message)
    return tuple(reversed(asked))


def questions(messages: Sequence[Said], note: str = "") -> tuple[str, ...]:
    """What to look for, the narrowest first: the last question, then all that the customer wrote.

    `note` is what the agent adds. The newest words stay where there are too many.
    """
    last = " ".join(message.text for message in last_question(messages))
    whole = " ".join(message.text for message in messages if not message.by_agent)
    asked = (f"{text} {note}".strip()[-MOST_QUESTION_CHARS:] for text in (last, whole))
    return tuple(dict.fromkeys(text for text in asked if text))


def only_thanks(messages: Sequence[Said]) -> bool:
    """Whether the customer's last messages say thank you, and nothing else."""
    said = " ".join(message.text for message in last_question(messages))
    return bool(_THANKS.search(said)) and not _ASKS.search(said) and not words(_CLOSING.sub(" ", said))


def customers_language(messages: Sequence[Said]) -> str:
    """As in `language_of`: of the newest customer's message that tells; "en" if none does."""
    told = (language_of(message.text) for message in reversed(messages) if not message.by_agent)
    return next((lang for lang in told if lang), "en")


def order_number(messages: Sequence[Said]) -> str:
    """The newest order number in the thread, as it is written; ""."""
    for message in reversed(messages):
        if found := list(_ORDER.finditer(message.text)):
            return next(group for group in found[-1].groups() if group).rstrip("-_")
    return ""
