"""How a team writes: what every text for it sounds like, says and never says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.domain.job import Origin
from engine.domain.recipe import Words


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the company's own, as it is written."""

    right: Words
    wrong: tuple[str, ...] = ()
    """Spellings and translations that are not it."""


@dataclass(frozen=True, slots=True)
class Disclaimer:
    """A sentence that a text must end with."""

    text: Words
    when: tuple[str, ...] = ()
    """Only where one of these is mentioned; always, where there is none."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as the team writes it."""

    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Voice:
    """All that holds for one text."""

    about: tuple[Words, ...] = ()
    """How it sounds, for the model."""
    samples: tuple[Sample, ...] = ()
    glossary: tuple[Term, ...] = ()
    forbidden: tuple[str, ...] = ()
    """Words and claims that must not be in it, in any language."""
    disclaimers: tuple[Disclaimer, ...] = ()


NO_VOICE = Voice()


def joined(voices: Iterable[Voice]) -> Voice:
    """What holds where several do: all of it, the first first."""
    whole = NO_VOICE
    for voice in voices:
        whole = Voice(
            whole.about + voice.about,
            whole.samples + voice.samples,
            whole.glossary + voice.glossary,
            whole.forbidden + voice.forbidden,
            whole.disclaimers + voice.disclaimers,
        )
    return whole


def _no_teams(user: str) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class VoiceBook:
    """Whose text has which voice; the port Voices."""

    company: Voice = NO_VOICE
    teams: Mapping[str, Voice] = field(default_factory=dict)
    """By the team's name."""
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The teams whose channels these are."""
    teams_of: Callable[[str], Iterable[str]] = _no_teams
    """The names of the teams that a user is in."""

    def of(self, origin: Origin) -> Voice:
        """The company's, then those of the channel's teams or, where it has none, of the requester's."""
        names = self.channels.get(origin.channel) or self.teams_of(origin.user)
        return joined((self.company, *(self.teams[name] for name in names if name in self.teams)))


NO_VOICES = VoiceBook()
