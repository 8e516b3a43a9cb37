"""Draws the visible mark: white words on a dark plate in a corner, legible on any picture.

GB 45438-2025 and its image guide: at an edge or in a corner, glyphs at least 5 % of the shorter side high.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from engine.provenance.marks import GLYPH_PX, mask
from engine.provenance.opening import opened

SHARE = 0.055
"""Height of a capital letter over the shorter side: more than the 5 % asked for, so that rounding takes nothing off."""
LEAST_PX = 9
"""Smaller letters cannot be read; small pictures get larger ones, as far as there is room."""

_PLATE = (0, 0, 0, 178)
_INK = (255, 255, 255, 255)
_GAP = 0.5
"""Between words and the plate's edge, over the height of a capital letter."""


def with_mark(data: bytes, locale: str) -> bytes:
    """The same picture in the same format with the words in its lower right corner. Raises NoPicture."""
    image = opened(data)
    kind, colours = image.format, image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    alpha = upright.has_transparency_data
    canvas = upright.convert("RGBA")
    canvas.alpha_composite(*_plate(canvas.size, locale))
    target = BytesIO()
    options: dict[str, Any] = {"icc_profile": colours} if colours else {}
    if kind == "PNG":
        (canvas if alpha else canvas.convert("RGB")).save(target, "PNG", **options)
    elif kind == "JPEG":
        canvas.convert("RGB").save(target, "JPEG", quality=95, subsampling=0, **options)
    else:
        still = canvas if alpha else canvas.convert("RGB")
        still.save(target, "WEBP", lossless=b"VP8L" in data[:64], quality=95, **options)
    return target.getvalue()


def glyph_px(width: int, height: int, locale: str) -> int:
    """How high a capital letter is on a picture of this size: 5 % of the shorter side at least."""
    wanted = math.ceil(SHARE * min(width, height))
    words = mask(locale)
    room = int((width - 2) / (words.width / GLYPH_PX + 2 * _GAP))
    return max(wanted, min(LEAST_PX, room))


def _plate(size: tuple[int, int], locale: str) -> tuple[Image.Image, tuple[int, int]]:
    """The plate with the words, and where its upper left corner goes."""
    glyph = glyph_px(*size, locale)
    words = mask(locale)
    scaled = words.resize(
        (max(1, round(words.width * glyph / GLYPH_PX)), max(1, round(words.height * glyph / GLYPH_PX))),
        Image.Resampling.LANCZOS,
    )
    gap = max(1, round(glyph * _GAP))
    plate = Image.new("RGBA", (scaled.width + 2 * gap, scaled.height + 2 * gap), _PLATE)
    plate.paste(Image.new("RGBA", scaled.size, _INK), (gap, gap), scaled)
    return plate, (max(0, size[0] - plate.width), max(0, size[1] - plate.height))
