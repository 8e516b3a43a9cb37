"""What people are told outside of results."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.command import Catalog, parse
from bot.command.flags import FLAGS
from bot.locales import LOCALES, texts
from bot.playground.blockkit import checked_view
from bot.ports import Place
from bot.slack import views
from bot.slack.text import MOST_GIVEN_BACK
from bot.words import SlackWords
from engine.domain.job import State
from engine.domain.limits import Denial, Limit, Scope
from engine.domain.request import DrawParams, Kind, Revision
from engine.domain.result import Usage
from tests.unit.bot.slack.test_message import job, wrote

CATALOG = Catalog(("smollm2", "acme/<b>"), ("tiny",))
WORDS = SlackWords(CATALOG, "/aigc")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", Kind)
def test_help_tells_every_flag_and_every_model(locale: str, kind: Kind) -> None:
    told = WORDS.help(locale, kind.value)
    assert [name for name in FLAGS[kind] if f"`--{name}`" not in told] == []
    assert all(f"`{model.replace('<', '&lt;').replace('>', '&gt;')}`" in told for model in CATALOG.models(kind))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", ["", "copy", "draw", "status", "cancel"])
def test_every_command_that_help_shows_works(locale: str, topic: str) -> None:
    shown = [part for part in WORDS.help(locale, topic).split("`")[1::2] if part.startswith("/aigc ")]
    assert shown or topic
    for command in shown:
        if "<" not in command:
            parse(command.removeprefix("/aigc "), CATALOG)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_on_the_home_tab_works(locale: str) -> None:
    view = WORDS.home(locale, [])
    checked_view(json.loads(json.dumps(view)), "home")
    for command in "\n".join(b["text"]["text"] for b in view["blocks"]).split("`")[1::2]:
        parse(command.removeprefix("/aigc "), CATALOG)


def test_what_is_said_names_the_command() -> None:
    assert WORDS.say("en", "error.nothing_to_revise").endswith("/aigc help")
    assert WORDS.say("en", "cancel.done", job="1, 2") == "Canceled: 1, 2"


def test_status_lists_jobs_with_their_place_in_the_queue() -> None:
    drawing = job(State.ACCEPTED, params=DrawParams(), prompt="a <!here>\nbike")
    assert WORDS.status("en", [(drawing, 3), (job(), 0)]) == (
        "Your latest:\n"
        "• `0000000000000000` draw, waiting, 3 before it: a &lt;\u2060!here&gt; bike\n"
        "• `0000000000000000` copy, done: a post for a bottle"
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_status_of_nothing_says_what_to_try(locale: str) -> None:
    _, _, command = WORDS.status(locale, []).partition("/aigc ")
    parse(command, CATALOG)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", State)
def test_slack_accepts_the_home_tab_whatever_was_asked_for(locale: str, state: State) -> None:
    jobs = [(job(state, prompt=prompt), 2) for prompt in ("&" * 8_000, "字" * 8_000, "<@U1>" * 90, "x", "www.x" * 90)]
    checked_view(json.loads(json.dumps(WORDS.home(locale, jobs))), "home")


def test_what_was_too_much_is_given_back_escaped_once_and_cut_inside_its_fence() -> None:
    denial = Denial(Limit.JOBS_AT_ONCE, Scope.USER, 1, 1)
    assert WORDS.denied("en", denial, "copy a & b").endswith("\n```/aigc copy a &amp; b```")
    *_, fence = WORDS.denied("en", denial, "copy " + "x" * 8_000).splitlines()
    assert fence.endswith("x…```")
    assert len(fence) == MOST_GIVEN_BACK + len("``````")


def test_details_are_all_parameters() -> None:
    usage = Usage("smollm2", "transformers", 12, 34, run_s=2.34, wait_s=0.12, cost_usd=0.01234)
    usage = replace(usage, settings={"temperature": 0.7, "tone": None, "seed": 0, "style": "<b>"})
    revised = job(result=replace(wrote("x"), usage=usage), revision=Revision("1" * 16, instruction="shorter"))
    assert WORDS.details("en", revised).split("\n") == [
        "*All parameters of job 0000000000000000*",
        "• State: done",
        "• Brief: a post for a bottle",
        "• Change: shorter",
        "• Model: smollm2 · transformers",
        "• Temperature: 0.7",
        "• Seed: 0",
        "• Style: &lt;b&gt;",
        "• Tokens in, out: 12, 34",
        "• Waited: 0.1 s",
        "• Made in: 2.3 s",
        "• Cost: US$ 0.0123",
    ]


def test_what_is_canceled_is_told_in_the_words_of_whoever_asked() -> None:
    waiting = [job(State.CANCELED), job(State.CANCELED, prompt="<b>")]
    assert WORDS.canceled("en", waiting) == "Canceled:\n• copy: a post for a bottle\n• copy: &lt;b&gt;"
    assert WORDS.canceled("zh", waiting[:1]) == "已取消：\n• 文案：a post for a bottle"


def test_details_are_in_the_words_of_the_forms_and_what_these_do_not_know_as_it_is() -> None:
    usage = replace(Usage("smollm2"), settings={"length": "medium", "n": 1, "top_p": 0.9})
    told = WORDS.details("zh", job(result=replace(wrote("x"), usage=usage)))
    assert "• 长度：中\n• 几份：1\n• top_p：0.9" in told


def test_details_tell_nobody_the_personal_data_that_was_asked_with() -> None:
    words = SlackWords(CATALOG, "/aigc", lambda text: text.replace("bottle", "[name]")).with_recipes(())
    assert "• Brief: a post for a [name]" in words.details("en", job())


def test_details_of_a_job_that_waits_are_what_is_known() -> None:
    assert WORDS.details("zh", job(State.ACCEPTED)).split("\n") == [
        "*任务 0000000000000000 的全部参数*",
        "• 状态：排队中",
        "• 要求：a post for a bottle",
    ]


def test_forms_know_the_models() -> None:
    assert WORDS.request_form("en", Place("C1")) == views.request_form("en", Place("C1"), Kind.COPY, CATALOG)
    assert WORDS.revise_form("en", Place("C1"), job(), 0) == views.revise_form("en", Place("C1"), job(), 0)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_job_whose_words_are_not_stored_any_more_says_so(locale: str) -> None:
    gone = replace(job(State.SUCCEEDED), forgotten_at=9.0)
    told = WORDS.status(locale, [(gone, 0)])
    assert gone.request.prompt not in told
    assert texts(locale)["status.forgotten"] in told
