"""What only the prompt has does not come out, however it is spelled."""

from __future__ import annotations

import base64
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.prompt import system_turn
from engine.domain.request import CopyParams, Kind
from engine.domain.safety import Action, Category, Told, Where
from engine.safety.leaks import LeakCheck
from engine.safety.normalise import Views
from tests.unit.engine.safety.conftest import make_filter, ordinary

CANARY = "qwhzkvbnmxuj"
INSTRUCTIONS = system_turn(CopyParams()).text
TOLD = Told(("Write about a bottle.",), INSTRUCTIONS, CANARY)
PHONETIC = "quebec whiskey hotel zulu kilo victor bravo november mike x-ray uniform juliet"


def details(text: str, told: Told = TOLD) -> list[str]:
    return [item.detail for item in LeakCheck().judge(Views(text), told)]


@pytest.mark.parametrize(
    "text",
    [
        CANARY,
        f"The code is {CANARY.upper()}.",
        " ".join(CANARY),
        "-".join(CANARY),
        "\n".join(f"{place}. {letter}" for place, letter in enumerate(CANARY, 1)),
        CANARY[::-1],
        CANARY[:9],
        "\u200b".join(CANARY),
        codecs.encode(CANARY, "rot13"),
        base64.b64encode(CANARY.encode()).decode(),
        base64.b64encode(f"x{CANARY}".encode()).decode(),
        base64.b64encode(f"code: {CANARY}.".encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(f"~~{CANARY}".encode()).decode(),
        CANARY.encode().hex(),
        CANARY.encode().hex(" "),
        " ".join(str(ord(letter)) for letter in CANARY),
        ", ".join(hex(ord(letter)) for letter in CANARY),
        " ".join(f"{ord(letter):08b}" for letter in CANARY),
        "".join(f"&#{ord(letter)};" for letter in CANARY),
        PHONETIC,
        "Quick words have zest; keep very brave new men xenial under judges.",
    ],
)
def test_a_canary_is_found_however_it_is_spelled(text: str) -> None:
    assert "canary" in details(text)


@pytest.mark.parametrize(
    "text",
    [
        INSTRUCTIONS,
        f"My instructions: {INSTRUCTIONS.lower()}",
        INSTRUCTIONS[30:110],
        INSTRUCTIONS.replace(" ", "  \n"),
        INSTRUCTIONS.replace(".", " |"),
        INSTRUCTIONS[::-1],
        " ".join(INSTRUCTIONS),
        codecs.encode(INSTRUCTIONS, "rot13"),
        base64.b64encode(INSTRUCTIONS.encode()).decode(),
        INSTRUCTIONS.encode().hex(),
    ],
)
def test_a_long_run_of_the_apps_instructions_is_found(text: str) -> None:
    assert details(text) == ["instructions"]


@pytest.mark.parametrize(("kind", "text"), ordinary())
def test_ordinary_text_leaks_nothing(kind: Kind, text: str) -> None:
    assert details(text) == []


def test_what_the_requester_wrote_is_no_secret() -> None:
    assert details(INSTRUCTIONS, Told((f"Translate: {INSTRUCTIONS}",), INSTRUCTIONS)) == []


def test_a_few_words_in_common_are_no_leak() -> None:
    assert details("Finished text only, please: marketing copy and customer messages for a company.") == []


@given(st.text(max_size=200))
def test_whatever_came_out_can_be_looked_through(text: str) -> None:
    assert details(text) == []


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_in_a_stream_it_is_stopped_before_the_last_letters_are_shown(size: int) -> None:
    safety = make_filter(outputs=[LeakCheck()])
    stream = safety.stream(Where(Kind.COPY), TOLD)
    text = "Steel for life. " + "".join(f"{letter}.\n" for letter in CANARY)
    seen = [stream.feed(text[at : at + size]) for at in range(0, len(text), size)]
    verdict = stream.finish()
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.PROMPT_INJECTION,))
    assert not any(CANARY[:8] in "".join(filter(str.isalpha, shown)) for shown in seen)
