"""The words that say what is wanted, in English and Chinese."""

from __future__ import annotations

import re

from engine.domain.request import Kind

_POLITE = re.compile(
    r"(?:(?:please|pls|can you|could you|would you|will you|i want you to|i'd like you to|hey|hi|hello|ok|okay)"
    r"(?:\s*[,，!]\s*|\s+)|(?:你好|请|麻烦|帮我|帮忙|给我|替我|为我|能不能|可不可以|可以|我想要?|我要|你)[，,\s]*)*",
    re.IGNORECASE,
)
_PICTURE = r"(?:image|picture|drawing|photo|illustration|painting)s?"
_PATTERNS = (
    (Kind.DRAW, rf"(?:generate|create|make|produce|draw|paint)(?: me| us)?"
                rf"(?: an?| the| some| (?P<n>\d))?(?: new)? {_PICTURE}(?: of| showing| with)?(?=[\s:：]|$)"),
    (Kind.DRAW, r"(?:draw|paint|sketch|illustrate)(?! (?:attention|inspiration|on|from|up|upon)\b)(?=[\s:：]|$)"
                r"(?: me\b| us\b)?"),
    (Kind.COPY, r"(?:write|copy|compose|draft)(?=[\s:：]|$)(?: me\b| us\b)?"),
    (Kind.DRAW, r"(?:生成|制作|做|来|要)?(?:一)?[张幅](?P<brief>.+?)的?(?:图片|图像|插画|照片|图)"
                r"(?:[。！!]?$|(?=\s*--))"),
    (Kind.DRAW, r"(?:绘制|画图|绘画|画出|画|绘)(?![面风质框布家作廊展册])(?:一下)?"),
    (Kind.COPY, r"(?:撰写|写作|写出|编写|起草|写)(?![实真意法字])(?:一下)?"),
)  # fmt: skip
_VERBS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
_GAP = " \n:：，,、"
_ABOUT_RESULT = re.compile(
    r"(?:it|this|that|them|these|those|in|with|without|more|less|as|again|like|instead|shorter|longer|better)\b"
    r"|(?-i:v)[1-9]\d{0,2}\b|[#＃][1-9]|第\s*[1-9]|[得成的]|[它这那]|更|再|上面|短|长",
    re.IGNORECASE,
)


def request_words(text: str) -> tuple[Kind, str] | None:
    """The kind that the first words ask for, and the rest; None if they ask for none."""
    start = _POLITE.match(text)
    at = start.end() if start else 0
    for kind, verb in _VERBS:
        if found := verb.match(text, at):
            named = found.groupdict()
            rest = text[found.end() :].strip(_GAP)
            if named.get("brief"):
                rest = f"{named['brief']} {rest}".strip()
            return kind, f"--n {named['n']} {rest}" if named.get("n") else rest
    return None


def is_about_result(rest: str) -> bool:
    """Whether what follows a verb speaks of something that is there: "write it shorter", "画得亮一点"."""
    return bool(_ABOUT_RESULT.match(rest))
