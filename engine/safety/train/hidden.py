"""What the lower layers make of each text, computed once and kept in a file, so that an epoch costs a third."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine.safety.network import WIDTH, Network

MOST_TOKENS = 192
BATCH = 32


@dataclass(frozen=True)
class Hidden:
    """Token vectors of all texts, one after the other, in half precision on disk."""

    vectors: npt.NDArray[np.float16]
    """(tokens of all texts, WIDTH)"""
    starts: npt.NDArray[np.int64]
    """(texts + 1,)"""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def length(self, row: int) -> int:
        return int(self.starts[row + 1] - self.starts[row])

    def batch(self, rows: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """(rows, tokens, WIDTH) and the mask (rows, tokens)."""
        longest = max(self.length(row) for row in rows)
        hidden = np.zeros((len(rows), longest, WIDTH), np.float32)
        mask = np.zeros((len(rows), longest), np.float32)
        for place, row in enumerate(rows):
            hidden[place, : self.length(row)] = self.vectors[self.starts[row] : self.starts[row + 1]]
            mask[place, : self.length(row)] = 1
        return torch.from_numpy(hidden), torch.from_numpy(mask)

    def by_length(self, rows: Sequence[int], size: int = BATCH) -> Iterator[list[int]]:
        """Batches of rows of about the same length."""
        ordered = sorted(rows, key=self.length)
        yield from (ordered[start : start + size] for start in range(0, len(ordered), size))


def hidden(network: Network, texts: Sequence[str], path: Path) -> Hidden:
    """Computed into `path`, unless it has them already."""
    ids = [shortened(network.tokens(text)) for text in texts]
    starts = np.cumsum([0, *(len(each) for each in ids)])
    shape = (int(starts[-1]), WIDTH)
    complete = path.exists() and path.stat().st_size == 2 * shape[0] * shape[1]
    if not complete:
        _compute(network, ids, Hidden(np.memmap(path.with_suffix(".part"), np.float16, "w+", shape=shape), starts))
        path.with_suffix(".part").rename(path)
    return Hidden(np.memmap(path, np.float16, "r", shape=shape), starts)


def shortened(ids: list[int]) -> list[int]:
    """At most MOST_TOKENS, the marks at both ends included."""
    return ids if len(ids) <= MOST_TOKENS else [*ids[: MOST_TOKENS - 1], ids[-1]]


def _compute(network: Network, ids: Sequence[list[int]], into: Hidden) -> None:
    with torch.inference_mode():
        for number, rows in enumerate(into.by_length(range(len(ids)))):
            longest = max(len(ids[row]) for row in rows)
            tokens = torch.tensor([ids[row] + [1] * (longest - len(ids[row])) for row in rows])
            mask = torch.tensor([[1.0] * len(ids[row]) + [0.0] * (longest - len(ids[row])) for row in rows])
            for row, found in zip(rows, network.lower(tokens, mask), strict=True):
                into.vectors[into.starts[row] : into.starts[row + 1]] = found[: len(ids[row])].numpy()
            if number % 200 == 0:
                print(f"lower layers: {number * BATCH} of {len(ids)} texts", flush=True)
