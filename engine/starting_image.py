"""Reads an image that a person gave to start from; nothing that the file says of itself is believed.

Name and MIME type say nothing: Pillow is allowed three formats and finds out which it is. Sizes are checked before a
pixel is decoded (OWASP Cheat Sheet Series, File Upload; Pillow's own limit only warns, at 89 million pixels), and a
model is given a new PNG that holds pixels and nothing else: no EXIF, place of taking, profile, text or hidden frame.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import ImageDamaged, ImageFormatUnknown, ImageTooLarge

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_EDGE_PX = 20_000
"""Longest side of a file that is read: scaling a line of 25 million pixels takes more memory than decoding it."""
MAX_SIDE_PX = 2048
"""Longest side that a model is given: more than any of them draws."""

_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp"}
"""By Pillow's name of the format; MPO is what it calls a JPEG with more pictures behind it, as phones make them."""

_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_ONE_AT_A_TIME = threading.Lock()
"""The largest takes up to 600 MB while it is decoded; a worker has many threads."""

warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def extension(data: bytes) -> str:
    """ "png", "jpg" or "webp", by the file's own header; decodes no pixel.

    Raises ImageFormatUnknown, ImageTooLarge, and ImageDamaged where the header itself is broken.
    """
    with _opened(data) as image:
        return _EXTENSIONS[str(image.format)]


def normalized(data: bytes) -> bytes:
    """The picture as a model may see it: PNG, RGB, upright, on white, its sides at most MAX_SIDE_PX.

    Of an animation it is the first frame. Raises ImageFormatUnknown, ImageTooLarge, ImageDamaged.
    """
    with _ONE_AT_A_TIME, _opened(data) as image:
        try:
            picture = _flat(_upright(image))
        except Exception as error:  # decoders of hostile bytes raise whatever they like
            raise ImageDamaged(f"the starting image cannot be decoded: {type(error).__name__}") from error
    picture.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=1)  # it is read once, on this machine
    return target.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The image with its header read, not more."""
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(f"a starting image of {len(data)} bytes")
    try:
        image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge("a starting image of far too many pixels") from error
    except UnidentifiedImageError as error:
        if data.startswith(_BEGINNINGS):
            raise ImageDamaged("the starting image has a broken header") from error
        raise ImageFormatUnknown("a starting image that is no PNG, JPEG or WebP") from error
    except Exception as error:  # as above
        raise ImageDamaged(f"the starting image has a broken header: {type(error).__name__}") from error
    with image:
        if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_EDGE_PX:
            raise ImageTooLarge(f"a starting image of {image.width}x{image.height} px")
        yield image


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says; EXIF that makes no sense turns nothing."""
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # whatever is wrong with the tags, the pixels are there
        return image


def _flat(image: Image.Image) -> Image.Image:
    """RGB on white, in a new image, which takes over nothing but pixels."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off, not scale
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    flat = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        flat.paste(seen, mask=seen.getchannel("A"))
    else:
        flat.paste(image.convert("RGB"))
    return flat
