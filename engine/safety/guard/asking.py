"""What a guard model is asked, what it replies, and how sure it was of its verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.domain.context import neutral
from engine.domain.safety import Category, Stage
from engine.domain.task import Turn
from engine.safety.evidence import Evidence

REQUEST = "Write the text that was asked for."
"""Stands for the request where an output is judged: guard models know a reply only as the answer to something."""


class Unreadable(ValueError):
    """The reply is not in the family's form: an outage, never "safe"."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. The model's own chat template puts it into words."""

    turns: tuple[Turn, ...]
    max_new_tokens: int
    template: Mapping[str, str] = field(default_factory=dict)
    """What the chat template takes beside the turns."""
    about: Category | None = None
    """The one category it is about; None: all that the family knows."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a reply, and the probabilities of the likeliest in its place, itself included."""

    text: str
    alternatives: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote; `tokens` are empty where the server does not tell."""

    text: str
    tokens: tuple[Token, ...] = ()

    def shares(self, place: int, labels: Sequence[str]) -> dict[str, float]:
        """How probable each of `labels` was at character `place`, where one of them stands; together 1.

        A token counts for a label if it is the label or its beginning. Without tokens the label there has all.
        """
        said = next((label for label in labels if self.text.startswith(label, place)), None)
        certain = {label: float(label == said) for label in labels}
        found = dict.fromkeys(labels, 0.0)
        for token, probability in self._alternatives(place).items():
            begun = [label for label in labels if token.strip() and label.startswith(token.strip())]
            if len(begun) == 1:
                found[begun[0]] += probability
        total = sum(found.values())
        return {label: value / total for label, value in found.items()} if total else certain

    def _alternatives(self, place: int) -> Mapping[str, float]:
        end = 0
        for token in self.tokens:
            end += len(token.text)
            if end > place:
                return token.alternatives
        return {}


class Family(Protocol):
    """One kind of guard model."""

    name: str

    def asks(self, text: str, stage: Stage) -> Sequence[Ask]: ...

    def read(self, ask: Ask, reply: Reply) -> Sequence[Evidence]:
        """Raises Unreadable."""


class Model(Protocol):
    """Where a guard model runs. Called from many threads."""

    def replies(self, asks: Sequence[Ask]) -> Sequence[Reply]:
        """One per ask, in order. Raises whatever goes wrong."""


_MARK = re.compile(r"<(?=/?(?:begin|end)\b)", re.IGNORECASE)


def judged(text: str) -> str:
    """The text without what could end its own turn, or the part of the prompt that is to be judged."""
    return _MARK.sub("< ", neutral(text))


def turns(text: str, stage: Stage) -> tuple[Turn, ...]:
    """An output is the assistant's turn; a prompt, and what stands in one, the user's."""
    if stage is Stage.OUTPUT:
        return Turn("user", REQUEST), Turn("assistant", judged(text))
    return (Turn("user", judged(text)),)
