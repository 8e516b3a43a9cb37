"""The supervisor: real processes, started in order, restarted when they crash, none left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.supervisor import ProcessFailed, Program, Supervisor
from engine.worker.leaving import HUNG
from tests.support.clock import Clock


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    running = Supervisor(tmp_path / "logs", {})
    yield running
    running.stop()


def until(condition: Callable[[], bool], timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_program_that_ends_before_it_is_ready_is_reported_with_its_last_words(supervisor: Supervisor) -> None:
    with pytest.raises(ProcessFailed, match="No such command"):
        supervisor.start(Program("wrong", ("no-such-command",), ready=lambda: False))


def test_a_program_that_never_gets_ready_is_reported(supervisor: Supervisor) -> None:
    with pytest.raises(ProcessFailed, match="not ready"):
        supervisor.start(Program("slow", ("--help",), ready=lambda: False, timeout_s=0.0))


def test_a_crashed_program_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    port = _redis_port()
    program = Program("redis", ("redis", "--port", str(port)), ready=lambda: _listens(port))
    supervisor.start(program)
    first = supervisor.processes()["redis"]
    os.kill(first, signal.SIGKILL)

    def restarted() -> bool:
        supervisor.tend()
        return supervisor.processes().get("redis", first) != first and _listens(port)

    until(restarted)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Iterator[Supervisor]:
    """Its programs are a line of Python each; pauses go by a clock that stands still."""
    running = Supervisor(tmp_path / "logs", {}, command=(sys.executable, "-c"), clock=clock)
    yield running
    running.stop()


def started(small: Supervisor, tmp_path: Path, code: str) -> Program:
    """A program that has begun to do this."""
    up = tmp_path / "up"
    program = Program("small", (f"import pathlib, signal, sys, time; {code}",), ready=up.exists)
    small.start(program)
    return program


def test_a_worker_that_hung_starts_again_and_later_each_time_that_it_soon_ends(small: Supervisor, clock: Clock) -> None:
    small.launch(Program("hung", (f"raise SystemExit({HUNG})",), ready=lambda: False))
    pauses = []
    for _ in range(8):
        until(lambda: not small.processes())
        [ended] = small.tend()
        assert (ended.program.name, ended.code) == ("hung", HUNG)
        assert small.tend() == [], "told once"
        assert not small.processes(), "its pause is not over"
        pauses.append(ended.again_in_s)
        clock.now += ended.again_in_s
        small.tend()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_what_ends_now_and_then_is_started_again_soon_however_often(small: Supervisor, clock: Clock) -> None:
    small.launch(Program("mortal", ("raise SystemExit(1)",), ready=lambda: False))
    for _ in range(7):
        until(lambda: not small.processes())
        clock.now += 3600
        [ended] = small.tend()
        assert ended.again_in_s == 1
        clock.now += 1
        small.tend()


def test_a_drain_ends_before_the_kill(small: Supervisor, tmp_path: Path) -> None:
    drained = tmp_path / "drained"
    end = f"(time.sleep(0.3), pathlib.Path({str(drained)!r}).touch(), sys.exit(0))"
    started(
        small,
        tmp_path,
        f"signal.signal(15, lambda *_: {end}); pathlib.Path({str(tmp_path / 'up')!r}).touch(); signal.pause()",
    )
    small.stop()
    assert drained.exists()


def test_what_does_not_end_in_time_is_killed(small: Supervisor, tmp_path: Path) -> None:
    small.stop_s = 0.1
    started(
        small,
        tmp_path,
        f"signal.signal(15, signal.SIG_IGN); pathlib.Path({str(tmp_path / 'up')!r}).touch(); time.sleep(600)",
    )
    pid = small.processes()["small"]
    small.stop()
    assert not alive(pid)


def test_stopping_leaves_nothing_behind(supervisor: Supervisor) -> None:
    port = _redis_port()
    supervisor.start(Program("redis", ("redis", "--port", str(port)), ready=lambda: _listens(port)))
    pid = supervisor.processes()["redis"]
    supervisor.stop()
    until(lambda: not alive(pid) and not _listens(port))


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    port = _redis_port()
    code = (
        "import sys,time,pathlib,socket;from bot.supervisor import *\n"
        f"s=Supervisor(pathlib.Path({str(tmp_path)!r}),{{}})\n"
        "def up():\n"
        "    with socket.socket() as link:\n"
        f"        return link.connect_ex(('127.0.0.1',{port}))==0\n"
        f"s.start(Program('redis',('redis','--port','{port}'),ready=up))\n"
        "print('up',flush=True);time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.kill()
    until(lambda: not _listens(port))


def _redis_port() -> int:
    from bot.play import free_port

    return free_port(0)


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as link:
        return link.connect_ex(("127.0.0.1", port)) == 0
