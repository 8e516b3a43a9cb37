"""What people write and fill in, and what they are told when it makes no sense."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest

from bot.command import Catalog, parse
from bot.locales import LOCALES, t, texts
from bot.playground.form_state import form_values
from bot.ports import Place
from bot.reader import SlackReader
from bot.slack import views
from bot.slack.payloads import FormChoice, Submission, uploaded
from bot.wishes import Cancel, ForRows, Generate, Misunderstood, OpenForm, Revise
from engine.domain.request import CopyParams, DrawParams, Kind, Length
from tests.support.recipes import BOOK, RECOMMENDATION
from tests.unit.bot.slack.test_message import job, wrote

CATALOG = Catalog(("smollm2", "gpt2"), ("tiny", "other"))
READER = SlackReader(CATALOG, "/aigc")
WITH_RECIPES = Catalog(("smollm2", "gpt2"), (), BOOK)
OF_RECIPES = SlackReader(WITH_RECIPES, "/aigc")
PLACE = Place("C1", "1.1")


def sent(view: dict[str, Any], **entered: Any) -> Submission:
    """The form as Slack sends it: every field is in the state, what was not touched as None."""
    answers = {field: {"value": {"value": value}} for field, value in entered.items()}
    return Submission("T1", "U1", view["private_metadata"], form_values(view, answers), "view:V1:h")


def form(kind: Kind = Kind.COPY, locale: str = "en", place: Place = PLACE) -> dict[str, Any]:
    return views.request_form(locale, place, kind, CATALOG)


def test_a_command_gets_a_seed_of_its_own_each_time() -> None:
    wishes = [READER.command("copy a post", "en") for _ in range(2)]
    seeds = [wish.request.params.seed for wish in wishes if isinstance(wish, Generate)]
    assert len(set(seeds)) == 2
    assert READER.command("copy a post --seed 5", "en") == parse("copy a post --seed 5", CATALOG)


def test_nothing_typed_opens_the_form() -> None:
    assert READER.command("", "en") == OpenForm()


def test_plain_words_are_a_brief_or_in_a_thread_a_revision() -> None:
    assert isinstance(READER.plain("shorter", "en", revising=False), Generate)
    assert READER.plain("shorter", "en", revising=True) == Revise("shorter")
    assert READER.plain("cancel", "en", revising=True) == Cancel()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cpoy a post", "unknown_command"),
        ("copy", "missing_brief"),
        ("draw --n 2", "missing_brief"),
        ('copy --tone "dry a post', "unclosed_quote"),
        ("copy x --n", "missing_value"),
        ("copy x --nn 2", "unknown_flag"),
        ("copy x --size 512", "flag_of_other"),
        ("copy x --n 99", "bad_integer"),
        ("copy x --temperature 9", "bad_number"),
        (f"copy x --tone {'y' * 41}", "text_too_long"),
        ("draw x --size 1", "bad_size"),
        ("copy x --lang klingonish", "bad_lang"),
        ("copy x --length tall", "bad_length"),
        ("copy x --model gpt9", "unknown_model"),
        ("status now", "needs_nothing"),
        ("help me", "unknown_topic"),
        ("cancel it", "bad_job"),
    ],
)
def test_a_lesson_says_what_was_wrong_and_has_a_command_to_copy(locale: str, text: str, code: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        READER.command(text, locale)
    told, try_this, example = caught.value.answer.split("\n")
    assert re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(texts(locale)[f"command.{code}"])), told)
    assert try_this == t(locale, "command.try")
    assert example.startswith("```/aigc ")
    parse(example.removeprefix("```/aigc ").removesuffix("```"), CATALOG)
    assert caught.value.field == ""


@pytest.mark.parametrize("text", [f"copy {'x' * 8_001}", f"draw {'图' * 2_000} --n 99"])
def test_a_lesson_about_a_text_that_fills_the_screen_does_not_repeat_it(text: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        READER.command(text, "en")
    assert len(caught.value.answer) < 200


def test_a_lesson_mentions_nobody() -> None:
    with pytest.raises(Misunderstood) as caught:
        READER.command("&lt;!channel&gt;`x` now --n 99", "en")
    assert caught.value.answer == (
        "I do not know the command `&lt;\u2060!channel&gt;'x'`. "
        "There are copy, draw, recipes, reply, knowledge, help, status, usage and cancel.\n"
        "Try this:\n```/aigc copy &lt;!channel&gt;`x` now --n 8```"
    )


def test_a_form_that_is_filled_in_is_a_request() -> None:
    submission = sent(
        form(), prompt_copy=" a post ", tone="dry", lang="German", length="short", n="3", model="gpt2", seed="5",
        temperature="0.7",
    )  # fmt: skip
    place, wish = READER.request_form(submission)
    assert place == Place("C1", "1.1")
    assert isinstance(wish, Generate)
    assert (wish.request.kind, wish.request.prompt) == (Kind.COPY, "a post")
    assert wish.request.params == CopyParams("dry", "de", Length.SHORT, 3, "gpt2", 5, 0.7)


def test_a_form_for_a_picture() -> None:
    submission = sent(
        form(Kind.DRAW), prompt_draw="a bike", style="ink", size="landscape", n="2", model="tiny", negative="text",
        seed="5", steps="20", guidance="7.5",
    )  # fmt: skip
    _, wish = READER.request_form(submission)
    assert isinstance(wish, Generate)
    assert wish.request.params == DrawParams(768, 512, 2, 5, 20, 7.5, "text", "ink", "tiny")


FILE = {
    "id": "F1",
    "name": "people.csv",
    "mimetype": "text/csv",
    "url_private": "https://files.slack.com/F1",
    "size": 9,
}


def for_rows(files: list[dict[str, Any]], **entered: str) -> Submission:
    view = views.request_form("en", PLACE, Kind.COPY, WITH_RECIPES, RECOMMENDATION, rows=True)
    submission = sent(view, **entered)
    table = {"table": {"value": {"type": "file_input", "files": files}}}
    return replace(submission, values={**submission.values, **table})


def test_a_form_with_a_table_is_a_wish_for_its_rows() -> None:
    given = for_rows(
        [FILE], prompt_copy="mention the sale", **{"text:product": "tea"}, lang="zh", seed="5", model="gpt2"
    )
    place, wish = OF_RECIPES.request_form(given)
    assert place == PLACE
    params = CopyParams(lang="zh", model="gpt2", seed=5)
    assert wish == ForRows("recommendation", (("product", "tea"),), "mention the sale", params)
    (file,) = uploaded(given)
    assert (file.id, file.is_table, file.url) == ("F1", True, "https://files.slack.com/F1")


def test_without_the_table_the_form_says_so() -> None:
    with pytest.raises(Misunderstood) as caught:
        OF_RECIPES.request_form(for_rows([]))
    assert caught.value.field == "table"


def test_choosing_rows_or_another_recipe_keeps_the_rest() -> None:
    note = str(views.Memo("zh", Kind.COPY, "C1", "1.1", recipe="recommendation"))
    rows = FormChoice("T1", "U1", "V1", "h", note, "form_rows", "each")
    assert OF_RECIPES.other_form(rows) == views.OtherForm("zh", PLACE, Kind.COPY, "recommendation", rows=True)
    note = str(views.Memo("zh", Kind.COPY, "C1", "1.1", recipe="recommendation", rows=True))
    other = FormChoice("T1", "U1", "V1", "h", note, "form_recipe", "social-post")
    assert OF_RECIPES.other_form(other) == views.OtherForm("zh", PLACE, Kind.COPY, "social-post", rows=True)


@pytest.mark.parametrize("kind", Kind)
def test_a_form_with_nothing_but_a_brief_leaves_all_else_to_the_model(kind: Kind) -> None:
    _, wish = READER.request_form(sent(form(kind), **{f"prompt_{kind.value}": "x"}))
    assert isinstance(wish, Generate)
    default: CopyParams | DrawParams = CopyParams() if kind is Kind.COPY else DrawParams()
    given = wish.request.params
    assert {f.name for f in fields(given) if getattr(given, f.name) != getattr(default, f.name)} <= {"seed"}
    assert replace(given, seed=0) == default


def test_a_form_opened_nowhere_says_where_to_post() -> None:
    view = form(place=Place(""))
    submission = sent(view, prompt_copy="x", channel="C9")
    assert READER.request_form(submission)[0] == Place("C9")


@pytest.mark.parametrize(
    ("kind", "entered", "field", "told"),
    [
        (Kind.COPY, {"prompt_copy": ""}, "prompt_copy", "Please fill this in."),
        (Kind.COPY, {"prompt_copy": " \u200b\u200d\n"}, "prompt_copy", "Please fill this in."),
        (Kind.COPY, {"prompt_copy": "x" * 8_001}, "prompt_copy",
         "That is too long: 8001 characters, and I can read 8000. Please shorten it."),
        (Kind.DRAW, {"prompt_draw": "x", "size": "1"}, "size",
         "Size 1 does not work: give width x height in pixels, each from 64 to 2048, or square, portrait or "
         "landscape."),
        (Kind.DRAW, {"prompt_draw": "x", "steps": "999"}, "steps",
         "Steps 999 does not work: give a whole number from 1 to 150."),
        (Kind.COPY, {"prompt_copy": "x", "lang": "klingonish"}, "lang",
         "Language klingonish is no language that I know: give a tag like en, zh or pt-BR, or a name like english or "
         "中文."),
        (Kind.COPY, {"prompt_copy": "x", "model": {"value": "gpt9"}}, "model",
         "There is no model gpt9 here. There are: smollm2, gpt2."),
        (Kind.COPY, {"prompt_copy": "x", "tone": "y" * 41}, "tone",
         "Tone is too long: 41 characters, and 40 are allowed."),
        (Kind.COPY, {"prompt_copy": "x", "temperature": "3"}, "temperature",
         "Temperature 3 does not work: give a number from 0 to 2."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_form_names_its_field(kind: Kind, entered: dict[str, Any], field: str, told: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        READER.request_form(sent(form(kind), **entered))
    assert (caught.value.field, caught.value.answer) == (field, told)


def test_a_mistake_in_a_form_is_told_in_the_persons_language() -> None:
    with pytest.raises(Misunderstood) as caught:
        READER.request_form(sent(form(locale="zh"), prompt_copy=""))
    assert caught.value.answer == "请填写此项。"


def test_the_form_to_revise_says_what_to_change_in_which_variant() -> None:
    view = views.revise_form("en", Place("C1", "1.1"), job(result=wrote("a", "b")), 1)
    assert READER.revise_form(sent(view, instruction=" shorter\u202e ")) == (Place("C1", "1.1"), "0" * 16, 1, "shorter")
    with pytest.raises(Misunderstood) as caught:
        READER.revise_form(sent(view, instruction="\u200b"))
    assert caught.value.field == "instruction"


def test_choosing_the_other_kind_keeps_language_and_place() -> None:
    choice = FormChoice("T1", "U1", "V1", "h", form(locale="zh")["private_metadata"], "form_kind", "draw")
    assert READER.other_form(choice) == views.OtherForm("zh", Place("C1", "1.1"), Kind.DRAW)


@pytest.mark.parametrize(
    ("value", "read"),
    [("abc:2", ("abc", 2)), ("abc", ("abc", 0)), ("abc:x", ("abc", 0)), ("abc:²", ("abc", 0)), ("", ("", 0)),
     ("abc:99999", ("abc", 0))],
)  # fmt: skip
def test_a_button_says_which_job_and_variant(value: str, read: tuple[str, int]) -> None:
    assert READER.button(value) == read
