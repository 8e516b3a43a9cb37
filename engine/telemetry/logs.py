"""Log lines for people or for machines, each with its process and job, and safe to show to anybody.

What other people's code writes is the danger: an exception's message may quote the prompt that caused it, a client at
DEBUG its requests. So exceptions are told by type and place alone, other packages' loggers speak from WARNING on and
one short line each, and what looks like a secret is blanked in whatever comes out.

Plain `logging`: a formatter that does this must be our own, and beside it python-json-logger would save a
`json.dumps`; structlog would have every module log in its way, and other packages would still log in theirs.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO

from engine.telemetry import subject, traces

Format = Literal["text", "json"]

_OURS = ("bot", "engine")
_LONGEST = 300
_SECRET = re.compile(r"\b(x(?:ox[a-z]|app)|sk)-[\w.-]{6,}|(://[^/\s:@]*:)[^/\s@]+(?=@)")
"""Tokens of Slack and OpenAI, passwords in URLs."""


def configure(level: str, form: Format, process: str) -> None:
    """Send this process's log to standard error; nothing, where logging is configured already.

    `process` is what its lines say they come from, e.g. "deliver"; see `name_process`.
    """
    name_process(process)
    if logging.getLogger().handlers:
        return
    logging.basicConfig(level=level, handlers=[handler(form, sys.stderr)])
    logging.captureWarnings(True)
    sys.excepthook = _crashed
    threading.excepthook = lambda died: _crashed(died.exc_type, died.exc_value, died.exc_traceback)


def handler(form: Format, stream: TextIO) -> logging.Handler:
    """What writes safe lines to `stream`."""
    made = logging.StreamHandler(stream)
    made.addFilter(_only_what_is_safe)
    made.setFormatter(_Json() if form == "json" else _Text())
    return made


def name_process(name: str) -> None:
    """What log lines and traces say that they come from."""
    global _process  # noqa: PLW0603 - a process has one name, as it has one log
    _process = name


def process_name() -> str:
    return _process


_process = "aigc"


def _only_what_is_safe(record: logging.LogRecord) -> bool:
    """Whether to write it. Others' records are cut: their first line names the trouble, the next may quote data."""
    if record.name.partition(".")[0] in _OURS:
        return True
    if record.levelno < logging.WARNING:
        return False
    if isinstance(record.args, dict) and "exc" in record.args:  # celery.app.trace quotes the exception
        kind = record.exc_info[0] if record.exc_info else None
        record.args = {**record.args, "exc": kind.__name__ if kind else "", "traceback": ""}
    record.msg, record.args = record.getMessage().split("\n", 1)[0][:_LONGEST], ()
    return True


class _Text(logging.Formatter):
    """One line that a person reads: when, how bad, which process and job, who, what; then the way to an exception."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).strftime("%Y-%m-%d %H:%M:%S")
        job = subject.current_job()
        line = f"{when} {record.levelname} {_process}{f' [{job}]' if job else ''} {record.name}: {record.getMessage()}"
        return _blanked("\n".join([line, *_exception(record)]))


class _Json(logging.Formatter):
    """One JSON object a line; `job`, `trace_id` and `exception` are there where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": _process,
            "logger": record.name,
            "job": subject.current_job(),
            "trace_id": traces.current_trace(),
            "message": record.getMessage(),
            "exception": "\n".join(_exception(record)),
        }
        return _blanked(json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False))


def _exception(record: logging.LogRecord) -> Iterator[str]:
    """Types and places, from what was raised back to its causes, without what they say."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        yield type(error).__qualname__
        yield from ("".join(traceback.format_tb(error.__traceback__)).splitlines())
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _blanked(text: str) -> str:
    return _SECRET.sub(lambda found: f"{found[1]}-***" if found[1] else f"{found[2]}***", text)


def _crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """An exception that nobody caught: Python itself would quote it."""
    if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
        logging.getLogger(__name__).critical("not caught", exc_info=(kind, error, trace))
