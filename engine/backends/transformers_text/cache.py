"""A key-value cache whose rows come and go, so that texts can join and leave a batch between two tokens.

Source: transformers' Cache and CacheLayerMixin (cache_utils.py), whose own layers grow by copying at every token and
cannot take in rows. Here rows are aligned at their newest token: the columns before a shorter row's first token are
padding that the attention mask hides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin, DynamicCache, DynamicLayer, DynamicSlidingWindowLayer

_SPARE_COLUMNS = 64


class RowLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """Keys and values of one layer in a buffer with room to grow: (rows, heads, columns, width of a head).

    Rows [0, rows) and columns [first, end) are in use.
    """

    keys: torch.Tensor
    values: torch.Tensor
    is_sliding = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.rows = self.first = self.end = 0

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        self.rows = key_states.shape[0]
        self.keys, self.values = (_blank(states, self.rows, 0) for states in (key_states, value_states))
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append columns to all rows; return all in use."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = self.end + key_states.shape[-2]
        if end > self.keys.shape[2]:
            self._move(self.rows, 0, self.end - self.first + key_states.shape[-2])
            end = self.end + key_states.shape[-2]
        self.keys[: self.rows, :, self.end : end] = key_states
        self.values[: self.rows, :, self.end : end] = value_states
        self.end = end
        return self._used(self.keys), self._used(self.values)

    def narrow(self, columns: int) -> None:
        """Forget all but the newest `columns` columns."""
        self.first = self.end - columns

    def drop(self, rows: Sequence[int]) -> None:
        """Remove rows; the last row moves into each gap, the highest gap first."""
        for row in sorted(rows, reverse=True):
            self.rows -= 1
            if row != self.rows:
                self.keys[row].copy_(self.keys[self.rows])
                self.values[row].copy_(self.values[self.rows])

    def join(self, other: RowLayer, rows: torch.Tensor) -> None:
        """Take in copies of `rows` of another layer, after the rows that are here."""
        if not self.is_initialized:
            self.keys, self.values, self.is_initialized = other.keys[:0, :, :0], other.values[:0, :, :0], True
        width, count = other.end - other.first, len(rows)
        if self.rows + count > self.keys.shape[0] or width > self.end:
            shift = max(0, width - (self.end - self.first))
            self._move(max(self.rows + count, 2 * self.rows), shift, self.end - self.first)
        first = min(self.first, self.end - width)
        new = slice(self.rows, self.rows + count)
        for mine, theirs in ((self.keys, other.keys), (self.values, other.values)):
            # What the mask hides is still multiplied, by zero: it must not be what an earlier row left, or NaN.
            mine[: self.rows, :, first : self.first] = 0
            mine[new, :, first : self.end - width] = 0
            mine[new, :, self.end - width : self.end] = theirs[rows, :, other.first : other.end]
        self.rows, self.first = self.rows + count, first

    def _used(self, states: torch.Tensor) -> torch.Tensor:
        return states[: self.rows, :, self.first : self.end]

    def _move(self, rows: int, shift: int, columns: int) -> None:
        """Into a new buffer for `rows` rows and at least `columns` columns after the first `shift` ones."""
        width = self.end - self.first
        for name in ("keys", "values"):
            old = self._used(getattr(self, name))
            new = _blank(old, rows, shift + columns)
            new[: self.rows, :, shift : shift + width] = old
            setattr(self, name, new)
        self.first, self.end = shift, shift + width

    def get_seq_length(self) -> int:
        return self.end - self.first

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.get_seq_length() + query_length, 0

    def get_max_length(self) -> int:
        return -1


class RowCache(Cache):
    """A RowLayer per layer of the model."""

    layers: list[RowLayer]  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__(layer_class_to_replicate=RowLayer)

    def narrow(self, columns: int) -> None:
        """Forget all but the newest `columns` columns: no row is longer."""
        for layer in self.layers:
            layer.narrow(columns)

    def drop(self, rows: Sequence[int]) -> None:
        """Remove rows as `drop_from` removes them from a list."""
        for layer in self.layers:
            layer.drop(rows)

    def join(self, other: RowCache, rows: Sequence[int]) -> None:
        """Append copies of `rows` of `other`."""
        index = torch.tensor(list(rows), device=other.layers[0].keys.device)
        self.layers += [RowLayer() for _ in range(len(other.layers) - len(self.layers))]
        for mine, theirs in zip(self.layers, other.layers, strict=True):
            mine.join(theirs, index)

    @staticmethod
    def suits(config: Any) -> bool:
        """Whether the model's state is keys and values alone; others (state-space layers) cannot be joined."""
        kinds = {type(layer) for layer in DynamicCache(config=config).layers}
        return kinds <= {DynamicLayer, DynamicSlidingWindowLayer}


def drop_from(items: list[Any], places: Sequence[int]) -> None:
    """Remove items; the last moves into each gap, the highest gap first: the order that RowCache.drop leaves."""
    for place in sorted(places, reverse=True):
        last = items.pop()
        if place != len(items):
            items[place] = last


def _blank(like: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    spare = max(_SPARE_COLUMNS, columns // 4)
    return like.new_zeros((rows, like.shape[1], columns + spare, like.shape[3]))
