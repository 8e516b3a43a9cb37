"""Slack's rates in a real Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from bot.slots import Rate, Rates, RedisSlots
from engine.adapters.redis_progress import connect
from tests.support.redis import redis_server
from tests.support.waiting import until

SLOW = Rates({"post": Rate(10.0, 2), "update": Rate(10.0, 2)}, {"post": Rate(1.0, 100), "update": Rate(10.0, 4)})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture
def client(server: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(server) as client:
        client.flushall()
        yield client


def test_slots_are_shared_per_channel_and_come_back(client: redis.Redis) -> None:
    one, other = (RedisSlots(client, interval_s=0.2) for _ in range(2))
    assert one.take("C1")
    assert not other.take("C1")
    assert other.take("C2")
    until(lambda: other.take("C1"))


def test_the_first_to_ask_comes_back_for_a_job(client: redis.Redis) -> None:
    slots = RedisSlots(client, interval_s=60)
    assert slots.come_back("j1", "queue", 60)
    assert not slots.come_back("j1", "queue", 60)
    assert slots.come_back("j1", "slot", 60), "a job that started need not wait for the look at the queue"
    assert slots.come_back("j2", "queue", 60)


def test_whoever_comes_back_in_time_may_ask_to_come_back_again(client: redis.Redis) -> None:
    slots = RedisSlots(client, interval_s=60)
    assert slots.come_back("j1", "turn", 10)
    left_ms = client.pttl("aigc:again:turn:j1")
    assert isinstance(left_ms, int)
    assert left_ms < 9_500, "it is forgotten before ten seconds are over"


def test_after_a_burst_each_waits_longer_than_the_one_before(client: redis.Redis) -> None:
    slots = RedisSlots(client, 1.0, SLOW)
    waits = [slots.turn("post", "C1", f"j{n}") for n in range(5)]
    assert waits[:2] == [0.0, 0.0]
    assert waits[2:] == pytest.approx([10.0, 20.0, 30.0], abs=5)
    assert slots.turn("post", "C2", "j9") == 0.0, "another channel has a rate of its own"


def test_a_turn_is_kept_for_whoever_it_was_given_to(client: redis.Redis) -> None:
    one, other = (RedisSlots(client, 1.0, SLOW) for _ in range(2))
    for name in ("a", "b"):
        assert one.turn("post", "C1", name) == 0.0
        one.used(name)
    first = one.turn("post", "C1", "c")
    assert other.turn("post", "C1", "c") <= first, "asking again does not send them to the end"
    assert other.turn("post", "C1", "d") > first
    assert one.turn("post", "C1", "c") <= first


def test_a_turn_that_came_stays_until_it_is_used(client: redis.Redis) -> None:
    slots = RedisSlots(client, 1.0, SLOW)
    assert [slots.turn("post", "C1", "a") for _ in range(5)] == [0.0] * 5
    slots.used("a")
    assert slots.turn("post", "C1", "b") == 0.0
    assert slots.turn("post", "C1", "c") > 0.0


def test_whoever_asks_in_time_and_is_not_ready_keeps_their_turn(client: redis.Redis) -> None:
    slots = RedisSlots(client, 1.0, SLOW)
    slots.turn("post", "C1", "a")
    seconds, _ = client.time()
    client.set("aigc:turn:a", f"1 {seconds - 15:.6f}")
    assert slots.turn("post", "C1", "a") == 0.0
    kept = client.get("aigc:turn:a")
    assert isinstance(kept, bytes)
    assert float(kept.split()[1]) > seconds - 5


def test_a_turn_that_was_slept_through_has_to_be_waited_for_again(client: redis.Redis) -> None:
    """Else all that slept would come at once when a stalled process goes on."""
    slots = RedisSlots(client, 1.0, SLOW)
    for name in ("a", "b", "c"):
        slots.turn("post", "C1", name)
    seconds, _ = client.time()
    client.set("aigc:turn:late", f"1 {seconds - 21:.6f}")
    assert slots.turn("post", "C1", "late") > 10.0
    client.set("aigc:turn:in time", f"1 {seconds - 19:.6f}")
    assert slots.turn("post", "C1", "in time") == 0.0


def test_a_busy_channel_takes_part_in_the_workspaces_rate_no_faster_than_it_may_write(client: redis.Redis) -> None:
    slots = RedisSlots(client, 1.0, SLOW)
    waits = [slots.turn("update", "busy", f"j{n}") for n in range(20)]
    assert waits[:2] == [0.0, 0.0]
    assert slots.turn("update", "quiet", "q1") == 0.0, "eighteen that wait in their channel are not before it"


def test_together_they_never_get_more_turns_than_there_are(client: redis.Redis) -> None:
    slots = RedisSlots(client, 1.0, SLOW)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda n: slots.turn("post", "C1", f"j{n}"), range(40)))
    assert sum(wait == 0.0 for wait in waits) == 2
    assert sorted(waits)[2:] == pytest.approx([10.0 * n for n in range(1, 39)], abs=8)


def test_where_slack_wants_nothing_nobody_calls(client: redis.Redis) -> None:
    one, other = (RedisSlots(client, 1.0, SLOW) for _ in range(2))
    one.shut("post", "C1", 3_600.0)
    assert other.turn("post", "C1", "a") == pytest.approx(3_600.0, abs=60)
    assert other.turn("post", "C2", "b") == 0.0
    one.shut("update", "C1", 60.0)
    assert other.turn("update", "C2", "c") == pytest.approx(60.0, abs=30), "all but posts is limited everywhere"


@pytest.mark.parametrize("fast_s", [-7_200.0, 7_200.0])
def test_a_clock_that_is_wrong_shuts_nothing_for_longer_or_shorter(
    client: redis.Redis, monkeypatch: pytest.MonkeyPatch, fast_s: float
) -> None:
    slots, now_s = RedisSlots(client, 1.0, SLOW), time.time()
    monkeypatch.setattr("bot.slots.time.time", lambda: now_s + fast_s)
    slots.shut("post", "C1", 3_600.0)
    assert slots.turn("post", "C1", "a") == pytest.approx(3_600.0, abs=60)


def test_progress_is_left_out_before_results_have_to_wait(client: redis.Redis) -> None:
    slots = RedisSlots(client, 0.001, SLOW)
    assert slots.take("C1")
    for n in range(3):
        slots.turn("update", f"C{n}", f"j{n}")
    assert not slots.take("C7")
    assert slots.turn("update", "C8", "result") == 0.0


def test_patience_ends(client: redis.Redis) -> None:
    slots = RedisSlots(client, 1.0)
    assert slots.patient("j1", 60.0)
    assert slots.patient("j1", 60.0)
    until(lambda: not slots.patient("j1", 0.05))
    assert slots.patient("j2", 60.0)


@given(st.integers(2, 1_000))
def test_of_a_rate_per_minute_no_minute_has_more(most: int) -> None:
    rate = Rate.per_minute(most)
    assert rate.burst + int(60.0 / rate.interval_s + 1e-9) <= most


def test_without_redis_progress_is_left_out_and_results_go_out() -> None:
    with connect("redis://127.0.0.1:9/0") as client:
        slots = RedisSlots(client, interval_s=1)
        assert not slots.take("C1")
        assert not slots.come_back("j1", "turn", 1.0)
        assert slots.turn("post", "C1", "j1") == 0.0
        slots.used("j1")
        slots.shut("post", "C1", 1.0)
        assert not slots.patient("j1", 1.0)
