"""The relay passes on what it is told, and loses nothing else when the broker or its process is gone."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import pytest

from bot.relay import Relay, forward
from engine.domain.request import Kind
from engine.errors import QueueUnavailable
from engine.settings import EngineSettings
from tests.support.waiting import until


class Queue:
    def __init__(self) -> None:
        self.said: list[tuple[object, ...]] = []
        self.fails_on = ""

    def generate(self, job_id: str, kind: Kind, delay_s: float = 0.0) -> None:
        self._say("generate", job_id, kind, delay_s)

    def deliver(self, job_id: str) -> None:
        self._say("deliver", job_id)

    def waiting(self, kind: Kind) -> int:
        return 0

    def _say(self, word: str, job_id: str, *rest: object) -> None:
        if job_id == self.fails_on:
            raise QueueUnavailable("down")
        self.said.append((word, job_id, *rest))


def test_each_line_is_one_message() -> None:
    queue = Queue()
    forward(io.StringIO("deliver j1\ngenerate j1 draw 0.0\n"), queue)
    assert queue.said == [("deliver", "j1"), ("generate", "j1", Kind.DRAW, 0.0)]


def test_a_broker_that_is_away_for_one_message_gets_the_next() -> None:
    queue = Queue()
    queue.fails_on = "j1"
    forward(io.StringIO("deliver j1\ndeliver j2\n"), queue)
    assert queue.said == [("deliver", "j2")]


def test_what_the_relay_writes_is_what_forward_reads(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    relay = Relay(EngineSettings(), ("sh", "-c", f"cat > {lines}"))
    relay.deliver("j1")
    relay.generate("j1", Kind.COPY)
    relay.close()
    queue = Queue()
    with lines.open() as file:
        forward(file, queue)
    assert queue.said == [("deliver", "j1"), ("generate", "j1", Kind.COPY, 0.0)]


def test_the_relay_has_the_brokers_password_but_not_on_its_command_line(tmp_path: Path) -> None:
    given = tmp_path / "given"
    broker = EngineSettings(redis_url="redis://:secret@here/1", broker_url="amqp://aigc:secret@there//")
    relay = Relay(broker, ("sh", "-c", f"echo $0 $* $AIGC_REDIS_URL $AIGC_BROKER_URL > {given}"))
    relay.start()
    relay.close()
    assert given.read_text().split() == ["sh", broker.redis_url, broker.broker_url]


def test_a_relay_that_does_not_keep_up_refuses_what_it_cannot_take_whole(tmp_path: Path) -> None:
    lines, go = tmp_path / "lines", tmp_path / "go"
    relay = Relay(EngineSettings(), ("sh", "-c", f"until [ -e {go} ]; do sleep 0.02; done; cat > {lines}"))
    sent: list[str] = []

    def fill() -> None:
        for number in range(10_000):
            relay.deliver(f"{number:05}")
            sent.append(f"deliver {number:05}\n")

    with ThreadPoolExecutor(1) as pool:
        filling = pool.submit(fill)
        wait([filling], timeout=10)
        go.touch()
        with pytest.raises(QueueUnavailable, match="keep up"):
            filling.result()
    relay.close()
    assert lines.read_text() == "".join(sent)


def test_a_relay_that_died_is_started_again(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    relay = Relay(EngineSettings(), ("sh", "-c", f"head -n 1 >> {lines}"))

    def arrives(job_id: str) -> bool:
        with suppress(QueueUnavailable):
            relay.deliver(job_id)
        return lines.exists() and job_id in lines.read_text()

    until(lambda: arrives("j1"))
    until(lambda: arrives("j2"))
    relay.close()
