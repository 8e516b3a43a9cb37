"""Recipes: what a text or a picture of one kind needs to be told, and what it must look like when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from engine.domain.request import Kind

MAX_FIELD_CHARS = 2_000
"""Longest value of a field that names no limit of its own, in characters."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same in English and in Chinese."""

    en: str
    zh: str

    def of(self, lang: str) -> str:
        """In Chinese for "zh" and its kin, else in English."""
        return self.zh if is_chinese(lang) else self.en

    @property
    def both(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.en, self.zh)))


def is_chinese(lang: str) -> bool:
    return lang.lower().split("-")[0] == "zh"


class FieldType(StrEnum):
    TEXT = "text"
    """One line."""
    MULTILINE = "multiline"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a field that offers some."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a recipe asks for."""

    name: str
    """What commands, columns of a table and `{placeholders}` call it."""
    label: Words
    required: bool = True
    type: FieldType = FieldType.TEXT
    hint: Words | None = None
    """An example of a value."""
    choices: tuple[Choice, ...] = ()
    max_chars: int = MAX_FIELD_CHARS
    least: float | None = None
    """Of a number."""
    most: float | None = None
    quoted: bool = False
    """What is pasted here was written by somebody else, a customer or a pupil: data to the model, never an order."""


class Format(StrEnum):
    PLAIN = "plain"
    BULLETS = "bullets"
    """A list with `items` points."""
    TABLE = "table"
    """A Markdown table with `items` rows."""
    EMAIL = "email"
    """A line "Subject: ...", an empty line, the body."""
    JSON = "json"
    """An object with `keys`."""


@dataclass(frozen=True, slots=True)
class Span:
    """How many; None is no limit."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the text that begins with its label at the start of a line, or is headed by it."""

    label: Words
    characters: Span = Span()
    items: Span = Span()
    """Points or questions in it: lines that begin with a number or a bullet."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text must look like; engine/recipes/checks.py tells what it is not."""

    format: Format = Format.PLAIN
    words: Span = Span()
    """Of a text in any language but Chinese."""
    han_characters: Span = Span()
    """The same for a Chinese text: its characters without spaces."""
    characters: Span = Span()
    """Of any text, with spaces."""
    x_characters: Span = Span()
    """As X counts: a Chinese character or an emoji is two, a link 23."""
    hashtags: Span = Span()
    items: Span = Span()
    keys: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    must_mention: tuple[str, ...] = ()
    """Words, or `{field}` for a field's value, which counts where it was filled in."""
    must_not_claim: tuple[str, ...] = ()
    """Phrases in any language."""
    flesch_least: float | None = None
    """Least reading ease of an English text, 0 to 100."""
    sentence_most: float | None = None
    """Most characters per sentence, on average, of a Chinese text."""

    def limits(self) -> Shape:
        """What holds for whatever is made of the text: what platforms allow, and what must not be said."""
        return Shape(
            characters=Span(most=self.characters.most),
            x_characters=Span(most=self.x_characters.most),
            hashtags=Span(most=self.hashtags.most),
            must_not_claim=self.must_not_claim,
        )


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: fields filled in, and a text that is good."""

    lang: str
    fields: tuple[tuple[str, str], ...]
    text: str
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A text that must not pass, and the code of the check that it fails."""

    lang: str
    fields: tuple[tuple[str, str], ...]
    text: str
    fails: str


class Strength(StrEnum):
    """What kind of model a recipe is for."""

    SMALL = "small"
    """Any will do."""
    STRONG = "strong"
    """One with some billions of parameters, or a big one behind an API."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """Parameters where the request names none; what is None is up to the model."""

    tone: str | None = None
    temperature: float | None = None
    max_new_tokens: int = 512
    width_px: int | None = None
    height_px: int | None = None
    steps: int | None = None
    guidance: float | None = None
    model: str | None = None
    """A name in AIGC_TEXT_MODELS or AIGC_IMAGE_MODELS."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One thing that can be asked for by name."""

    name: str
    """Letters, digits and hyphens, as in `--recipe name`."""
    kind: Kind
    title: Words
    about: Words
    """One sentence: what comes out."""
    group: Words
    """What it stands with in a list."""
    fields: tuple[Field, ...] = ()
    instructions: Words = Words("", "")
    """For the model that writes."""
    shape: Shape = Shape()
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    """By the value of the field `shaped_by`: the shape in place of `shape`."""
    shaped_by: str = ""
    closing: tuple[Words, ...] = ()
    """Lines with `{field}` that are put under a text whose checks miss their values, e.g. who signs it."""
    disclaimer: Words | None = None
    """The last line of every text."""
    advice: str = ""
    """"medical", "legal" or "financial": shown with that notice, and to a reviewer first, where somebody reviews."""
    strength: Strength = Strength.SMALL
    defaults: Defaults = Defaults()
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()
    template: str = ""
    """Of a picture's prompt, with `{field}` for values; a part between commas without its value is left out."""
    negative: str = ""
    lora: bool = False
    """A picture that needs an image model with a LoRA."""
    quoted: bool = False
    """Somebody in the workspace saved it: its instructions and examples are data to the model, never an order."""
    missing: str = ""
    """Why it cannot be used in this installation: "lora", or "" where it can."""

    def shape_for(self, values: Mapping[str, str]) -> Shape:
        return self.shapes.get(values.get(self.shaped_by, ""), self.shape)

    def changed(self) -> Recipe:
        """For a text that somebody asks to be made otherwise: shorter, without a list, without the product's name."""
        return replace(
            self, shape=self.shape.limits(), shapes={value: shape.limits() for value, shape in self.shapes.items()}
        )

    def field_named(self, name: str) -> Field | None:
        return next((each for each in self.fields if each.name == name), None)


@dataclass(frozen=True, slots=True)
class RecipeBook:
    """All recipes, in the order to show them; the port Recipes."""

    recipes: tuple[Recipe, ...] = ()

    def find(self, name: str) -> Recipe | None:
        """By name, in any case."""
        return next((recipe for recipe in self.recipes if recipe.name == name.strip().lower()), None)

    def of(self, kind: Kind) -> tuple[Recipe, ...]:
        return tuple(recipe for recipe in self.recipes if recipe.kind is kind)


NO_RECIPES = RecipeBook()
