"""Events for open pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.playground.feed import Feed


async def rest(chunks: AsyncIterator[str]) -> list[str]:
    return [chunk async for chunk in chunks]


async def test_an_event_reaches_its_audience() -> None:
    feed = Feed()
    ada, ben = feed.listen("ada", resumed=False), feed.listen("ben", resumed=False)
    for chunks in (ada, ben):
        assert await anext(chunks) == "retry: 1000\n\n"
    feed.publish("message", {"text": "好\n"}, frozenset({"ada"}))
    feed.publish("state", {})
    feed.close()
    assert await rest(ada) == [
        'id: 1\nevent: message\ndata: {"text": "好\\n"}\n\n',
        "id: 2\nevent: state\ndata: {}\n\n",
    ]
    assert await rest(ben) == ["id: 2\nevent: state\ndata: {}\n\n"]


async def test_who_falls_far_behind_is_cut_off() -> None:
    feed = Feed()
    slow = feed.listen("ada", resumed=False)
    await anext(slow)
    for number in range(2000):
        feed.publish("message", {"n": number})
    assert await rest(slow) == []
    back = feed.listen("ada", resumed=True)
    assert [await anext(back), await anext(back)] == ["retry: 1000\n\n", "event: state\ndata: {}\n\n"]


async def test_after_closing_nobody_is_kept_waiting() -> None:
    feed = Feed()
    feed.close()
    assert await rest(feed.listen("ada", resumed=False)) == []
