"""The home tab at the wire."""

from __future__ import annotations

from tests.unit.bot.listeners.conftest import Wire


async def test_opening_it_shows_it_in_the_persons_language(wire: Wire) -> None:
    for _ in range(2):
        await wire.event(type="app_home_opened", tab="home", user="U_ZH")
    assert wire.voice.homes == [("U_ZH", {"home": "en", "jobs": 0}), ("U_ZH", {"home": "zh", "jobs": 0})]


async def test_the_messages_tab_is_no_home(wire: Wire) -> None:
    await wire.event(type="app_home_opened", tab="messages")
    assert wire.voice.homes == []
