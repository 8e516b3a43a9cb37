"""The forms and the home tab, held to what Slack accepts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.command import Catalog
from bot.command.flags import FLAGS
from bot.errors import PayloadError
from bot.locales import LOCALES, t
from bot.playground.blockkit import checked_view
from bot.ports import Place
from bot.slack import views
from engine.domain.request import CopyParams, Kind
from tests.unit.bot.slack.test_message import drew, job, wrote

ONE = Catalog(("smollm2",), ("tiny",))
MANY = Catalog(
    ("x" * 151, *(f"/models/{number}/{'x' * number}" for number in range(200))),
    tuple(f"图{number}" for number in range(120)),
)
PLACE = Place("C1", "1.1")


def fields(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("catalog", [Catalog(), ONE, MANY], ids=["none", "one", "many"])
@pytest.mark.parametrize("place", [Place(""), PLACE], ids=["nowhere", "somewhere"])
def test_slack_accepts_the_form_for_a_request(locale: str, kind: Kind, catalog: Catalog, place: Place) -> None:
    view = views.request_form(locale, place, kind, catalog)
    checked_view(json.loads(json.dumps(view)), "modal")
    assert views.memo(view["private_metadata"]) == views.Memo(locale, kind, place.channel, place.thread)


@pytest.mark.parametrize("kind", Kind)
def test_a_form_has_a_field_for_every_flag(kind: Kind) -> None:
    form = fields(views.request_form("en", PLACE, kind, MANY))
    assert set(form) == {"kind", f"prompt_{kind.value}", *FLAGS[kind]}
    assert not any(form[name]["optional"] for name in ("kind", f"prompt_{kind.value}"))
    assert all(form[name]["optional"] for name in FLAGS[kind])


def test_a_form_without_a_place_asks_for_one() -> None:
    assert "channel" not in fields(views.request_form("en", PLACE, Kind.COPY, ONE))
    assert not fields(views.request_form("en", Place(""), Kind.COPY, ONE))["channel"]["optional"]


def test_a_menu_of_one_model_is_no_menu() -> None:
    assert "model" not in fields(views.request_form("en", PLACE, Kind.COPY, ONE))


@pytest.mark.parametrize("kind", Kind)
def test_a_menu_shows_as_many_models_as_slack_allows(kind: Kind) -> None:
    options = fields(views.request_form("en", PLACE, kind, MANY))["model"]["element"]["options"]
    assert [option["value"] for option in options] == [name for name in MANY.models(kind) if len(name) <= 150][:100]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("written", ["Steel. For life.", "", "&" * 9_000, "https://x.example " * 400, "字" * 9_000])
def test_slack_accepts_the_form_for_a_revision(locale: str, written: str) -> None:
    view = views.revise_form(locale, PLACE, job(result=wrote("first", written), version=100), 1)
    checked_view(json.loads(json.dumps(view)), "modal")
    memo = views.memo(view["private_metadata"])
    assert memo == views.Memo(locale, Kind.COPY, "C1", "1.1", "0" * 16, 1)
    assert memo.place == PLACE


def test_a_revision_shows_the_variant_it_is_about() -> None:
    blocks = views.revise_form("en", PLACE, job(result=wrote("first", "second <!here>")), 1)["blocks"]
    assert blocks[0]["text"]["text"] == "*Now it says:*\nsecond &lt;\u2060!here&gt;"


@pytest.mark.parametrize("result", [drew("a.png"), None])
def test_a_revision_of_what_is_no_text_shows_what_was_asked(result: Any) -> None:
    blocks = views.revise_form("en", PLACE, job(result=result, params=CopyParams()), 3)["blocks"]
    assert blocks[0]["text"]["text"] == "*It was asked for as:*\na post for a bottle"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("jobs", ["", "• one\n• two"])
def test_slack_accepts_the_home_tab(locale: str, jobs: str) -> None:
    view = views.home(locale, "/aigc", jobs)
    checked_view(json.loads(json.dumps(view)), "home")
    shown = view["blocks"][-1]["text"]["text"]
    assert shown == (jobs or t(locale, "home.none"))


@pytest.mark.parametrize("metadata", ["", "x", "[]", "null", '{"locale": "en", "channel": "C\\u0000"}', "{}"])
def test_a_memo_that_is_not_ours_is_none(metadata: str) -> None:
    with pytest.raises(PayloadError):
        views.memo(metadata)


def test_a_form_of_a_newer_version_is_read_for_what_is_known_of_it() -> None:
    assert views.memo('{"locale": "en", "more": 1}') == views.Memo("en")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("written", ["Steel.", "字" * 9_000])
def test_slack_accepts_the_form_that_names_a_recipe(locale: str, written: str) -> None:
    view = views.save_form(locale, PLACE, job(result=wrote(written)))
    checked_view(json.loads(json.dumps(view)), "modal")
    assert not fields(view)["title"]["optional"]
