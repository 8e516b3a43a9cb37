"""Recipes from files: mistakes are told by file, line and field, and a company's own replace those that come along."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ConfigurationError
from engine.recipes.book import build_recipes, parse_recipe, read_folder, shipped
from engine.settings import EngineSettings, ModelSpec

NOTE = """\
name: note
kind: copy
title: {en: Note, zh: 便条}
about: {en: A note., zh: 一张便条。}
group: {en: Office, zh: 办公}
fields:
  - name: topic
    label: {en: Topic, zh: 主题}
instructions: {en: Write a note., zh: 写一张便条。}
shape:
  length: {en: {most: 5}}
  must_mention: ["{topic}"]
examples:
  - lang: en
    fields: {topic: tea}
    text: The tea is hot.
counterexamples:
  - lang: en
    fields: {topic: tea}
    text: It is hot.
    fails: not_mentioned
"""
STYLE = """\
name: ours
kind: draw
title: {en: Ours, zh: 自家}
about: {en: Ours., zh: 自家风格。}
group: {en: Pictures, zh: 图片}
template: in our style
lora: true
"""


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("kind: copy", "kind: sing", ":2: kind: "),
        ("title: {en: Note, zh: 便条}", "title: {en: Note}", ":3: title.zh: Field required"),
        ("    label:", "    labels:", ":8: fields.0.labels: Extra inputs are not permitted"),
        ("name: topic", "name: Top-ic", ":7: fields.0.name: "),
        ("name: topic", "name: brief", ":7: fields.0: Value error, no field can be called brief"),
        ("    label: {en: Topic, zh: 主题}", "    label: {en: Topic, zh: 主题}\n    type: choice",
         ":7: fields.0: Value error, a field of type choice has choices"),
        ("{en: {most: 5}}", "{en: {least: 9, most: 5}}",
         ":11: shape.length.en: Value error, least 9 is more than most 5"),
        ('"{topic}"', '"{subject}"', ":1: the file: Value error, {subject} is no field of this recipe"),
        ("text: The tea is hot.", "text: The tea here is very hot.",
         ":16: examples.0.text: this example fails too_many_words (count 6, most 5)"),
        ("fields: {topic: tea}\n    text: The", "fields: {topics: tea}\n    text: The",
         ":16: examples.0.text: field topics: unknown"),
        ("fails: not_mentioned", "fails: claimed",
         ":21: counterexamples.0.fails: claimed is not among what it fails: ['not_mentioned']"),
        ("instructions: {en: Write a note., zh: 写一张便条。}\n", "",
         ":1: the file: Value error, a recipe of kind copy has"),
        ("kind: copy", "kind: [", ":4: this is not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_line_and_field(before: str, after: str, complaint: str) -> None:
    assert NOTE.count(before) == 1
    with pytest.raises(ConfigurationError) as told:
        parse_recipe(NOTE.replace(before, after), "note.yaml")
    assert f"note.yaml{complaint}" in str(told.value)


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as told:
        parse_recipe(NOTE.replace("kind: copy", "kind: sing").replace("name: topic", "name: Topic"), "note.yaml")
    assert str(told.value).count("note.yaml:") == 2


def settings_with(folder: Path, **models: ModelSpec) -> EngineSettings:
    return EngineSettings(recipes_dir=folder, image_models=models)


def test_a_folder_adds_recipes_and_replaces_those_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "note.yaml").write_text(NOTE, encoding="utf-8")
    (tmp_path / "mine.yml").write_text(NOTE.replace("name: note", "name: post"), encoding="utf-8")
    (tmp_path / "README.md").write_text("no recipe", encoding="utf-8")
    book = build_recipes(settings_with(tmp_path))
    assert len(book.recipes) == len(shipped()) + 1
    assert book.recipes[0].name == "post"
    assert book.recipes[0].title.en == "Note"
    assert book.find(" Note ") is book.recipes[-1]
    assert book.find("nothing") is None


def test_the_same_name_twice_in_a_folder_is_told(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(NOTE, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"b\.yaml:1: name: note is in a\.yaml already"):
        read_folder(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        build_recipes(settings_with(tmp_path / "nowhere"))


def test_a_style_that_needs_a_lora_finds_the_model_that_has_one_or_says_that_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(STYLE, encoding="utf-8")
    plain, ours = (ModelSpec(backend="diffusers", model="m", options=o) for o in ({}, {"lora": "company/lora"}))
    without = build_recipes(settings_with(tmp_path, plain=plain)).find("ours")
    having = build_recipes(settings_with(tmp_path, plain=plain, ours=ours)).find("ours")
    assert without
    assert without.missing == "lora"
    assert having
    assert (having.missing, having.defaults.model) == ("", "ours")
