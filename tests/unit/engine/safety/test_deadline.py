"""A check has so long and no longer, and only so much room."""

from __future__ import annotations

import threading

import pytest

from engine.safety.deadline import Deadline


def test_a_check_that_gets_no_thread_gives_its_room_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread_left(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    deadline = Deadline(at_once=1)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread_left)
        with pytest.raises(RuntimeError):
            deadline.run(lambda: "judged", 60.0)
    assert deadline.run(lambda: "judged", 60.0) == "judged"
