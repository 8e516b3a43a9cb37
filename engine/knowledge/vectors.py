"""Vectors as they are stored, and compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.ports import Vectors

WIDTH = 384


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
