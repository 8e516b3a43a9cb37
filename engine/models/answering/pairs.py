"""How a question and a passage are put before the model: both in one text, the question first."""

from __future__ import annotations

from typing import Any

QUESTION_TOKENS, MOST_TOKENS = 96, 384
"""Of a question, and of both together with their marks; what is longer loses its end."""
BEGIN, END = 0, 2
"""The ids of e5's marks <s> and </s>; between the two texts there are two of the latter."""


def tokens(tokenizer: Any, text: str) -> list[int]:
    """A text's ids without marks."""
    ids: list[int] = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids
    return ids


def pair(question: list[int], passage: list[int]) -> list[int]:
    """<s> question </s></s> passage </s>."""
    head = [BEGIN, *question[:QUESTION_TOKENS], END, END]
    return [*head, *passage[: MOST_TOKENS - len(head) - 1], END]
