"""Sums a thread up without a model: who wrote last, what is asked, promised and open, in the thread's own sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from engine.domain.work import Purpose, Said
from engine.replies.figures import mentioned
from engine.replies.polite import states_nothing
from engine.replies.sentences import pieces
from engine.replies.words import words

_MOST_CHARS = 240
"""Of one quoted sentence."""
_ASKS = re.compile(r"[?？]")
_PROMISED = re.compile(
    r"\b(?:(?:i|we)(?: will|['’]ll| shall| am going to| are going to)|promise|(?:will|shall) be (?:sent|refunded|paid)|"
    r"by (?:tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday))\b"
    r"|(?:我们?|我)(?:会|将|马上|这就|明天|今天)|(?:会|将)(?:尽快|为您|给您)|保证|承诺",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\A\W*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day))\b|你好|您好|早上好|下午好|晚上好)"
    r"[^,!，！]{0,30}[,!，！]\s*(?=\w)",
    re.IGNORECASE,
)
"""Before what somebody has to say, in the same sentence."""
_QUESTION_WORTH = 3
"""As many words more as another sentence must share with the rest to tell as much as a question."""
_LABELS = {
    "en": {
        "wants": "What the customer wrote",
        "latest": "Latest from the customer",
        "answered": "Last answer",
        "nobody": "Nobody has answered yet.",
        "promised": "Promised",
        "open": "Open questions",
        "none": "None found.",
        "facts": "Orders, dates and amounts",
        "next": "Next step",
        "answer": "Answer the open questions: the customer wrote last.",
        "reply": "Reply to the customer, who wrote last.",
        "wait": "Wait for the customer, or ask again: the company wrote last.",
    },
    "zh": {
        "wants": "客户的诉求",
        "latest": "客户最新消息",
        "answered": "最近一次答复",
        "nobody": "还没有人答复。",
        "promised": "已承诺",
        "open": "待解答的问题",
        "none": "没有找到。",
        "facts": "订单、日期与金额",
        "next": "下一步",
        "answer": "客户最后发言，请解答上面的问题。",
        "reply": "客户最后发言，请尽快答复。",
        "wait": "我方最后发言，等待客户回复，或再次询问。",
    },
}


def summed_up(messages: Sequence[Said], purpose: Purpose, locale: str) -> str:
    """Points under headings in the reader's language, "en" or "zh"; what is quoted stays in the thread's."""
    labels = _LABELS.get(locale, _LABELS["en"])
    theirs = [message for message in messages if not message.by_agent]
    ours = [message for message in messages if message.by_agent]
    open_ = _open(messages)
    parts = [(labels["wants"], _telling(theirs[:-1] or theirs))]
    if len(theirs) > 1:
        parts.append((labels["latest"], _quoted([theirs[-1]], 2)))
    parts.append((labels["answered"], _quoted(ours[-1:], 2) or [labels["nobody"]]))
    if purpose is Purpose.HANDOVER:
        parts.append((labels["promised"], _promised(ours) or [labels["none"]]))
    parts.append((labels["open"], open_ or [labels["none"]]))
    parts.append((labels["facts"], mentioned("\n".join(message.text for message in messages)) or [labels["none"]]))
    if purpose is Purpose.HANDOVER:
        waits = bool(messages) and not messages[-1].by_agent
        parts.append((labels["next"], [labels["answer" if open_ else "reply"] if waits else labels["wait"]]))
    sections = [f"**{label}**\n" + "\n".join(f"- {line}" for line in lines) for label, lines in parts if lines]
    return "\n\n".join(sections)


def _open(messages: Sequence[Said]) -> list[str]:
    """The customer's questions since the last answer."""
    since = max((place for place, message in enumerate(messages, 1) if message.by_agent), default=0)
    waiting = [sentence for message in messages[since:] for sentence in _sentences(message) if _ASKS.search(sentence)]
    return [_cut(sentence) for sentence in dict.fromkeys(waiting)]


def _promised(ours: Sequence[Said]) -> list[str]:
    found = [sentence for message in ours for sentence in _sentences(message) if _PROMISED.search(sentence)]
    return [_cut(sentence) for sentence in dict.fromkeys(found)]


def _telling(messages: Sequence[Said]) -> list[str]:
    """What they began with, and the sentence whose words come up most in the rest of what they wrote."""
    opening = _quoted(messages[:1], 1)
    found = [
        sentence for message in messages for sentence in _sentences(message) if words(sentence) and _says(sentence)
    ]
    counts = Counter(word for sentence in found for word in words(sentence))
    worth = {s: sum(counts[word] for word in words(s)) + (_QUESTION_WORTH if _ASKS.search(s) else 0) for s in found}
    best = sorted(worth, key=lambda sentence: -worth[sentence])
    return [*opening, *[cut for cut in map(_cut, best) if cut not in opening][:1]]


def _quoted(messages: Sequence[Said], most: int) -> list[str]:
    """The first sentences that are more than a greeting."""
    found = [sentence for message in messages for sentence in _sentences(message)]
    return [_cut(sentence) for sentence in (list(filter(_says, found)) or found)[:most]]


def _says(sentence: str) -> bool:
    """More than a greeting or thanks."""
    return bool(_ASKS.search(sentence)) or not states_nothing(_GREETING.sub("", sentence, count=1))


def _sentences(message: Said) -> list[str]:
    return [piece.text for piece in pieces(message.text)]


def _cut(sentence: str) -> str:
    sentence = " ".join(sentence.split())
    return sentence if len(sentence) <= _MOST_CHARS else f"{sentence[:_MOST_CHARS].rstrip()}…"
