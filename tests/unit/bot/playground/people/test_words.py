"""Sentences in two languages."""

from __future__ import annotations

from pathlib import Path

import bot.playground
from bot.playground.people.words import _CHINESE, in_language

SOURCES = [path for path in Path(bot.playground.__file__).parent.rglob("*.py") if path.name != "words.py"]


def test_every_translated_sentence_is_one_that_is_said() -> None:
    said = "".join(path.read_text() for path in SOURCES)
    assert [sentence for sentence in _CHINESE if sentence not in said] == []


def test_the_locale_decides() -> None:
    assert in_language("Which emoji?", "zh-TW") == "哪个表情？"
    assert in_language("Which emoji?", "en-GB") == "Which emoji?"
    assert in_language("Something new.", "zh-CN") == "Something new."
