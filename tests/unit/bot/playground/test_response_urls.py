"""Response URLs run out."""

from __future__ import annotations

import pytest

from bot.playground.errors import SlackError
from bot.playground.response_urls import ResponseUrls


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_thirty_minutes_it_is_over() -> None:
    clock = Clock()
    urls = ResponseUrls("http://127.0.0.1", clock)
    token = urls.issue("commands", "U1", "C1").rsplit("/", 1)[1]
    clock.now = 1800.0
    assert urls.use(token).user == "U1"
    clock.now = 1800.1
    with pytest.raises(SlackError, match="expired_url"):
        urls.use(token)
