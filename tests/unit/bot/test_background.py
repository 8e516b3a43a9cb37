"""What runs after an acknowledgement is kept, waited for, and its failures are logged."""

from __future__ import annotations

import asyncio

import pytest

from bot.background import Background


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
