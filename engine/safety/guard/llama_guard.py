"""Llama Guard 3 and 4 (Meta): "safe", or "unsafe" and a line of hazard codes of the MLCommons taxonomy.

Sources: the model cards Llama-Guard3/8B/MODEL_CARD.md and Llama-Guard4/12B/MODEL_CARD.md of
github.com/meta-llama/PurpleLlama, which say to take the probability of the first token as the score; and
ollama.com/library/llama-guard3 for a chat of a user's and an assistant's turn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.domain.safety import Category, Stage
from engine.safety.evidence import Evidence
from engine.safety.guard.asking import Ask, Reply, Unreadable, turns

HAZARDS: dict[str, tuple[str, tuple[Category, ...]]] = {
    "S1": ("violent crimes", (Category.ILLICIT_VIOLENT,)),
    "S2": ("non-violent crimes", (Category.ILLICIT,)),
    "S3": ("sex crimes", (Category.ILLICIT_VIOLENT,)),
    "S4": ("child exploitation", (Category.SEXUAL_MINORS,)),
    "S5": ("defamation", (Category.HARASSMENT,)),
    "S6": ("specialized advice", (Category.ADVICE_MEDICAL, Category.ADVICE_LEGAL, Category.ADVICE_FINANCIAL)),
    "S7": ("privacy", (Category.PERSONAL_DATA,)),
    "S8": ("intellectual property", (Category.ILLICIT,)),
    "S9": ("indiscriminate weapons", (Category.ILLICIT_VIOLENT,)),
    "S10": ("hate", (Category.HATE,)),
    "S11": ("self-harm", (Category.SELF_HARM,)),
    "S12": ("sexual content", (Category.SEXUAL,)),
    "S13": ("elections", (Category.ILLICIT,)),
    "S14": ("code interpreter abuse", (Category.ILLICIT,)),
}
"""Each code's name and our categories; what has none of its own with us counts as illicit, so that nothing is lost."""

_REPLY = re.compile(r"\s*(?P<label>safe|unsafe)(?:\s*\n\s*(?P<codes>S\d{1,2}(?:\s*,\s*S\d{1,2})*))?\s*")


class LlamaGuard:
    """A Family. What it calls safe has no score: it names a category only for what is unsafe."""

    name = "llama-guard"

    def asks(self, text: str, stage: Stage) -> Sequence[Ask]:
        return [Ask(turns(text, stage), max_new_tokens=20)]

    def read(self, ask: Ask, reply: Reply) -> Sequence[Evidence]:
        found = _REPLY.fullmatch(reply.text)
        if found is None or (found["label"] == "unsafe") is not bool(found["codes"]):
            raise Unreadable("neither safe, nor unsafe with codes")
        if found["label"] == "safe":
            return []
        score = reply.shares(found.start("label"), ("safe", "unsafe"))["unsafe"]
        return [evidence for code in re.findall(r"S\d+", found["codes"]) for evidence in _evidence(code, score)]


def _evidence(code: str, score: float) -> list[Evidence]:
    if code not in HAZARDS:
        raise Unreadable("a code of no known hazard")
    name, categories = HAZARDS[code]
    return [Evidence(category, score, f"{code} {name}") for category in categories]
