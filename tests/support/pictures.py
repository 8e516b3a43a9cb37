"""Image files as people send them, and as nobody should."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
)
HTML = b"<!DOCTYPE html><html><body>Sign in to Slack</body></html>"
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64

FORMATS = ("PNG", "JPEG", "WEBP")
"""Those that are read and labelled."""


def scene(seed: int = 1, width: int = 256, height: int = 256, mode: str = "RGB") -> Image.Image:
    """Coloured discs on a ground: something to recognise, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret

    def colour() -> tuple[int, int, int]:
        return chance.randrange(256), chance.randrange(256), chance.randrange(256)

    image = Image.new("RGB", (width, height), colour())
    draw = ImageDraw.Draw(image)
    for _ in range(8):
        x, y, radius = chance.randrange(width), chance.randrange(height), chance.randrange(10, 90)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour())
    return image.convert(mode)


def file_of(image: Image.Image, kind: str = "PNG") -> bytes:
    """A file in one of FORMATS, without a loss where that can be."""
    return encoded(image, kind, **({"lossless": True} if kind == "WEBP" else {}))


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, format, **options)
    return target.getvalue()


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def halves(left: Any = "red", right: Any = "blue", size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Two colours side by side, so that one sees which side is up."""
    image = Image.new(mode, size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


def bomb(width: int = 14_000, height: int = 14_000) -> bytes:
    """A small PNG file of very many black pixels."""
    row = b"\x00" * (width // 8 + 2)  # filter byte, then one bit a pixel
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG file with a compressed comment of a hundred million letters."""
    plain = encoded(halves())
    comment = b"Comment\x00\x00" + zlib.compress(b"x" * 100_000_000, 9)
    after_header = 8 + 12 + 13
    return plain[:after_header] + chunk(b"zTXt", comment) + plain[after_header:]


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
