"""The words of the visible mark as pictures, one per language, so that no font has to be there where it is drawn.

`python -m engine.provenance.marks FONT` makes them again.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image

WORDS = {"en": "AI-generated", "zh": "AI生成"}
"""GB 45438-2025 wants 人工智能 or AI together with 生成 or 合成; the letters "AI" alone do not do."""

GLYPH_PX = 96
"""Height of a capital letter, and at least that of a Chinese character, in the stored pictures."""

FOLDER = Path(__file__).parent


@cache
def mask(locale: str) -> Image.Image:
    """Mode L: how much ink there is. English for a language that has no mark of its own."""
    data = (FOLDER / f"{locale if locale in WORDS else 'en'}.webp").read_bytes()
    with Image.open(BytesIO(data)) as stored:
        return stored.convert("L")
