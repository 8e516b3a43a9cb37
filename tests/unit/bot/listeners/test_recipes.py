"""Recipes at the wire: the list, its buttons, and the menu in the form."""

from __future__ import annotations

from bot.ports import Place
from tests.unit.bot.listeners.conftest import APP, Wire


async def test_the_list_is_for_its_asker_alone(wire: Wire) -> None:
    answer = await wire.slash("recipes press")
    told = answer.json()
    assert (told["text"], told["response_type"]) == ("en recipes press", "ephemeral")
    assert told["blocks"] == [{"type": "divider"}]
    await wire.event(type="app_mention", text=f"<@{APP}> recipes")
    await wire.event(text=f"<@{APP}> recipes")  # Slack tells of a mention twice
    assert wire.voice.whispers == [(Place("C1"), "U1", "en recipes")]
    assert wire.jobs() == []


async def test_a_button_of_it_opens_the_form(wire: Wire) -> None:
    await wire.click("recipe_open", "press-release", trigger_id="t.9")
    assert wire.voice.forms == [("t.9", {"form": "en press-release", "channel": "C1"})]


async def test_the_menu_in_the_form_changes_it(wire: Wire) -> None:
    view = {"type": "modal", "id": "V1", "hash": "h1", "callback_id": "request_form", "private_metadata": "C7"}
    action = {"action_id": "form_recipe", "block_id": "recipe", "selected_option": {"value": "poster"}}
    await wire.interact(type="block_actions", view=view, actions=[action])
    assert wire.voice.forms == [("V1 h1", {"form": "en poster", "channel": "C7"})]
