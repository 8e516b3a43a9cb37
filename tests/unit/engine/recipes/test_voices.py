"""Voices: whose text has which, read from a file whose mistakes are told by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.job import Origin
from engine.domain.recipe import Words
from engine.domain.voice import NO_VOICE, NO_VOICES
from engine.errors import ConfigurationError
from engine.recipes.demands import Demands
from engine.recipes.voices import load_voices

FILE = """\
company:
  forbidden: [world-class]
  disclaimers:
    - text: {en: Prices include VAT., zh: 价格含税。}
      when: [EUR]
teams:
  marketing:
    about: {en: Short sentences., zh: 句子短。}
    samples:
      - {lang: en, text: Your lamp is ready.}
    glossary:
      - {right: {en: Lumen, zh: 流明}, wrong: [LUMEN]}
  support:
    forbidden: [unfortunately]
channels:
  C0SUPPORT: [support]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "voices.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path / "voices.yaml"


def teams_of(user: str) -> tuple[str, ...]:
    return ("nobody", "marketing") if user == "UANNA" else ()


@pytest.mark.parametrize(
    ("channel", "user", "forbidden", "about"),
    [
        ("C0OTHER", "UBEN", ("world-class",), ()),
        ("C0OTHER", "UANNA", ("world-class",), (Words("Short sentences.", "句子短。"),)),
        ("C0SUPPORT", "UANNA", ("world-class", "unfortunately"), ()),
    ],
)
def test_a_text_has_the_companys_voice_and_its_channels_or_its_requesters(
    path: Path, channel: str, user: str, forbidden: tuple[str, ...], about: tuple[Words, ...]
) -> None:
    voice = load_voices(path, teams_of).of(Origin("T1", channel, user))
    assert (voice.forbidden, voice.about) == (forbidden, about)


def test_the_example_that_comes_with_the_app_can_be_read() -> None:
    example = Path(__file__).parents[4] / "deploy/policy/voices.example.yaml"
    voices = load_voices(example, teams_of)
    assert set(voices.teams) == {"marketing", "support"}
    assert voices.of(Origin("T1", "C1", "UANNA")).glossary[0].right.zh == "流明"


def test_without_a_file_nobody_has_a_voice() -> None:
    assert load_voices(None, teams_of) is NO_VOICES
    assert NO_VOICES.of(Origin("T1", "C1", "U1")) == NO_VOICE


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("forbidden: [world-class]", "forbiden: [world-class]", ":2: company.forbiden: Extra inputs"),
        ("{en: Lumen, zh: 流明}", "{en: Lumen}", ":12: teams.marketing.glossary.0.right.zh: Field required"),
        ("C0SUPPORT: [support]", "C0SUPPORT: [sales]", ":16: channels.C0SUPPORT: there is no voice of a team sales"),
        ("C0SUPPORT:", "support:", ":16: channels.support: "),
    ],
)
def test_a_mistake_is_told_by_line_and_key(path: Path, before: str, after: str, complaint: str) -> None:
    assert FILE.count(before) == 1
    path.write_text(FILE.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigurationError) as told:
        load_voices(path, teams_of)
    assert f"{path}{complaint}" in str(told.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_voices(tmp_path / "nowhere.yaml", teams_of)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("A world-class lamp by LUMEN.", ["forbidden", "misspelt"]),
        ("The Lumen lamp is EUR 5.", ["no_disclaimer"]),
        ("The Lumen lamp is EUR 5. Prices include VAT.", []),
        ("The Lumen lamp.", []),
    ],
)
def test_a_text_is_held_to_the_voice_without_any_recipe(path: Path, text: str, codes: list[str]) -> None:
    voice = load_voices(path, teams_of).of(Origin("T1", "C1", "UANNA"))
    assert [found.code for found in Demands("en", voice=voice).shortfalls(text)] == codes
