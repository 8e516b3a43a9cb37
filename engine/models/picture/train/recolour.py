"""Gives a rendering another colour, so that captions such as "a red bicycle" are true."""

from __future__ import annotations

import numpy as np
from PIL import Image

HUES = {"red": 356, "orange": 28, "yellow": 48, "green": 125, "blue": 215, "purple": 275, "pink": 330}
"""Degrees on the colour wheel."""
COLOURS = (*HUES, "black", "white")
BACKGROUNDS = {
    "red": (232, 120, 120),
    "yellow": (250, 226, 130),
    "green": (160, 214, 160),
    "blue": (150, 196, 240),
    "pink": (248, 190, 216),
    "grey": (190, 190, 190),
    "black": (30, 30, 34),
}
"""RGB of the plain backgrounds."""
GREY = 40
"""HSV saturation, of 255, under which a pixel counts as grey."""
NEAR = 50
"""Degrees around the main hue that count as the thing's own colour."""


def recolour(image: Image.Image, colour: str) -> Image.Image:
    """`image` (RGBA) with its main hue turned into `colour`; lesser hues stay, so an apple keeps its leaf."""
    alpha = image.getchannel("A")
    pixels = np.asarray(image.convert("RGB").convert("HSV")).astype(np.float32)
    hue, saturation, value = pixels[..., 0] * (360 / 255), pixels[..., 1], pixels[..., 2]
    solid = np.asarray(alpha) > 128
    mine = _main(hue, saturation, value, solid)
    new = _painted(colour, hue, saturation, value)
    mixed = np.where(mine[..., None], np.stack(new, -1), np.stack([hue, saturation, value], -1))
    mixed[..., 0] = (mixed[..., 0] % 360) * (255 / 360)
    result = Image.fromarray(mixed.clip(0, 255).astype(np.uint8), "HSV").convert("RGB")
    result.putalpha(alpha)
    return result


def _main(hue: np.ndarray, saturation: np.ndarray, value: np.ndarray, solid: np.ndarray) -> np.ndarray:
    """Which pixels carry the thing's colour: those near its commonest hue, or its greys where it has little colour."""
    vivid = solid & (saturation > GREY)
    if vivid.sum() < 0.35 * solid.sum():
        return np.asarray(solid & (value > 60))
    counts, edges = np.histogram(hue[vivid], bins=36, range=(0, 360))
    peak = edges[(counts + np.roll(counts, 1) + np.roll(counts, -1)).argmax()] + 5
    distance = np.abs((hue - peak + 180) % 360 - 180)
    return np.asarray(vivid & (distance < NEAR))


def _painted(colour: str, hue: np.ndarray, saturation: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, ...]:
    shade = value / max(float(np.percentile(value, 95)), 1.0)
    if colour == "black":
        return hue, saturation * 0.1, 25 + 60 * shade**2
    if colour == "white":
        return hue, saturation * 0.08, 190 + 60 * shade
    light = {"yellow": 252.0, "orange": 248.0, "pink": 250.0}.get(colour, 225.0)
    depth = {"pink": 125.0, "yellow": 195.0, "purple": 165.0}.get(colour, 205.0)
    return np.full_like(hue, HUES[colour]), depth * (1.15 - 0.3 * shade), light * (0.45 + 0.55 * shade.clip(0, 1))
