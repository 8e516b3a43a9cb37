"""The global shortcut at the wire."""

from __future__ import annotations

from tests.unit.bot.listeners.conftest import Wire


async def test_it_opens_the_form_without_a_channel(wire: Wire) -> None:
    answer = await wire.interact(type="shortcut", callback_id="open_form", trigger_id="t.1")
    assert answer.status_code == 200
    assert wire.voice.forms == [("t.1", {"form": "en copy", "channel": ""})]
