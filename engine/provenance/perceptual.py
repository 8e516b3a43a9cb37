"""A fingerprint of what a picture looks like, which re-saving and scaling hardly change.

pHash as the library ImageHash has it (github.com/JohannesBuchner/imagehash: `phash`, hash size 8, high-frequency factor
4): brightness on 32 x 32 pixels, the 8 x 8 lowest frequencies of its cosine transform, each above the median or not.
Written out here in a few lines, because ImageHash needs SciPy, which the bot's processes do without.
"""

from __future__ import annotations

import math
from statistics import median, pstdev

from PIL import Image

BITS = 64

_SIDE_PX = 32
_LOWEST = 8
_FLAT = 2.0
_COSINES = [[2 * math.cos(math.pi * k * (2 * n + 1) / (2 * _SIDE_PX)) for n in range(_SIDE_PX)] for k in range(_LOWEST)]
"""Row k of the type-II cosine transform (scipy.fftpack.dct, not normalised)."""


def fingerprint(image: Image.Image) -> str:
    """16 hexadecimal digits; "" for a picture so even that its fingerprint would be noise."""
    small = image.convert("L").resize((_SIDE_PX, _SIDE_PX), Image.Resampling.LANCZOS)
    pixels = small.tobytes()
    if pstdev(pixels) < _FLAT:
        return ""
    rows = [pixels[start : start + _SIDE_PX] for start in range(0, len(pixels), _SIDE_PX)]
    across = [[_dot(cosines, row) for cosines in _COSINES] for row in rows]
    columns = list(zip(*across, strict=True))
    lowest = [_dot(cosines, column) for cosines in _COSINES for column in columns]
    middle = median(lowest)
    bits = "".join("1" if value > middle else "0" for value in lowest)
    return f"{int(bits, 2):016x}"


def distance(one: str, other: str) -> int:
    """In how many of the 64 bits two fingerprints differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _dot(cosines: list[float], values: bytes | tuple[float, ...]) -> float:
    return sum(cosine * value for cosine, value in zip(cosines, values, strict=True))
