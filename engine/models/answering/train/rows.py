"""Examples as the model reads them: ids with marks, and in batches of about the same length."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from engine.models.answering.pairs import pair
from engine.models.answering.train.corpus import Example, Kind

FILLING = 1
"""The id of the token <pad>."""
UNKNOWN = -1
"""The place of an answer that is not known, or that stands where the passage was cut."""
MULTIPLE = 16
"""Batches are filled to so many tokens, which suits a GPU."""
CHUNK = 64
"""Batches are of texts of about the same length within so many batches."""


@dataclass(frozen=True, slots=True)
class Row:
    """An example's ids, and what is to be said of them."""

    ids: list[int]
    answers: bool
    first: int
    last: int
    """Tokens between which the answer stands: both 0, the first mark, where there is none; or both UNKNOWN."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows in tensors, filled at the end; n of them."""

    ids: torch.Tensor
    """(n, tokens)"""
    mask: torch.Tensor
    """(n, tokens): 1, and 0 for filling"""
    answers: torch.Tensor
    """(n,): 1.0 or 0.0"""
    first: torch.Tensor
    last: torch.Tensor
    """(n,), as in Row"""


def rows(tokenizer: Any, examples: Sequence[Example]) -> list[Row]:
    """In the order of the examples; each text is read once."""
    texts = list(dict.fromkeys(text for each in examples for text in (each.question, each.passage)))
    encoded = tokenizer.backend_tokenizer.encode_batch(texts, add_special_tokens=False)
    known = dict(zip(texts, ((each.ids, each.offsets) for each in encoded), strict=True))
    return [_row(each, known[each.question][0], *known[each.passage]) for each in examples]


def _row(example: Example, question: list[int], passage: list[int], places: list[tuple[int, int]]) -> Row:
    ids = pair(question, passage)
    if example.kind is not Kind.ANSWERED:
        return Row(ids, False, 0, 0)
    start, end = example.span or (0, 0)
    inside = [number for number, (opens, closes) in enumerate(places) if opens < end and closes > start]
    head = len(pair(question, [])) - 1
    if not inside or head + inside[-1] >= len(ids) - 1:
        return Row(ids, True, UNKNOWN, UNKNOWN)
    return Row(ids, True, head + inside[0], head + inside[-1])


def batches(lengths: Sequence[int], order: Sequence[int], size: int, chance: random.Random) -> list[list[int]]:
    """Places out of `order` in batches of `size`, the batches shuffled."""
    found: list[list[int]] = []
    for start in range(0, len(order), size * CHUNK):
        chunk = sorted(order[start : start + size * CHUNK], key=lambda place: lengths[place])
        found += [chunk[at : at + size] for at in range(0, len(chunk), size)]
    chance.shuffle(found)
    return found


def batch(some: Sequence[Row], device: torch.device) -> Batch:
    longest = max(len(row.ids) for row in some)
    width = -(-longest // MULTIPLE) * MULTIPLE
    ids = torch.tensor([row.ids + [FILLING] * (width - len(row.ids)) for row in some], device=device)
    mask = torch.tensor([[1] * len(row.ids) + [0] * (width - len(row.ids)) for row in some], device=device)
    first, last = (
        torch.tensor(places, device=device) for places in zip(*((r.first, r.last) for r in some), strict=True)
    )
    return Batch(ids, mask, torch.tensor([float(row.answers) for row in some], device=device), first, last)
