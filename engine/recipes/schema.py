"""The schema of recipe files, README.md beside this file explains it; what they become stands in domain/recipe.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from engine.domain import recipe as domain
from engine.domain.recipe import MAX_FIELD_CHARS, FieldType, Format, Strength
from engine.domain.request import Kind

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Lang = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
Pixels = Annotated[int, Field(ge=64, le=2048)]
Count = Annotated[int, Field(ge=0)]

PLACEHOLDER = re.compile(r"\{(\w+)\}")
_RESERVED = frozenset({"brief"})
"""No field may be called so: it is what was typed beside the fields."""


class Part(BaseModel):
    """What all parts of a file have in common: nothing in them may be misspelt."""

    model_config = {"frozen": True, "extra": "forbid"}


class Words(Part):
    en: Text
    zh: Text

    def domain(self) -> domain.Words:
        return domain.Words(self.en, self.zh)


class Span(Part):
    """From `least` to `most`; what is absent is no limit."""

    least: Count | None = None
    most: Count | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"least {self.least} is more than most {self.most}")
        return self

    def domain(self) -> domain.Span:
        return domain.Span(self.least, self.most)


NO_SPAN = Span()


class ChoicePart(Part):
    value: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
    label: Words


class FieldPart(Part):
    name: FieldName
    label: Words
    required: bool = True
    type: FieldType = FieldType.TEXT
    hint: Words | None = None
    choices: list[ChoicePart] = Field(default_factory=list, max_length=100)
    max_chars: Annotated[int, Field(ge=1, le=8_000)] = MAX_FIELD_CHARS
    least: float | None = None
    most: float | None = None
    quoted: bool = False

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.name in _RESERVED:
            raise ValueError(f"no field can be called {self.name}")
        if (self.type is FieldType.CHOICE) is not bool(self.choices):
            raise ValueError("a field of type choice has choices, and no other has")
        if self.type is not FieldType.NUMBER and (self.least is not None or self.most is not None):
            raise ValueError("least and most are for a field of type number")
        _once("choice", [choice.value for choice in self.choices])
        return self

    def domain(self) -> domain.Field:
        return domain.Field(
            name=self.name,
            label=self.label.domain(),
            required=self.required,
            type=self.type,
            hint=self.hint.domain() if self.hint else None,
            choices=tuple(domain.Choice(choice.value, choice.label.domain()) for choice in self.choices),
            max_chars=self.max_chars,
            least=self.least,
            most=self.most,
            quoted=self.quoted,
        )


class SectionPart(Part):
    label: Words
    characters: Span = NO_SPAN
    items: Span = NO_SPAN

    def domain(self) -> domain.Section:
        return domain.Section(self.label.domain(), self.characters.domain(), self.items.domain())


class Length(Part):
    """A text's length: in words, or in a Chinese text in characters."""

    en: Span = NO_SPAN
    zh: Span = NO_SPAN


class Reading(Part):
    """How easy to read: Flesch's reading ease in English, characters per sentence in Chinese."""

    flesch_least: Annotated[float, Field(ge=0, le=100)] | None = None
    sentence_most: Annotated[float, Field(gt=0)] | None = None


class ShapePart(Part):
    format: Format | None = None
    length: Length | None = None
    characters: Span | None = None
    x_characters: Span | None = None
    hashtags: Span | None = None
    items: Span | None = None
    keys: list[Text] | None = None
    sections: list[SectionPart] | None = None
    must_mention: list[Text] | None = None
    must_not_claim: list[Text] | None = None
    reading: Reading | None = None

    def over(self, otherwise: ShapePart) -> ShapePart:
        """`otherwise`, with what this names."""
        return otherwise.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})

    def domain(self) -> domain.Shape:
        length, reading = self.length or Length(), self.reading or Reading(flesch_least=None, sentence_most=None)
        return domain.Shape(
            format=self.format or Format.PLAIN,
            words=length.en.domain(),
            han_characters=length.zh.domain(),
            characters=(self.characters or NO_SPAN).domain(),
            x_characters=(self.x_characters or NO_SPAN).domain(),
            hashtags=(self.hashtags or NO_SPAN).domain(),
            items=(self.items or NO_SPAN).domain(),
            keys=tuple(self.keys or ()),
            sections=tuple(section.domain() for section in self.sections or ()),
            must_mention=tuple(self.must_mention or ()),
            must_not_claim=tuple(self.must_not_claim or ()),
            flesch_least=reading.flesch_least,
            sentence_most=reading.sentence_most,
        )


class ShapesBy(Part):
    """What differs by the value of a choice, e.g. the platform."""

    field: FieldName
    values: dict[str, ShapePart] = Field(min_length=1)


class ExamplePart(Part):
    lang: Lang
    fields: dict[FieldName, str] = Field(default_factory=dict)
    brief: str = ""
    text: Text

    def domain(self) -> domain.Example:
        return domain.Example(self.lang, tuple(self.fields.items()), self.text, self.brief)


class CounterexamplePart(Part):
    lang: Lang
    fields: dict[FieldName, str] = Field(default_factory=dict)
    text: Text
    fails: Text

    def domain(self) -> domain.Counterexample:
        return domain.Counterexample(self.lang, tuple(self.fields.items()), self.text, self.fails)


class DefaultsPart(Part):
    tone: Text | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    max_new_tokens: Annotated[int, Field(ge=16, le=8_192)] = 512
    width_px: Pixels | None = None
    height_px: Pixels | None = None
    steps: Annotated[int, Field(ge=1, le=150)] | None = None
    guidance: Annotated[float, Field(ge=0, le=30)] | None = None
    model: Text | None = None


class RecipeFile(Part):
    """The file's schema."""

    name: Name
    kind: Kind
    title: Words
    about: Words
    group: Words
    fields: list[FieldPart] = Field(default_factory=list, max_length=20)
    instructions: Words | None = None
    shape: ShapePart = ShapePart()
    shapes: ShapesBy | None = None
    closing: list[Words] = Field(default_factory=list, max_length=10)
    disclaimer: Words | None = None
    advice: Literal["medical", "legal", "financial"] | None = None
    model: Strength = Strength.SMALL
    defaults: DefaultsPart = DefaultsPart(temperature=None, width_px=None, height_px=None, steps=None, guidance=None)
    examples: list[ExamplePart] = Field(default_factory=list)
    counterexamples: list[CounterexamplePart] = Field(default_factory=list)
    template: Text | None = None
    negative: Text | None = None
    lora: bool = False

    @field_validator("fields")
    @classmethod
    def _once_each(cls, fields: list[FieldPart]) -> list[FieldPart]:
        _once("field", [each.name for each in fields])
        return fields

    @model_validator(mode="after")
    def _whole(self) -> Self:
        drawn = self.kind is Kind.DRAW
        if drawn is (self.template is None):
            raise ValueError("a recipe of kind draw has a template, and no other has")
        if drawn is (self.instructions is not None):
            raise ValueError("a recipe of kind copy has instructions, and no other has")
        own = (self.shape.model_fields_set, self.shapes, self.examples, self.closing, self.disclaimer, self.advice)
        if drawn and any(own):
            raise ValueError("shape, shapes, examples, closing, disclaimer and advice are for texts alone")
        if self.lora and not drawn:
            raise ValueError("lora is for kind draw")
        return self

    @model_validator(mode="after")
    def _names_its_fields(self) -> Self:
        known = {each.name for each in self.fields} | _RESERVED
        texts = [self.template or "", *_mentions(self.shape), *(line.en + line.zh for line in self.closing)]
        if self.shapes:
            texts += [text for part in self.shapes.values.values() for text in _mentions(part)]
            choices = {each.name: {choice.value for choice in each.choices} for each in self.fields}
            if unknown := set(self.shapes.values) - choices.get(self.shapes.field, set()):
                raise ValueError(f"shapes: {self.shapes.field} has no choice {', '.join(sorted(unknown))}")
        named = {name for text in texts for name in PLACEHOLDER.findall(text)}
        if unknown := named - known:
            raise ValueError(f"{{{'}, {'.join(sorted(unknown))}}} is no field of this recipe")
        return self

    def domain(self) -> domain.Recipe:
        shapes = self.shapes.values if self.shapes else {}
        return domain.Recipe(
            name=self.name,
            kind=self.kind,
            title=self.title.domain(),
            about=self.about.domain(),
            group=self.group.domain(),
            fields=tuple(each.domain() for each in self.fields),
            instructions=self.instructions.domain() if self.instructions else domain.Words("", ""),
            shape=self.shape.domain(),
            shapes={value: part.over(self.shape).domain() for value, part in shapes.items()},
            shaped_by=self.shapes.field if self.shapes else "",
            closing=tuple(line.domain() for line in self.closing),
            disclaimer=self.disclaimer.domain() if self.disclaimer else None,
            advice=self.advice or "",
            strength=self.model,
            defaults=domain.Defaults(**self.defaults.model_dump()),
            examples=tuple(example.domain() for example in self.examples),
            counterexamples=tuple(example.domain() for example in self.counterexamples),
            template=self.template or "",
            negative=self.negative or "",
            lora=self.lora,
        )


def _mentions(part: ShapePart) -> Iterable[str]:
    return part.must_mention or ()


def _once(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} {name} is there twice")
        seen.add(name)
