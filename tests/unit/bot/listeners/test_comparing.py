"""Comparing at the wire."""

from __future__ import annotations

from bot.ports import Place
from tests.unit.bot.listeners.conftest import Wire


async def test_compare_opens_a_form_with_all_versions(wire: Wire) -> None:
    await wire.slash("copy a post")
    parent = wire.finish(wire.jobs()[0])
    await wire.click("job_again", parent.id)
    child = wire.finish(wire.jobs()[-1])
    await wire.click("job_compare", child.id, trigger_id="t.9")
    assert wire.voice.forms == [("t.9", {"compare": child.id, "of": 2})]


async def test_where_there_is_but_one_text_that_is_said(wire: Wire) -> None:
    await wire.slash("copy a post")
    parent = wire.finish(wire.jobs()[0])
    await wire.click("job_compare", parent.id)
    assert wire.voice.whispers == [(Place("C1"), "U1", "en compare.nothing")]


async def test_a_choice_changes_the_open_form(wire: Wire) -> None:
    await wire.slash("copy a post")
    parent = wire.finish(wire.jobs()[0])
    view = {"type": "modal", "id": "V1", "hash": "h1", "callback_id": "compare_form", "private_metadata": parent.id}
    action = {"action_id": "compare_right", "block_id": "b", "selected_option": {"value": f"{parent.id}:1"}}
    await wire.interact(type="block_actions", view=view, actions=[action])
    assert wire.voice.forms == [("V1 h1", {"compare": f"compare_right {parent.id}:1", "of": 1})]
