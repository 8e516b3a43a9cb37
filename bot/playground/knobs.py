"""What tests and demonstrations may make go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.playground.errors import ActError
from bot.playground.model import Json

_MOST_TIMES = 10_000


@dataclass(slots=True)
class Failure:
    """The next `times` calls of a method ("*": any) fail."""

    method: str
    status: Any
    """An HTTP status, "timeout" (no answer comes), "reset" (it breaks off), or {"error": code} with HTTP 200."""
    retry_after: int | str | None = 1
    """The header Retry-After of a 429 or 503: seconds, a date, or None for none."""
    times: int = 1
    after_effect: bool = False
    """The call takes effect, then its answer is lost."""

    def as_json(self) -> Json:
        return {
            "method": self.method,
            "status": self.status,
            "retry_after": self.retry_after,
            "times": self.times,
            "after_effect": self.after_effect,
        }


class Knobs:
    def __init__(self) -> None:
        self.failures: list[Failure] = []
        self.delay_events_s = 0.0
        self.deliver_twice = False
        self.smart_punctuation = False
        self.withhold_files = False
        self.without_rates = False

    def turn(self, wanted: Json) -> None:
        """Set what is named and leave the rest. Raises ActError for what is not understood."""
        known = set(self.as_json())
        if unknown := set(wanted) - known:
            raise ActError("unknown_knob", f"No such knob: {', '.join(sorted(unknown))}. There are {sorted(known)}.")
        if "fail_next" in wanted:
            self.failures = [_failure(entry) for entry in wanted["fail_next"]]
        if "delay_events_s" in wanted:
            self.delay_events_s = min(max(float(wanted["delay_events_s"]), 0.0), 600.0)
        self.deliver_twice = bool(wanted.get("deliver_twice", self.deliver_twice))
        self.smart_punctuation = bool(wanted.get("smart_punctuation", self.smart_punctuation))
        self.withhold_files = bool(wanted.get("withhold_files", self.withhold_files))
        self.without_rates = bool(wanted.get("without_rates", self.without_rates))

    def failure_for(self, method: str) -> Failure | None:
        """The failure that this call meets; counted down."""
        found = next((failure for failure in self.failures if failure.method in (method, "*")), None)
        if found:
            found.times -= 1
            self.failures = [failure for failure in self.failures if failure.times > 0]
        return found

    def as_json(self) -> Json:
        return {
            "fail_next": [failure.as_json() for failure in self.failures],
            "delay_events_s": self.delay_events_s,
            "deliver_twice": self.deliver_twice,
            "smart_punctuation": self.smart_punctuation,
            "withhold_files": self.withhold_files,
            "without_rates": self.without_rates,
        }


def _failure(entry: Any) -> Failure:
    if not isinstance(entry, dict) or "method" not in entry or "status" not in entry:
        raise ActError("bad_knob", 'Each entry of fail_next needs "method" and "status".')
    status = entry["status"]
    is_code = isinstance(status, int) and 400 <= status < 600
    is_error = isinstance(status, dict) and isinstance(status.get("error"), str)
    if not (is_code or is_error or status in ("timeout", "reset")):
        raise ActError("bad_knob", '"status" is an HTTP status from 400 to 599, "timeout", "reset" or {"error": code}.')
    retry_after = entry.get("retry_after", 1)
    if not (retry_after is None or isinstance(retry_after, int | str)):
        raise ActError("bad_knob", '"retry_after" is a number of seconds, a date, or null.')
    return Failure(
        method=str(entry["method"]),
        status=status,
        retry_after=retry_after,
        times=min(int(entry.get("times", 1)), _MOST_TIMES),
        after_effect=bool(entry.get("after_effect", False)),
    )
