"""Chooses the next token of each row from the model's scores.

The settings mean what they mean in transformers' generate, but repetition is counted in what the model wrote, not in
the prompt: a brief's own words must stay usable.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import torch

_HEAD = 256
"""So many of the likeliest tokens nearly always hold the mass that top-p asks for; sorting all is slow."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How to choose. Temperature 0 takes the likeliest; top_k 0, top_p 1, penalty 1 and n-gram sizes 0 do nothing."""

    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 0
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    no_copy_ngram_size: int = 0
    """As no_repeat_ngram_size, but for what stands in earlier versions."""


@dataclass(slots=True)
class Chooser:
    """Chooses for one row; its random numbers are its own, so that neighbours in the batch change nothing."""

    rules: Rules
    seed: int
    earlier: Sequence[Sequence[int]] = ()
    """The tokens of earlier versions."""
    _random: Random = field(init=False)
    _written: list[int] = field(default_factory=list)
    _seen: dict[int, None] = field(default_factory=dict)
    _followers: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    _copied: dict[tuple[int, ...], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = self.rules.no_copy_ngram_size
        for version in self.earlier if size else ():
            for end in range(size, len(version) + 1):
                *start, last = version[end - size : end]
                self._copied.setdefault(tuple(start), []).append(last)
        self._random = Random(self.seed)  # noqa: S311 - for variety, not for secrets

    @property
    def plain(self) -> bool:
        """The likeliest token, nothing else to think of."""
        counts = self._seen_matters or self.rules.no_repeat_ngram_size or self._copied
        return self.rules.temperature == 0 and not counts

    @property
    def _seen_matters(self) -> bool:
        return self.rules.repetition_penalty != 1.0

    def choose(self, scores: torch.Tensor) -> int:
        """The next token; `scores` is one float32 row over the vocabulary, and is changed."""
        if self._seen_matters and self._seen:
            seen = torch.tensor(list(self._seen), device=scores.device)
            values = scores[seen]
            penalty = self.rules.repetition_penalty
            scores[seen] = torch.where(values < 0, values * penalty, values / penalty)
        if banned := self._banned():
            scores[banned] = -math.inf
        if self.rules.temperature == 0:
            return int(scores.argmax())
        return draw(scores, self.rules, self._random.random())

    def remember(self, token: int) -> None:
        """`token` was written."""
        size = self.rules.no_repeat_ngram_size
        self._written.append(token)
        self._seen[token] = None
        if size and len(self._written) >= size:
            *start, last = self._written[-size:]
            self._followers.setdefault(tuple(start), []).append(last)

    def _banned(self) -> list[int]:
        """Tokens that would complete an n-gram a second time, or one of an earlier version."""
        repeated = _followers(self._followers, self._written, self.rules.no_repeat_ngram_size)
        return [*repeated, *_followers(self._copied, self._written, self.rules.no_copy_ngram_size)]


def _followers(known: Mapping[tuple[int, ...], list[int]], written: Sequence[int], size: int) -> list[int]:
    """What came after the last `size` - 1 tokens."""
    if not size or len(written) < size - 1:
        return []
    return known.get(tuple(written[len(written) - size + 1 :]), [])


def choose_all(scores: torch.Tensor, choosers: Iterable[Chooser]) -> list[int | None]:
    """The next token of each row of `scores` (rows, vocabulary); None where the model's numbers broke down (NaN)."""
    scores = scores.float()
    best, likeliest = (found.tolist() for found in scores.max(dim=-1))
    rows = zip(choosers, scores, likeliest, best, strict=True)
    return [
        None if not math.isfinite(top) else token if chooser.plain else chooser.choose(row)
        for chooser, row, token, top in rows
    ]


def draw(scores: torch.Tensor, rules: Rules, chance: float) -> int:
    """A token at random: `chance`, from 0 to 1, is where it falls when all are laid out by falling probability."""
    scores = scores / rules.temperature
    size = len(scores)
    limit = min(rules.top_k or size, size)
    head = min(limit, _HEAD)
    values, tokens = scores.topk(head)
    # From here on the few that count are on the CPU: each look at a number on a GPU waits for all that it has to do.
    chances = (values - _log_total(scores, values, limit)).exp().cpu()
    total = chances.cumsum(0)
    if head < limit and not float(total[-1]) > min(rules.top_p, 1.0):
        values, tokens = scores.topk(limit)
        chances = (values - values.logsumexp(0)).exp().cpu()
        total = chances.cumsum(0)
    kept = max(1, int((total - chances < rules.top_p).sum()))
    place = int(torch.searchsorted(total, chance * float(total[kept - 1]), right=True))
    return int(tokens[min(place, kept - 1)])


def _log_total(scores: torch.Tensor, head: torch.Tensor, limit: int) -> torch.Tensor:
    """The logarithm of the mass that top-k leaves."""
    if limit == len(head):
        return head.logsumexp(0)
    if limit == len(scores):
        return scores.logsumexp(0)
    return scores.topk(limit).values.logsumexp(0)
