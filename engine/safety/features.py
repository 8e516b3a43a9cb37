"""Counts a text's character n-grams, hashed into a fixed number of buckets, as a sparse vector."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

BUCKETS = 1 << 16

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_RUN = re.compile(rf"[{_CJK}]+|[^\W{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")


def has_cjk(text: str) -> bool:
    return bool(_IS_CJK.search(text))


def ngrams(plain: str) -> Iterator[str]:
    """Of words: the word, each pair, and 2 to 5 letters with the word's ends; of Chinese: 1 to 3 characters."""
    before = ""
    for run in _RUN.findall(plain):
        if _IS_CJK.match(run):
            before = ""
            yield from (run[i : i + n] for n in (1, 2, 3) for i in range(len(run) - n + 1))
            continue
        yield f"={run}"
        if before:
            yield f"={before} {run}"
        before = run
        padded = f" {run[:24]} "
        yield from (padded[i : i + n] for n in (2, 3, 4, 5) for i in range(len(padded) - n + 1))


def hashed(plain: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Buckets in order and their weights, log-scaled and of length 1; both (k,), k = 0 for a text without letters."""
    import numpy as np

    counts = Counter(zlib.crc32(gram.encode()) % BUCKETS for gram in ngrams(plain))
    buckets = np.fromiter(sorted(counts), np.int32, len(counts))
    weights = np.fromiter((counts[int(bucket)] for bucket in buckets), np.float32, len(counts))
    weights = 1 + np.log(weights)
    return buckets, (weights / max(1e-6, float(np.linalg.norm(weights)))).astype(np.float32)
