"""Qwen3Guard-Gen (Alibaba, arXiv 2510.14276): lines "Safety: ..." and "Categories: ...", for replies "Refusal: ...".

Source: README.md of github.com/QwenLM/Qwen3Guard. It knows three verdicts; "Controversial" is what one company minds
and another does not, and counts half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.domain.safety import Category, Stage
from engine.safety.evidence import Evidence
from engine.safety.guard.asking import Ask, Reply, Unreadable, turns

CATEGORIES = {
    "Violent": Category.VIOLENCE,
    "Non-violent Illegal Acts": Category.ILLICIT,
    "Sexual Content or Sexual Acts": Category.SEXUAL,
    "PII": Category.PERSONAL_DATA,
    "Suicide & Self-Harm": Category.SELF_HARM,
    "Unethical Acts": Category.HARASSMENT,
    "Politically Sensitive Topics": Category.ILLICIT,
    "Copyright Violation": Category.ILLICIT,
    "Jailbreak": Category.PROMPT_INJECTION,
}
"""Its names and ours; what has no category of its own with us counts as illicit, so that nothing is lost."""

_LABELS = ("Safe", "Unsafe", "Controversial")
_REPLY = re.compile(
    rf"\s*Safety: (?P<label>{'|'.join(_LABELS)})\s*\nCategories: (?P<categories>[^\n]+)(?:\s*\nRefusal: (?:Yes|No))?\s*"
)


class Qwen3Guard:
    """A Family. What it calls safe has no score: it names a category only for what is not."""

    name = "qwen3guard"

    def asks(self, text: str, stage: Stage) -> Sequence[Ask]:
        return [Ask(turns(text, stage), max_new_tokens=48)]

    def read(self, ask: Ask, reply: Reply) -> Sequence[Evidence]:
        found = _REPLY.fullmatch(reply.text)
        if found is None:
            raise Unreadable("no lines of safety and categories")
        names = [name.strip() for name in found["categories"].split(",")]
        if found["label"] == "Safe":
            return []
        if any(name not in CATEGORIES for name in names):
            raise Unreadable("not safe, and of no known category")
        shares = reply.shares(found.start("label"), _LABELS)
        score = shares["Unsafe"] + shares["Controversial"] / 2
        return [Evidence(CATEGORIES[name], score, f"{found['label']}: {name}") for name in names]
