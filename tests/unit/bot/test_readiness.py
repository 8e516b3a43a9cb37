"""Whether the bot is ready, as told to strangers: however many ask, it looks only so often."""

from __future__ import annotations

import asyncio
import threading

from bot.readiness import FRESH_S, Readiness
from engine.telemetry.health import Report


class Looks:
    """Counts looks, and the threads they come from; each waits until it may end."""

    def __init__(self) -> None:
        self.count = 0
        self.threads: set[str] = set()
        self.may_end = threading.Event()
        self.may_end.set()

    def look(self) -> Report:
        self.count += 1
        self.threads.add(threading.current_thread().name)
        assert self.may_end.wait(30)
        return Report(True, {"look": str(self.count)})


async def test_all_who_ask_while_it_looks_wait_for_one_look() -> None:
    looks = Looks()
    looks.may_end.clear()
    readiness = Readiness(looks.look, lambda: 0.0)
    asking = [asyncio.create_task(readiness.report()) for _ in range(50)]
    await asyncio.sleep(0)
    asking.pop().cancel()  # whoever hangs up takes nothing from the others
    looks.may_end.set()
    assert {report.found["look"] for report in await asyncio.gather(*asking)} == {"1"}


async def test_a_look_is_good_for_a_while_and_then_there_is_another_on_the_same_thread() -> None:
    looks, now = Looks(), [100.0]
    readiness = Readiness(looks.look, lambda: now[0])
    for at, number in ((100.0, "1"), (100.0 + FRESH_S / 2, "1"), (100.0 + FRESH_S, "2")):
        now[0] = at
        assert (await readiness.report()).found == {"look": number}
    assert [name.startswith("readiness") for name in looks.threads] == [True]
