"""Requests per minute: counted in a real Redis for all processes, and in each of them while there is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import redis

from bot.gate import Gate, RedisCounter
from engine.adapters.embedded_redis import EmbeddedRedis
from engine.domain.job import Origin
from engine.domain.limits import NO_LIMITS, Limit, Limits, Quota, Scope
from tests.support.redis import redis_server

ANN, BOB = Origin("T1", "C1", "ann"), Origin("T1", "C1", "bob")
NOWHERE = "redis://127.0.0.1:1/0"
THREE = Limits(each={Scope.USER: Quota(requests_per_minute=3)})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def url(server: EmbeddedRedis) -> str:
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
    return server.url


Open = Callable[[Limits, str], Gate]


@pytest.fixture
async def open_gate() -> AsyncIterator[Open]:
    """Opens a gate as a process does, with connections of its own."""
    opened: list[Gate] = []

    def open_one(limits: Limits, url: str) -> Gate:
        opened.append(Gate(limits, RedisCounter(url)))
        return opened[-1]

    yield open_one
    for gate in opened:
        await gate.close()


async def passed(gate: Gate, origin: Origin, count: int, name: str = "") -> int:
    found = [await gate.denial(f"{name}{origin.user}{number}", origin) for number in range(count)]
    return sum(denial is None for denial in found)


async def test_so_many_a_minute_each_and_then_how_long_to_wait(url: str, open_gate: Open) -> None:
    gate = open_gate(THREE, url)
    assert await passed(gate, ANN, 5) == 3
    assert await passed(gate, BOB, 5) == 3
    denial = await gate.denial("one more", ANN)
    assert denial is not None
    assert (denial.limit, denial.scope, denial.most, denial.used) == (Limit.REQUESTS_PER_MINUTE, Scope.USER, 3, 3)
    assert denial.wait_s is not None
    assert 0 < denial.wait_s <= 60


async def test_all_processes_count_together(url: str, open_gate: Open) -> None:
    gates = [open_gate(THREE, url) for _ in range(3)]
    assert sum([await passed(gate, ANN, 2, name=f"{number} ") for number, gate in enumerate(gates)]) == 3


async def test_slack_tells_twice_and_it_counts_once_with_one_answer(url: str, open_gate: Open) -> None:
    gate = open_gate(THREE, url)
    both = [await asyncio.gather(gate.denial(f"m{n}", ANN), gate.denial(f"m{n}", ANN)) for n in range(4)]
    assert [[denial is None for denial in pair] for pair in both] == [[True, True]] * 3 + [[False, False]]


async def test_a_channel_counts_what_all_its_people_send(url: str, open_gate: Open) -> None:
    gate = open_gate(Limits(each={Scope.CHANNEL: Quota(requests_per_minute=4)}), url)
    assert await passed(gate, ANN, 3) + await passed(gate, BOB, 3) == 4


async def test_what_the_channel_turns_down_does_not_count_against_the_person(url: str, open_gate: Open) -> None:
    both = {Scope.USER: Quota(requests_per_minute=3), Scope.CHANNEL: Quota(requests_per_minute=2)}
    gate = open_gate(Limits(each=both), url)
    assert await passed(gate, BOB, 2) == 2
    denial = await gate.denial("full", ANN)
    assert denial is not None
    assert denial.scope is Scope.CHANNEL
    assert await passed(gate, ANN, 2, name="full ") == 0
    assert await passed(gate, Origin("T1", "C2", "ann"), 2, name="elsewhere ") == 2


async def test_what_the_person_may_not_send_does_not_count_against_the_channel(url: str, open_gate: Open) -> None:
    both = {Scope.USER: Quota(requests_per_minute=1), Scope.CHANNEL: Quota(requests_per_minute=2)}
    gate = open_gate(Limits(each=both), url)
    assert await passed(gate, ANN, 3) == 1
    assert await passed(gate, BOB, 1) == 1


async def test_a_limit_of_nothing_lets_nothing_through() -> None:
    assert await passed(Gate(Limits(each={Scope.USER: Quota(requests_per_minute=0)})), ANN, 2) == 0


async def test_without_limits_nobody_is_asked(open_gate: Open) -> None:
    assert await passed(open_gate(NO_LIMITS, NOWHERE), ANN, 50) == 50


async def test_a_dead_redis_neither_opens_the_gate_nor_shuts_it(
    caplog: pytest.LogCaptureFixture, open_gate: Open
) -> None:
    gate = open_gate(THREE, NOWHERE)
    assert await passed(gate, ANN, 10) == 3
    assert await passed(gate, BOB, 10) == 3
    assert caplog.text.count("without Redis") == 1  # it is left alone for a while, so that nobody waits for it


async def test_redis_counts_again_once_it_is_back(url: str, open_gate: Open) -> None:
    now = [1000.0]
    gate = open_gate(THREE, NOWHERE)
    gate.clock = lambda: now[0]
    assert await passed(gate, ANN, 3) == 3
    gate.redis = open_gate(THREE, url).redis
    now[0] += 10
    assert await passed(gate, ANN, 5, name="later ") == 3
    with redis.Redis.from_url(url) as client:
        assert len(client.keys("aigc:rate*")) == 1
