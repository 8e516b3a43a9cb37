"""Vectors as they are stored, and compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.ports import Vectors


HEAD = 0.3
"""How much a heading counts beside the text below it, which has it too: the vector of a long text is of its details."""


def joined(texts: Vectors, heads: Vectors) -> Vectors:
    """Of each text with its heading one vector, of length 1; both of shape (texts, width)."""
    import numpy as np

    both = texts + HEAD * heads
    vectors: Vectors = both / np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-12)
    return vectors


def packed(vectors: Vectors) -> list[tuple[bytes, bytes]]:
    """Of each row the vector in float16, little-endian, and its signature."""
    import numpy as np

    signs = np.packbits(vectors > 0, axis=1)
    return [(row.tobytes(), sign.tobytes()) for row, sign in zip(vectors.astype("<f2"), signs, strict=True)]


def cosines(question: Vectors, stored: Sequence[bytes]) -> list[float]:
    """Of one vector, shape (1, width), with each of those that `packed` made."""
    import numpy as np

    if not stored:
        return []
    found = np.frombuffer(b"".join(stored), "<f2").reshape(len(stored), -1).astype(np.float32)
    return [float(each) for each in found @ question[0]]
