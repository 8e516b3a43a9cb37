"""Puts the China label into a file without touching a pixel: chunks of PNG and WebP, segments of JPEG.

Older labels of the kinds that are written go, and so do Content Credentials, which no longer fit the file: one label
per file. Formats: W3C PNG 3rd edition, ITU-T T.81 and XMP part 3, Google's WebP container specification.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from engine.provenance.china import ChinaLabel, exif, orientation, xmp
from engine.provenance.opening import FORMATS, NoPicture, media_type, opened

_PNG_START = b"\x89PNG\r\n\x1a\n"
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_PNG_KEYWORDS = (_XMP_KEYWORD, b"AIGC")
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_APP0, _APP1, _APP11, _SCAN = 0xE0, 0xE1, 0xEB, 0xDA
_WEBP_REPLACED = (b"EXIF", b"XMP ", b"C2PA")
_WEBP_ALPHA, _WEBP_EXIF, _WEBP_XMP = 0x10, 0x08, 0x04


def with_label(data: bytes, label: ChinaLabel) -> bytes:
    """The same picture with this label, as XMP and as a text chunk or EXIF. Raises NoPicture."""
    kind = media_type(data)
    try:
        if kind == FORMATS["PNG"]:
            return _png(data, label)
        return _jpeg(data, label) if kind == FORMATS["JPEG"] else _webp(data, label)
    except (struct.error, IndexError) as error:
        raise NoPicture("the file ends too early") from error


def _png(data: bytes, label: ChinaLabel) -> bytes:
    international = _XMP_KEYWORD + b"\0\0\0\0\0" + xmp(label)  # not compressed, no language, no translated keyword
    ours = _chunk(b"tEXt", b"AIGC\0" + label.bare().encode()) + _chunk(b"iTXt", international)
    parts = [_PNG_START]
    for name, body in _png_chunks(data):
        if name == b"caBX" or (name in _TEXT_CHUNKS and body.partition(b"\0")[0] in _PNG_KEYWORDS):
            continue
        parts.append(_chunk(name, body))
        if name == b"IHDR":
            parts.append(ours)
    return b"".join(parts)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG_START)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise NoPicture("the file ends too early")
        yield name, body
        at += 12 + length
        if name == b"IEND":
            return


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _jpeg(data: bytes, label: ChinaLabel) -> bytes:
    ours = _segment(exif(label, orientation(opened(data)))) + _segment(_JPEG_XMP + xmp(label))
    head = [b"\xff\xd8"]
    rest: list[bytes] = []
    at = 2
    while data[at + 1] != _SCAN:
        marker = data[at + 1]
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at : at + 2 + length]
        replaced = marker == _APP11 or (marker == _APP1 and segment[4:].startswith((b"Exif\0", _JPEG_XMP)))
        if not replaced:
            (head if marker == _APP0 else rest).append(segment)
        at += 2 + length
    return b"".join([*head, ours, *rest, data[at:]])


def _segment(body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body


def _webp(data: bytes, label: ChinaLabel) -> bytes:
    chunks = [(name, body) for name, body in _riff(data) if name not in _WEBP_REPLACED]
    image = opened(data)
    if chunks[0][0] == b"VP8X":
        flags, size = chunks.pop(0)[1][0], data[24:30]
    else:
        flags = _WEBP_ALPHA if image.has_transparency_data else 0
        size = (image.width - 1).to_bytes(3, "little") + (image.height - 1).to_bytes(3, "little")
    header = bytes([flags | _WEBP_EXIF | _WEBP_XMP, 0, 0, 0]) + size
    comment = exif(label, orientation(image)).removeprefix(b"Exif\0\0")
    ours = [(b"VP8X", header), *chunks, (b"EXIF", comment), (b"XMP ", xmp(label))]
    body = b"WEBP" + b"".join(_riff_chunk(name, content) for name, content in ours)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        yield name, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) % 2)
