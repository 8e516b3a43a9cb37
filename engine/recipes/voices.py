"""Reads the voices file: how the company and its teams write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from engine.domain import voice as domain
from engine.domain.voice import NO_VOICES, Voice, VoiceBook
from engine.errors import ConfigurationError
from engine.recipes.schema import Lang, Part, Text, Words
from engine.yaml_file import line_of, parse_yaml


class TermPart(Part):
    right: Words
    wrong: list[Text] = Field(default_factory=list)


class DisclaimerPart(Part):
    text: Words
    when: list[Text] = Field(default_factory=list)


class SamplePart(Part):
    lang: Lang
    text: Text


class VoicePart(Part):
    """How a team writes; what is absent is free."""

    about: Words | None = None
    samples: list[SamplePart] = Field(default_factory=list, max_length=10)
    glossary: list[TermPart] = Field(default_factory=list)
    forbidden: list[Text] = Field(default_factory=list)
    disclaimers: list[DisclaimerPart] = Field(default_factory=list)

    def domain(self) -> Voice:
        return Voice(
            about=(self.about.domain(),) if self.about else (),
            samples=tuple(domain.Sample(sample.lang, sample.text) for sample in self.samples),
            glossary=tuple(domain.Term(term.right.domain(), tuple(term.wrong)) for term in self.glossary),
            forbidden=tuple(self.forbidden),
            disclaimers=tuple(domain.Disclaimer(each.text.domain(), tuple(each.when)) for each in self.disclaimers),
        )


class VoicesFile(Part):
    """The file's schema."""

    company: VoicePart = VoicePart()
    teams: dict[str, VoicePart] = Field(default_factory=dict)
    """By the team's name in AIGC_TEAMS_FILE."""
    channels: dict[Annotated[str, Field(pattern=r"^[CDG][A-Z0-9]{2,}$")], list[str]] = Field(default_factory=dict)
    """The teams whose channels these are: what is asked for there has their voices, whoever asks."""


def load_voices(path: Path | None, teams_of: Callable[[str], Iterable[str]]) -> VoiceBook:
    """The voices of the file at `path`; none without a file. `teams_of` tells which teams a user is in.

    Raises ConfigurationError that names file, line and key.
    """
    if path is None:
        return NO_VOICES
    text = _read(path)
    file = parse_yaml(text, str(path), VoicesFile)
    known = set(file.teams)
    for channel, names in file.channels.items():
        for place, name in enumerate(names):
            if name not in known:
                line = line_of(text, ("channels", channel, place))
                raise ConfigurationError(f"{path}:{line}: channels.{channel}: there is no voice of a team {name}")
    return VoiceBook(
        file.company.domain(),
        {name: part.domain() for name, part in file.teams.items()},
        {channel: tuple(names) for channel, names in file.channels.items()},
        teams_of,
    )


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the voices file {path} cannot be read: {error}") from error
