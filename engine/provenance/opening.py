"""Opens pictures that anybody may have sent: three formats, no more pixels than fit, one frame."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from engine.starting_image import MAX_EDGE_PX

MAX_PIXELS = 25_000_000
"""More is not decoded: a small file can hold a picture that fills the memory."""

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""Pillow's name of each format that is read, and its media type."""


class NoPicture(ValueError):
    """Not a picture that is read here; its text says why, and quotes nothing of it."""


def opened(data: bytes) -> Image.Image:
    """The picture, decoded; `format` names what it was. Raises NoPicture."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(BytesIO(data), formats=tuple(FORMATS))
            if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_EDGE_PX:
                raise NoPicture(f"{image.width} x {image.height} pixels are too many")
            if getattr(image, "n_frames", 1) > 1:
                raise NoPicture("it moves: only single pictures are read")
            image.load()
        except (
            OSError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombWarning,
            Image.DecompressionBombError,
        ) as error:
            if isinstance(error, NoPicture):
                raise
            raise NoPicture(f"not a PNG, JPEG or WebP that can be read: {type(error).__name__}") from error
    return image


def media_type(data: bytes) -> str:
    """By its first bytes. Raises NoPicture."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FORMATS["PNG"]
    if data.startswith(b"\xff\xd8\xff"):
        return FORMATS["JPEG"]
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FORMATS["WEBP"]
    raise NoPicture("neither PNG nor JPEG nor WebP")
