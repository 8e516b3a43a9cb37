"""Forward passes over rows of different lengths: the prompts of new rows, and one more token for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import DynamicCache

from engine.backends.transformers_text.cache import RowCache
from engine.backends.transformers_text.load import Loaded


class Forward:
    """The model as a function from tokens and a cache to scores."""

    def __init__(self, loaded: Loaded) -> None:
        self._module = loaded.module
        self._device = loaded.device
        self._cache_name = "cache" if "cache" in loaded.arguments else "past_key_values"
        self._takes_positions = "position_ids" in loaded.arguments
        self._last_only: dict[str, Any] = {"logits_to_keep": 1} if "logits_to_keep" in loaded.arguments else {}
        self._config = loaded.module.config
        self.joins = RowCache.suits(self._config.get_text_config(decoder=True))
        """Whether rows of this model can be joined; otherwise it runs one row at a time."""

    def new_cache(self) -> Any:
        return RowCache() if self.joins else DynamicCache(config=self._config)

    def extend(self, tokens: Sequence[int], lengths: Sequence[int], cache: Any) -> torch.Tensor:
        """Append one token to each row, making it `lengths` long; scores of what follows: (rows, vocabulary)."""
        ends = torch.tensor(lengths, device=self._device)[:, None]
        ids = torch.tensor(tokens, device=self._device)[:, None]
        width = max(lengths)
        mask = torch.arange(width, device=self._device) >= width - ends if min(lengths) < width else None
        return self(ids, mask, ends - 1, cache)

    def __call__(
        self, ids: torch.Tensor, mask: torch.Tensor | None, positions: torch.Tensor, cache: Any
    ) -> torch.Tensor:
        """Scores after the last column of `ids` (rows, columns); `mask` is False on padding, None without any."""
        arguments: dict[str, Any] = {"attention_mask": mask.long() if mask is not None else None, **self._last_only}
        arguments[self._cache_name] = cache
        if self._takes_positions:
            arguments["position_ids"] = positions
        scores: torch.Tensor = self._module(input_ids=ids, use_cache=True, **arguments).logits
        return scores[:, -1]


class Prefill:
    """Reads the prompts of some rows together, some columns at a time, so that others write on in between."""

    def __init__(self, prompts: Sequence[Sequence[int]], forward: Forward, device: str, columns: int) -> None:
        self.cache = forward.new_cache()
        self._forward = forward
        self._columns = columns
        self._at = 0
        width = max(len(prompt) for prompt in prompts)
        self._ids = torch.tensor([[0] * (width - len(prompt)) + list(prompt) for prompt in prompts], device=device)
        lengths = torch.tensor([len(prompt) for prompt in prompts], device=device)[:, None]
        self._mask = torch.arange(width, device=device) >= width - lengths
        self._positions = (self._mask.long().cumsum(-1) - 1).clamp(min=0)
        self._padded = bool((lengths < width).any())

    def advance(self) -> torch.Tensor | None:
        """Read on; at the end, the scores of what follows each prompt: (prompts, vocabulary)."""
        piece = slice(self._at, min(self._at + self._columns, self._ids.shape[1]))
        mask = self._mask[:, : piece.stop] if self._padded else None
        scores = self._forward(self._ids[:, piece], mask, self._positions[:, piece], self.cache)
        self._at = piece.stop
        return scores if self._at == self._ids.shape[1] else None
