"""Log lines say which process and job they are about, and never what a person wrote or a secret is."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, get_args

import pytest

from engine.safety.deadline import Deadline
from engine.telemetry.logs import Format, handler, process_name
from engine.telemetry.subject import note_job, of_job

PROMPT = "our secret falcon"


@dataclass
class Log:
    """A process's log, and loggers that write to it."""

    form: Format
    stream: io.StringIO = field(default_factory=io.StringIO)

    def logger(self, name: str) -> logging.Logger:
        logger = logging.Logger(name, logging.DEBUG)
        logger.addHandler(handler(self.form, self.stream))
        return logger

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(params=get_args(Format))
def log(request: pytest.FixtureRequest) -> Log:
    return Log(request.param)


def test_a_line_says_which_job_it_is_about(log: Log) -> None:
    ours = log.logger("engine.service")
    with of_job("j1"):
        ours.warning("slow")
    ours.warning("idle")
    first, second = log.text.splitlines()
    assert "j1" in first
    assert "j1" not in second


def test_a_request_may_turn_out_to_be_about_a_job(log: Log) -> None:
    ours = log.logger("bot.submit")
    with of_job():
        note_job("j1")
        ours.info("stored")
    ours.info("idle")
    first, second = log.text.splitlines()
    assert "j1" in first
    assert "j1" not in second


def test_a_check_in_a_thread_of_its_own_is_about_the_same_job(log: Log) -> None:
    ours = log.logger("engine.safety")
    with of_job("j1"):
        Deadline().run(lambda: ours.warning("checked"), timeout_s=60)
    assert "j1" in log.text


def test_json_has_a_field_for_each_thing_and_leaves_out_what_is_not_there() -> None:
    log = Log("json")
    with of_job("j1"):
        log.logger("engine.service").error("it is %s", "late")
    [told] = log.objects()
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "ERROR", "process": process_name(), "logger": "engine.service", "job": "j1", "message": "it is late",
    }  # fmt: skip


def test_an_exception_is_told_by_type_and_place_and_not_by_what_it_says(log: Log) -> None:
    try:
        try:
            raise ValueError(PROMPT)
        except ValueError as error:
            raise KeyError(PROMPT) from error
    except KeyError:
        log.logger("engine.service").exception("it failed")
    assert "falcon" not in log.text.replace("raise ValueError(PROMPT)", "")
    for known in ("it failed", "KeyError", "ValueError", "test_logs.py", "line"):
        assert known in log.text


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("asyncio", f"Task exception was never retrieved\nfuture: <Task exception=ValueError({PROMPT!r})>"),
        ("some_library", "x" * 1000 + PROMPT),
    ],
)
def test_others_have_one_short_line(log: Log, name: str, message: str) -> None:
    log.logger(name).error(message)
    assert len(log.text.splitlines()) == 1
    assert "falcon" not in log.text


def test_others_say_nothing_below_a_warning(log: Log) -> None:
    log.logger("openai").debug("request: %s", PROMPT)
    log.logger("httpx").info("request: %s", PROMPT)
    assert log.text == ""


def test_celery_does_not_quote_what_a_task_raised(log: Log) -> None:
    """As celery.app.trace logs it."""
    context = {
        "name": "bot.deliver",
        "id": "1",
        "exc": f"ValueError({PROMPT!r})",
        "traceback": PROMPT,
        "args": "['j1']",
    }
    try:
        raise ValueError(PROMPT)
    except ValueError:
        log.logger("celery.app.trace").error(
            "Task %(name)s[%(id)s] raised unexpected: %(exc)s\n%(traceback)s", context, exc_info=True
        )
    assert "falcon" not in log.text.replace("raise ValueError(PROMPT)", "")
    assert "Task bot.deliver[1] raised unexpected: ValueError" in log.text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("token xoxb-12-34-abcDEF", "token xoxb-***"),
        ("token xapp-1-A0-abcdef", "token xapp-***"),
        ("key sk-proj-abc_DEF123", "key sk-***"),
        ("amqp://aigc:hunter2@rabbit:5672//", "amqp://aigc:***@rabbit:5672//"),
        ("redis://:hunter2@redis/0", "redis://:***@redis/0"),
    ],
)
def test_what_looks_like_a_secret_is_blanked(log: Log, said: str, kept: str) -> None:
    log.logger("engine.adapters").warning("no answer: %s", said)
    assert kept in log.text
    assert said not in log.text


def test_a_process_that_crashes_does_not_quote_what_it_crashed_on() -> None:
    program = (
        "from engine.telemetry import logs; import threading, warnings; logs.configure('WARNING', 'json', 'bot')\n"
        "def fail(): raise ValueError('our secret' + ' falcon')\n"
        "thread = threading.Thread(target=fail); thread.start(); thread.join()\n"
        "warnings.warn('beware')\n"
        "fail()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line["level"] for line in lines] == ["CRITICAL", "WARNING", "CRITICAL"]
    assert {line["process"] for line in lines} == {"bot"}
    assert "secret falcon" not in ended.stderr
