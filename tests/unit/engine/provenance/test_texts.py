"""Exported texts: their words survive the labels around them, and are known again."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.table import csv_file
from engine.domain.wording import LEAST_BYTES, digest
from engine.provenance.china import ChinaLabel
from engine.provenance.texts import labelled_text, read_text_label

LABEL = ChinaLabel("AIGC", "0123456789abcdef-0")


def test_a_text_file_begins_with_words_and_ends_with_the_label() -> None:
    lines = labelled_text("Steel.\n\nFor life.", "AI-generated", LABEL, markdown=False).splitlines()
    assert lines[0] == "AI-generated"
    assert lines[-1] == LABEL.wrapped()


def test_a_markdown_file_has_the_label_as_front_matter_that_is_yaml() -> None:
    text = labelled_text("# Steel\n\nFor life.", "AI生成", LABEL, markdown=True)
    _, front, body = text.split("---\n", 2)
    assert yaml.safe_load(front) == {"AIGC": LABEL.keys()}
    assert body == "\nAI生成\n\n# Steel\n\nFor life.\n"


@pytest.mark.parametrize("markdown", [True, False])
@given(text=st.text(min_size=1))
def test_the_words_are_the_same_when_read_back(markdown: bool, text: str) -> None:
    written, labels = read_text_label(labelled_text(text, "AI-generated", LABEL, markdown=markdown))
    assert digest(written) == digest(text)
    assert (labels.producer, labels.produce_id, labels.by_ai) == ("AIGC", LABEL.produce_id, True)


@given(st.text())
def test_any_other_text_is_read_as_it_is(text: str) -> None:
    written, labels = read_text_label(text)
    assert not labels.by_ai
    assert digest(written) == digest(text)


def table(*lines: tuple[str, ...]) -> str:
    return csv_file(("name", "AIGC", "Text", "AIGC"), lines).decode()


def test_a_table_is_read_by_the_column_that_holds_the_label() -> None:
    mine = table(("Ann", "no label", "", ""), ("Ben", "", "Steel,\nfor life.", LABEL.wrapped()))
    _, labels = read_text_label(mine)
    assert (labels.producer, labels.produce_id, labels.by_ai) == ("AIGC", LABEL.produce_id, True)


@pytest.mark.parametrize(
    "other",
    ["AIGC", 'AIGC,x\n"', "name,AIGC\nAnn,yes\n", "An AIGC report\nof ours", table(("Ann", "{}", "", "")), "AIGC\n\0"],
)
def test_a_table_without_a_label_is_any_other_text(other: str) -> None:
    assert not read_text_label(other)[1].by_ai


def test_windows_line_ends_do_no_harm() -> None:
    text = labelled_text("Steel.\nFor life.", "AI-generated", LABEL, markdown=True).replace("\n", "\r\n")
    assert read_text_label(f"\ufeff{text}")[1].produce_id == LABEL.produce_id


BOTTLE = "Steel outside, cold inside: a bottle for 10 years."


@pytest.mark.parametrize(
    "other",
    [
        "Steel outside, cold inside: a bottle\nfor 10 years.  ",
        "**Steel outside**, _cold_ inside: a bottle for 10 years",
        "Steel\u2060 outside, cold\u200b inside – a bottle for 10 years!",
        "Ｓteel outside, cold inside: a bottle for １０ years.",
        ":sparkles: Steel outside, cold inside: a bottle for 10 years. :+1::skin-tone-2:",
        "> Steel outside, cold inside: a bottle for 10 years. 🎉",
    ],
)
def test_the_looks_of_a_text_do_not_matter(other: str) -> None:
    assert digest(other) == digest(BOTTLE)


@pytest.mark.parametrize("other", [BOTTLE.replace("10", "20"), BOTTLE.lower(), f"{BOTTLE} Buy now", BOTTLE[6:]])
def test_its_words_do(other: str) -> None:
    assert digest(other) != digest(BOTTLE)


@pytest.mark.parametrize("text", ["", "Thank you!", "   \n", "谢谢您", "!!!" * 40, "a" * (LEAST_BYTES - 1)])
def test_too_few_letters_prove_nothing(text: str) -> None:
    assert digest(text) == ""


def test_eight_chinese_characters_are_enough() -> None:
    assert digest("钢铁之心，一生相伴") != ""
