"""The forms of a draft, and what is read from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.playground.blockkit import checked_blocks, checked_view
from bot.ports import Place
from bot.slack.reply_views import (
    passage,
    rate_form,
    read_rate_form,
    read_send_form,
    removed,
    saved,
    send_form,
    text_to_copy,
    without_marks,
)
from engine.domain.job import State
from engine.domain.knowledge import Citation
from engine.domain.review import Outcome
from engine.domain.work import MAX_SENT_CHARS, Sending
from tests.support.drafts import CANNED, DRAFT, QUESTION, RETURNS, draft, drafted, sent
from tests.support.reviews import decision, held


def view(made: dict[str, Any]) -> str:
    """As Slack takes it."""
    checked_view(made, "modal")
    return str(made)


def initial(form: dict[str, Any]) -> str:
    """What stands in the field of the reply."""
    (text,) = [block for block in form["blocks"] if block.get("block_id") == "text"]
    return str(text["element"]["initial_value"])


def typed(text: str) -> dict[str, Any]:
    return {"value": {"type": "plain_text_input", "value": text}}


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (DRAFT, "You can return it within 30 days. We pay the postage."),
        ("30 天内可退货[1]。邮费由我们承担【2】。", "30 天内可退货。邮费由我们承担。"),
        ("See [the list] and [2024].", "See [the list] and [2024]."),
        ("One [1].\n\nTwo [2].", "One.\n\nTwo."),
    ],
)
def test_the_numbers_of_sources_are_taken_out(text: str, sent: str) -> None:
    assert without_marks(text) == sent


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_form_to_send_has_the_draft_in_it(locale: str) -> None:
    form = send_form(locale, Place("C1", "7.0"), draft(), QUESTION)
    assert QUESTION in view(form)
    assert initial(form) == DRAFT


def test_a_canned_reply_can_be_removed_by_whoever_may_from_the_form_that_shows_it() -> None:
    form = passage("en", Citation(2, CANNED), "k1")
    assert "Remove this canned reply" in view(form)
    assert "Remove" not in view(passage("en", Citation(2, CANNED)))
    view(removed("en", "Removed."))


def test_that_it_is_saved_can_be_undone() -> None:
    said, undo = saved("en", "Saved.", "k1")
    checked_blocks([said, undo])
    assert undo["elements"][0]["value"] == "k1:0"
    assert saved("en", "There is nothing to save.", "") == ()


def test_what_a_reviewer_did_not_approve_is_there_to_be_changed_with_the_reason() -> None:
    no = held().decided(decision(Outcome.REJECTED, reason="Promise no days"))
    form = send_form("en", Place("C1"), draft(), QUESTION, sent(State.REFUSED, no, text="Five days."))
    assert ":warning: A reviewer did not approve it. The reason given: Promise no days" in view(form)
    assert initial(form) == "Five days."


def test_what_was_taken_back_or_failed_is_there_to_be_sent_again() -> None:
    for state in (State.CANCELED, State.FAILED):
        form = send_form("en", Place("C1"), draft(), QUESTION, sent(state, text="Five days."))
        assert ":warning:" not in view(form)
        assert initial(form) == "Five days."


def test_numbers_that_were_to_stay_stay_when_it_is_changed() -> None:
    kept = sent(State.REFUSED, text="Five days [1].")
    work = kept.request.work
    assert isinstance(work, Sending)
    kept = replace(kept, request=replace(kept.request, work=replace(work, marked=True)))
    for before, ticked in ((kept, True), (sent(State.REFUSED), False)):
        form = send_form("en", Place("C1"), draft(), QUESTION, before)
        view(form)
        (box,) = [block["element"] for block in form["blocks"] if block.get("block_id") == "marks"]
        assert ("initial_options" in box) == ticked


def test_of_a_try_whose_text_is_forgotten_the_draft_is_there() -> None:
    assert initial(send_form("en", Place("C1"), draft(), QUESTION, sent(State.REFUSED, text=""))) == DRAFT


def test_a_draft_that_is_too_long_for_the_form_says_so() -> None:
    form = view(send_form("en", Place("C1", "7.0"), draft(result=drafted("x" * (MAX_SENT_CHARS + 1))), QUESTION))
    assert "longer than the 3000 characters" in form
    fits = send_form("en", Place("C1"), draft(result=drafted("x" * MAX_SENT_CHARS)), QUESTION)
    assert "longer than" not in view(fits)


def test_the_numbers_of_sources_stay_only_where_that_is_ticked() -> None:
    ticked = {"value": {"type": "checkboxes", "selected_options": [{"value": "keep"}]}}
    empty = {"value": {"type": "checkboxes", "selected_options": []}}
    values = {"text": typed("Yes [1]."), "marks": empty, "reason": typed(" too long ")}
    assert read_send_form(values) == ("Yes [1].", "too long", False)
    assert read_send_form({**values, "marks": ticked}) == ("Yes [1].", "too long", True)
    assert read_send_form({}) == ("", "", False)


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_source_shows_its_words_its_version_and_where_to_open_it(locale: str) -> None:
    shown = view(passage(locale, Citation(1, RETURNS)))
    assert "Lamps: 30 days." in shown
    assert "0123456789ab" in shown
    assert "<https://acme.example/r|" in shown
    assert "https://" not in view(passage(locale, Citation(1, replace(RETURNS, url="file:///etc/passwd"))))


def test_a_canned_reply_says_that_it_is_one() -> None:
    assert "An answer that an agent saved" in view(passage("en", Citation(2, CANNED)))


def test_a_very_long_source_fits() -> None:
    view(passage("en", Citation(1, replace(RETURNS, text="word & " * 9_000, title="t" * 999))))


def test_the_text_to_copy_is_the_draft_and_nothing_else() -> None:
    shown = view(text_to_copy("en", [DRAFT]))
    assert "```You can return it within 30 days. We pay the postage.```" in shown
    view(text_to_copy("zh", ["长" * 9_000]))


def test_the_form_for_a_reason() -> None:
    view(rate_form("en", draft()))
    assert read_rate_form({"reason": typed(" wrong price ")}) == "wrong price"
    assert read_rate_form({}) == ""
