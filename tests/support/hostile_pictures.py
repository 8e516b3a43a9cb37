"""Image files that are made to fill the memory, to take for ever or to confuse whoever reads them."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable

from PIL import Image

from tests.support.pictures import HEIC, HTML, PDF, SVG, bomb, chunk, encoded, halves, text_bomb

_AFTER_HEADER = 8 + 12 + 13
_EXIF_IN_A_CIRCLE = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08"
_TRUECOLOUR, _TRUECOLOUR_WITH_ALPHA, _GREY = 2, 6, 0


def hostile_pictures() -> dict[str, bytes]:
    """By what is wrong with them; none is larger than a few megabytes."""
    plain, photo = encoded(halves()), encoded(halves(), "JPEG")
    return {
        "a bomb": bomb(),
        "16 bits a sample": png(5_000, 5_000, 16, _TRUECOLOUR_WITH_ALPHA),
        "interlaced": png(3_000, 3_000, 8, _TRUECOLOUR, interlaced=1),
        "a line": png(25_000_000, 1, 1, _GREY),
        "a column": png(1, 2_000_000, 1, _GREY),
        "a long strip": png(20_000, 1_250, 1, _GREY),
        "no pixels": png(0, 0, 8, _TRUECOLOUR),
        "a huge canvas": webp_canvas(16_383, 16_383),
        "the largest canvas": webp_canvas(5_000, 5_000),
        "a text bomb": text_bomb(),
        "many text bombs": with_chunks(plain, _text_bombs()),
        "many texts": with_chunks(plain, [chunk(b"tEXt", b"a\0b")] * 50_000),
        "a profile bomb": with_chunks(plain, [chunk(b"iCCP", b"x\0\0" + zlib.compress(b"x" * 50_000_000))]),
        "much EXIF": with_chunks(plain, [chunk(b"eXIf", b"MM\0*\0\0\0\x08" + b"\xff" * 2_000_000)]),
        "EXIF in a circle": encoded(halves(), "JPEG", exif=_EXIF_IN_A_CIRCLE),
        "much XMP": with_chunks(plain, [chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<a b='" * 200_000)]),
        "credentials that are none": with_chunks(plain, [chunk(b"caBX", b"\xff\xff\xff\xffjumb" + b"\0" * 1_000)]),
        "nested credentials": with_chunks(plain, [chunk(b"caBX", b"\0\0\x20\0jumb" * 1_000)]),
        "many segments": photo[:2] + b"\xff\xfe\0\x02" * 100_000 + photo[2:],
        "a large profile": encoded(halves(), "JPEG", icc_profile=os.urandom(1_000_000)),
        "a film": film("PNG"),
        "a WebP film": film("WEBP"),
        "many pictures in one": film("MPO"),
        "cut short": photo[: len(photo) // 2],
        "a header alone": plain[:_AFTER_HEADER],
        "a web page behind": plain + HTML,
        "another picture behind": plain + photo,
        "CMYK": encoded(Image.new("CMYK", (64, 64)), "JPEG"),
        "an SVG": SVG, "a web page": HTML, "a PDF": PDF, "a HEIC": HEIC, "nothing": b"",
    }  # fmt: skip


def png(width: int, height: int, bits: int, colour: int, interlaced: int = 0) -> bytes:
    """Black, so that it packs well."""
    samples = {_GREY: 1, _TRUECOLOUR: 3, _TRUECOLOUR_WITH_ALPHA: 4}[colour]
    row = b"\0" * (width * bits * samples // 8 + 2)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def with_chunks(plain: bytes, chunks: Iterable[bytes]) -> bytes:
    """`plain`, a PNG file, with these after its header."""
    return plain[:_AFTER_HEADER] + b"".join(chunks) + plain[_AFTER_HEADER:]


def webp_canvas(width: int, height: int) -> bytes:
    """A film of one small frame on a canvas of this size: a hundred bytes."""
    picture = encoded(halves(), "WEBP", lossless=True)[12:]
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    place = b"\0" * 6 + (59).to_bytes(3, "little") + (39).to_bytes(3, "little") + b"\x32\0\0\0"
    chunks = ((b"VP8X", b"\x02\0\0\0" + size), (b"ANIM", b"\0" * 6), (b"ANMF", place + picture))
    body = b"WEBP" + b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def film(kind: str) -> bytes:
    frames = [Image.new("RGB", (200, 200), (shade, 0, 0)) for shade in range(0, 240, 4)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=10)


def _text_bombs() -> list[bytes]:
    """Each below what Pillow takes for one, together more than it takes for all."""
    packed = zlib.compress(b"x" * 1_000_000, 9)
    return [chunk(b"zTXt", b"C%d\0\0" % number + packed) for number in range(80)]
