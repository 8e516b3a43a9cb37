"""Reads what is written in a picture's file about where it came from."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from PIL import Image

from engine.domain.provenance import Labels
from engine.provenance.china import ChinaLabel, from_exif, from_xmp, parse
from engine.provenance.credentials import read as read_credentials


def read_labels(data: bytes, image: Image.Image, chain: str) -> Labels:
    """The China label and the Content Credentials of `data`, which `image` was opened from.

    `chain` (PEM) is what our own credentials are signed with, or "".
    """
    found = read_credentials(data, chain)
    label = _china(image)
    return replace(found, producer=label.producer, produce_id=label.produce_id, by_ai=True) if label else found


def _china(image: Image.Image) -> ChinaLabel | None:
    """From any of the places where it may stand; the first that can be read."""
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    text = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else str(packet)
    label = from_xmp(text) or parse(str(image.info.get("AIGC", "")))
    if label is None:
        with suppress(OSError, ValueError, SyntaxError, KeyError, TypeError):  # EXIF from anybody may be broken
            label = from_exif(image.getexif())
    return label
