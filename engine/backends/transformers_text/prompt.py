"""Writes a conversation the way a model was taught to read it: by its chat template, or as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from engine.domain.prompt import fit
from engine.domain.task import Turn
from engine.errors import PromptTooLong

_HEADINGS = {"user": "Request:", "assistant": "Text:"}
_PLAIN_STOPS = ("\nRequest:", "\nText:")


class Prompter:
    """From turns to token ids, cut to a budget."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._chat = bool(getattr(tokenizer, "chat_template", None))
        self._system = self._chat and self._takes_system()
        self._marks = sorted(tokenizer.all_special_tokens, key=len, reverse=True)
        self.stops: tuple[str, ...] = () if self._chat else _PLAIN_STOPS
        """Text that a model without a chat template writes when it goes on to a next turn by itself."""

    def prompt(self, turns: Sequence[Turn], budget: int) -> list[int]:
        """At most `budget` token ids; older turns and middles are left out first. Raises PromptTooLong."""
        clean = [Turn(turn.role, self._without_marks(turn.text)) for turn in turns]
        ids = self.encode(fit(clean, lambda some: len(self.encode(some)), budget))
        if not 0 < len(ids) <= budget:
            raise PromptTooLong(f"{len(ids)} tokens, {budget} fit", tokens=len(ids), limit=budget)
        return ids

    def encode(self, turns: Sequence[Turn]) -> list[int]:
        if not self._chat:
            return self._without_end(list(self._tokenizer(_plain(turns))["input_ids"]))
        turns = _merged(turns if self._system else _folded(turns))
        messages = [{"role": turn.role, "content": turn.text} for turn in turns]
        # Some models think aloud first unless told not to; templates ignore what they do not know.
        found = self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_dict=True, enable_thinking=False
        )
        return list(found["input_ids"])

    def earlier(self, turns: Sequence[Turn], fixed: Sequence[str] = ()) -> list[list[int]]:
        """The token ids of each text that the model wrote before, in pieces between the `fixed` phrases."""
        texts = [turn.text for turn in turns if turn.role == "assistant"]
        if phrases := "|".join(re.escape(phrase) for phrase in sorted(fixed, key=len, reverse=True) if phrase):
            texts = [piece for text in texts for piece in re.split(phrases, text, flags=re.IGNORECASE) if piece]
        return [list(self._tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]

    def decode(self, ids: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    def _takes_system(self) -> bool:
        messages = [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}]
        try:
            self._tokenizer.apply_chat_template(messages, tokenize=False)
        except Exception:  # a template may raise what it likes
            return False
        return True

    def _without_marks(self, text: str) -> str:
        """Without the model's control tokens: what a person types must not end their turn and begin another's."""
        for mark in self._marks:
            text = text.replace(mark, " ")
        return text

    def _without_end(self, ids: list[int]) -> list[int]:
        """Some tokenizers close every text with the end token; nothing would follow it."""
        return ids[:-1] if len(ids) > 1 and ids[-1] == self._tokenizer.eos_token_id else ids


def _plain(turns: Sequence[Turn]) -> str:
    parts = [f"{_HEADINGS[turn.role]} {turn.text}" if turn.role in _HEADINGS else turn.text for turn in turns]
    return "\n\n".join([*parts, _HEADINGS["assistant"]])


def _folded(turns: Sequence[Turn]) -> list[Turn]:
    """The system turn as a part of the first user's, for templates without a system role."""
    return [Turn("user" if turn.role == "system" else turn.role, turn.text) for turn in turns]


def _merged(turns: Sequence[Turn]) -> list[Turn]:
    """Neighbours of the same role as one turn: many templates insist that roles alternate."""
    return [
        Turn(role, "\n\n".join(turn.text for turn in group))
        for role, group in groupby(turns, key=lambda turn: turn.role)
    ]
