"""Tells English from Chinese, by their letters: what else a text is in, nobody needs to know here."""

from __future__ import annotations


def language(text: str) -> str:
    """ "en", "zh", or "" where it is neither, or both as much as the other."""
    han = sum("一" <= letter <= "鿿" for letter in text)
    kana = sum("぀" <= letter <= "ヿ" for letter in text)
    latin = sum(letter.isascii() and letter.isalpha() for letter in text)
    letters = sum(letter.isalpha() for letter in text)
    if han and not kana and 4 * han >= latin:  # a Han character says about as much as four Latin letters
        return "zh"
    return "en" if latin > 0.9 * letters else ""
