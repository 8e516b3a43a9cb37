"""The texts: both languages have all of them, the program uses all of them, and every code has its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

import bot
from bot.command.flags import NAMES
from bot.locales import LOCALES, listed, locale_of, t, t_or, texts
from engine.domain.job import State
from engine.domain.request import Kind, Length, RevisionMode
from engine.domain.result import STARTING_IMAGE
from engine.domain.safety import Category
from engine.errors import EngineError
from engine.recipes.reasons import CODES
from engine.steps.recipes import PLAINLY, REPAIRED, WEAK_MODEL
from engine.steps.spoken import OTHER_LANGUAGE

ROOT = Path(bot.__file__).parent
SOURCES = {path: path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py") if "playground" not in path.parts}
COMMAND_SOURCES = "".join(text for path, text in SOURCES.items() if path.parent.name == "command")


def codes_of(error: type[EngineError]) -> Iterator[str]:
    yield error.code
    for kind in error.__subclasses__():
        yield from codes_of(kind)


def keys(area: str) -> set[str]:
    return {key.removeprefix(f"{area}.") for key in texts("en") if key.startswith(f"{area}.")}


def placeholders(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_texts_in_the_same_order() -> None:
    english, chinese = (list(texts(locale)) for locale in LOCALES)
    assert chinese == english


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_is_given_twice_or_empty(locale: str) -> None:
    lines = (ROOT / "locales" / f"{locale}.yaml").read_text(encoding="utf-8").splitlines()
    found = Counter(line.partition(": ")[0].rstrip(":") for line in lines if re.match(r"[a-z]", line))
    assert [key for key, count in found.items() if count > 1] == []
    assert [key for key, text in texts(locale).items() if not text.strip()] == []
    assert all(isinstance(text, str) for text in yaml.safe_load("\n".join(lines)).values())


@pytest.mark.parametrize("key", texts("en"))
def test_both_languages_fill_in_the_same(key: str) -> None:
    english, chinese = (placeholders(texts(locale)[key]) for locale in LOCALES)
    assert set(chinese) == set(english)


def test_every_mistake_in_a_command_has_its_text_and_no_other_has() -> None:
    raised = set(re.findall(r'(?:CommandError|Bad)\(\s*"(\w+)"', COMMAND_SOURCES))
    of_fields = {f"field_{code}" for code in ("too_long", "no_number", "too_small", "too_large", "no_choice")}
    assert keys("command") - {"try"} == raised | of_fields


def test_every_failure_has_its_text_and_no_other_has() -> None:
    said_by_the_engine = {"internal", "empty_output", "timed_out", "too_many_attempts"}
    assert keys("failure") - {"model"} == {*codes_of(EngineError), *said_by_the_engine}


def test_every_reason_to_refuse_has_its_text_and_no_other_has() -> None:
    assert keys("refusal") - {"prompt", "context", "output", "starting_image", "review", "leaked"} == {
        category.value for category in Category
    }


def test_every_state_and_phase_has_its_word() -> None:
    assert keys("state") == {state.value for state in State}
    assert keys("phase") == {"loading", "checking", "repairing", *(f"running.{kind.value}" for kind in Kind)}
    assert keys("kind") == {kind.value for kind in Kind}
    assert keys("help") == {"all", "copy", "draw", "knowledge", "recipes", "reply", "status", "usage", "cancel"}
    assert keys("form.length") == {length.value for length in Length}
    assert {"again"} <= {mode.value for mode in RevisionMode} & keys("job")


def test_every_notice_of_the_engine_has_its_text() -> None:
    assert keys("notice") >= {
        STARTING_IMAGE,
        WEAK_MODEL,
        PLAINLY,
        REPAIRED,
        OTHER_LANGUAGE,
        "redacted",
        "withheld",
        "withdrawn",
        "truncated",
    }


def test_every_shortfall_of_a_text_has_its_sentence_and_no_other_has() -> None:
    assert keys("shortfall") - {"title", "title_n"} == CODES


def test_every_flag_has_its_name_in_forms() -> None:
    assert keys("form") >= NAMES - {"field"}


def test_the_program_uses_every_text() -> None:
    code = "".join(SOURCES.values())
    named = set(re.findall(r"""["']([a-z]+(?:\.[a-z_/-]+)+)["']""", code))
    made = {
        re.sub(r"\\\{.*?\\\}", ".+", re.escape(key))
        for key in re.findall(r"""f["']([a-z]+(?:[._][a-z]+)*\.[a-z_.]*\{[^{}\n]+\}[a-z._]*)["']""", code)
    }
    unused = [key for key in texts("en") if key not in named and not any(re.fullmatch(way, key) for way in made)]
    assert unused == []


def test_a_text_in_a_language_that_is_not_there_is_english() -> None:
    assert t("fr", "label.ai") == t("en", "label.ai")


def test_a_code_from_a_newer_version_has_the_words_of_another() -> None:
    assert t_or("zh", "failure.from_the_future", "failure.internal") == t("zh", "failure.internal")


@pytest.mark.parametrize(
    ("slack", "locale"), [("zh-CN", "zh"), ("zh-TW", "zh"), ("zh", "zh"), ("en-US", "en"), ("de-DE", "en"), ("", "en")]
)
def test_which_language_a_person_is_spoken_to_in(slack: str, locale: str) -> None:
    assert locale_of(slack) == locale


def test_several_names_are_separated_as_the_language_does() -> None:
    assert listed("en", ("a", "b")) == "a, b"
    assert listed("zh", iter(("甲", "乙"))) == "甲、乙"
