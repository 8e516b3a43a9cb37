"""What runs after an acknowledgement is kept, waited for, and its failures are logged."""

from __future__ import annotations

import asyncio

import pytest

from bot.background import Background
from bot.errors import StillBusy


async def test_draining_waits_for_what_is_under_way() -> None:
    background, done = Background(), []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(1)

    background.start(work())
    background.start(work())
    await background.drain()
    assert done == [1, 1]


async def test_draining_does_not_wait_forever() -> None:
    background, ended = Background(), asyncio.Event()

    async def stuck() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    background.start(stuck())
    await background.drain(timeout_s=0.01)
    await asyncio.wait_for(ended.wait(), 5)


async def test_a_failure_is_logged_and_takes_nothing_with_it(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()

    async def fails() -> None:
        raise ValueError("broken")

    background.start(fails())
    await background.drain()
    assert "ValueError" in caplog.text


async def test_what_is_done_in_time_is_waited_for_and_its_error_comes_out() -> None:
    background, done = Background(), []

    async def work() -> None:
        done.append(1)

    async def fails() -> None:
        raise ValueError("broken")

    await background.within("a", work, 5)
    assert done == [1]
    with pytest.raises(ValueError, match="broken"):
        await background.within("a", fails, 5)


async def test_what_takes_longer_goes_on_and_whoever_asks_again_waits_for_the_same() -> None:
    background, gate, begun = Background(), asyncio.Event(), []

    async def work() -> None:
        begun.append(1)
        await gate.wait()

    for _ in range(2):
        with pytest.raises(StillBusy):
            await background.within("a", work, 0.01)
    gate.set()
    await background.within("a", work, 5)
    assert begun == [1]


async def test_what_fails_with_nobody_waiting_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    background, gate, told = Background(), asyncio.Event(), []

    async def fails() -> None:
        await gate.wait()
        raise ValueError("broken")

    with pytest.raises(StillBusy):
        await background.within("a", fails, 0.01, lambda: told.append(1))
    assert not told
    gate.set()
    await background.drain()
    assert told == [1]
    assert "ValueError" in caplog.text
