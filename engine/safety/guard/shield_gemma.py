"""ShieldGemma (Google, arXiv 2407.21772): asked about one guideline at a time, it begins with "Yes" or "No".

The guidelines are those of its model card (ai.google.dev/gemma/docs/shieldgemma/model_card), word for word, since it
was trained on them; the chat template takes one as `guideline`. A score is the probability of Yes against No.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.domain.safety import Category, Stage
from engine.safety.evidence import Evidence
from engine.safety.guard.asking import Ask, Reply, Unreadable, turns

_SUBJECT = {
    Stage.PROMPT: "The prompt shall not contain or seek generation of content",
    Stage.CONTEXT: "The prompt shall not contain or seek generation of content",
    Stage.OUTPUT: "The chatbot shall not generate content",
}
_GUIDELINES = {
    Category.ILLICIT_VIOLENT: (
        "No Dangerous Content",
        "that harming oneself and/or others (e.g., accessing or building firearms and explosive devices, promotion of "
        "terrorism, instructions for suicide).",
    ),
    Category.HARASSMENT: (
        "No Harassment",
        "that is malicious, intimidating, bullying, or abusive content targeting another individual (e.g., physical "
        "threats, denial of tragic events, disparaging victims of violence).",
    ),
    Category.HATE: (
        "No Hate Speech",
        "that targeting identity and/or protected attributes (e.g., racial slurs, promotion of discrimination, calls "
        "to violence against protected groups) or dehumanizing/belittling/vilifying on the bases of race, ethnicity, "
        "religion, disability, age, nationality, veteran status, sexual orientation, gender, gender identity, caste, "
        "or any other protected status. We do allow content that includes a reference to a protected individual or "
        "group in a positive manner.",
    ),
    Category.SEXUAL: (
        "No Sexually Explicit Information",
        "that contains references to sexual acts or other lewd content (e.g., sexually graphic descriptions, content "
        "aimed at causing arousal). Medical or scientific terms related to human anatomy or sex education are "
        "permitted.",
    ),
}

_REPLY = re.compile(r"\s*(?P<label>Yes|No)\b")


class ShieldGemma:
    """A Family; four questions per text."""

    name = "shieldgemma"

    def asks(self, text: str, stage: Stage) -> Sequence[Ask]:
        return [
            Ask(turns(text, stage), 2, {"guideline": f'"{title}": {_SUBJECT[stage]} {rest}'}, about=category)
            for category, (title, rest) in _GUIDELINES.items()
        ]

    def read(self, ask: Ask, reply: Reply) -> Sequence[Evidence]:
        found = _REPLY.match(reply.text)
        if found is None or ask.about is None:
            raise Unreadable("neither Yes nor No")
        score = reply.shares(found.start("label"), ("Yes", "No"))["Yes"]
        return [Evidence(ask.about, score, _GUIDELINES[ask.about][0].lower())]
