"""Everything that people see in the workspace, in every version, as it happens."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from engine.domain.job import State
from tests.faults.models import MADE_FOR, TOKEN, UNSPEAKABLE, Word
from tests.support.slack import ADA, BEN, MEI, RunningPlayground

Json = dict[str, Any]

_ENDS = {
    ":no_entry_sign:": State.REFUSED,
    ":warning:": State.FAILED,
    ":heavy_multiplication_x:": State.CANCELED,
    ":sparkles:": State.SUCCEEDED,
}


def end_shown(message: Json) -> State | None:
    """What an answer says became of its request; None while it says that there is more to come."""
    text = json.dumps(message.get("blocks", []))
    if ":hourglass_flowing_sand:" in text:
        return None
    return next((state for sign, state in _ENDS.items() if sign in text), None)


def token_of(message: Json) -> str:
    """The request that this is the app's answer to, "" if it is none."""
    if "app_id" not in message or message.get("ephemeral"):
        return ""
    found = TOKEN.search(json.dumps(message.get("blocks", [])))
    return found[0] if found else ""


def shows_unfiltered(message: Json) -> bool:
    """It shows what the policy forbids, or anything at all that was made of a forbidden prompt."""
    text = json.dumps([message.get("text", ""), message.get("blocks", [])])
    return "app_id" in message and (UNSPEAKABLE in text or (Word.FORBIDDEN in text and MADE_FOR in text))


@dataclass
class Witness:
    """What was seen so far."""

    ended_at: dict[str, float] = field(default_factory=dict)
    """When each request's answer first showed its end, in seconds since the epoch."""
    unfiltered: set[str] = field(default_factory=set)
    """The requests whose answer ever showed what it must not."""
    versions: int = 0
    """How many states of messages were seen."""
    _stopped: bool = False

    def see(self, message: Json) -> None:
        self.versions += 1
        token = token_of(message)
        if shows_unfiltered(message):
            self.unfiltered.add(token or str(message.get("ts")))
        if token and end_shown(message):
            self.ended_at.setdefault(token, time.time())

    def watch(self, url: str) -> None:
        """Read a person's event stream until it is over; a new one where it was cut off."""
        while not self._stopped:
            with urllib.request.urlopen(url, timeout=60) as stream:  # noqa: S310 - our own address
                name = ""
                for line in stream:
                    key, _, value = line.decode().rstrip("\n").partition(": ")
                    if key == "event":
                        name = value
                    elif key == "data" and name == "message":
                        self.see(json.loads(value)["message"])

    def stop(self) -> None:
        self._stopped = True


@contextmanager
def witness(slack: RunningPlayground) -> Iterator[Witness]:
    """Watches all that anybody can see, until the workspace closes."""
    seen = Witness()
    for person in (ADA, BEN, MEI):
        url = f"{slack.url}/people/events?user={person}"
        threading.Thread(target=seen.watch, args=(url,), name=f"witness-{person}", daemon=True).start()
    try:
        yield seen
    finally:
        seen.stop()
