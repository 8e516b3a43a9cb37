"""All that one text is held to: its recipe's shape, and the voice of whoever it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.domain.recipe import Recipe
from engine.domain.result import Shortfall
from engine.domain.voice import NO_VOICE, Disclaimer, Voice
from engine.recipes.checks import PLACEHOLDER, mentions, shortfalls, spelt


@dataclass(frozen=True, slots=True)
class Demands:
    """Pure: what a text must be, to tell what it is not."""

    lang: str
    """The language that it is asked for in, a BCP 47 tag."""
    recipe: Recipe | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    voice: Voice = NO_VOICE

    def shortfalls(self, text: str) -> tuple[Shortfall, ...]:
        own = shortfalls(self.recipe, self.values, text, self.lang) if self.recipe else ()
        return (*own, *self._unlike(text))

    def missing_disclaimers(self, text: str) -> list[str]:
        """Those that the text must end with and does not have."""
        recipes = [self.recipe.disclaimer.of(self.lang)] if self.recipe and self.recipe.disclaimer else []
        voices = [each.text.of(self.lang) for each in self.voice.disclaimers if _applies(each, text)]
        return [told for told in dict.fromkeys((*recipes, *voices)) if not mentions(text, told)]

    def missing_closing(self, text: str) -> list[str]:
        """Lines of the recipe's end whose values were given and do not stand in the text."""
        lines = [line.of(self.lang) for line in self.recipe.closing] if self.recipe else []
        given = [(line, [self.values.get(name, "") for name in PLACEHOLDER.findall(line)]) for line in lines]
        return [
            PLACEHOLDER.sub(lambda found: self.values[found[1]], line)
            for line, values in given
            if all(values) and not any(mentions(text, value) for value in values)
        ]

    def _unlike(self, text: str) -> Iterator[Shortfall]:
        """What the voice does not have."""
        for phrase in self.voice.forbidden:
            if mentions(text, phrase):
                yield Shortfall("forbidden", {"what": phrase})
        for term in self.voice.glossary:
            for wrong in term.wrong:
                if spelt(text, wrong):
                    yield Shortfall("misspelt", {"what": wrong, "right": term.right.of(self.lang)})
        for each in self.voice.disclaimers:
            if _applies(each, text) and not mentions(text, each.text.of(self.lang)):
                yield Shortfall("no_disclaimer", {"what": each.text.of(self.lang)})


def _applies(disclaimer: Disclaimer, text: str) -> bool:
    return not disclaimer.when or any(mentions(text, word) for word in disclaimer.when)
