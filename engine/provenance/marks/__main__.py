"""Draws the marks anew: python -m engine.provenance.marks /usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc

Noto Sans CJK (Debian: fonts-noto-cjk) is under the SIL Open Font License 1.1, which leaves what is drawn with a font
free.
"""

from __future__ import annotations

import sys

from PIL import Image, ImageDraw, ImageFont

from engine.provenance.marks import FOLDER, GLYPH_PX, WORDS

_SIMPLIFIED_CHINESE = 2
"""Place of Noto Sans CJK SC in the collection."""


def drawn(words: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """White on black, without a margin."""
    left, top, right, bottom = font.getbbox(words)
    image = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(image).text((-left, -top), words, 255, font)
    return image


def sized(path: str) -> ImageFont.FreeTypeFont:
    """The font so large that a capital letter is GLYPH_PX high."""
    size = GLYPH_PX
    while True:
        font = ImageFont.truetype(path, size, index=_SIMPLIFIED_CHINESE)
        _, top, _, bottom = font.getbbox("A")
        if bottom - top >= GLYPH_PX:
            return font
        size += 1


def main() -> None:
    font = sized(sys.argv[1])
    for locale, words in WORDS.items():
        drawn(words, font).save(FOLDER / f"{locale}.webp", lossless=True, quality=100, method=6)


if __name__ == "__main__":
    main()
