"""The line that says what the app is doing in a thread (assistant.threads.setStatus)."""

from __future__ import annotations

import asyncio

from bot.playground.playground import Playground


def set_status(playground: Playground, channel: str, thread_ts: str, status: str) -> None:
    """Show it until it is cleared, replaced, or too old."""
    loop, place = asyncio.get_running_loop(), (channel, thread_ts)
    if not status:
        playground.statuses.pop(place, None)
    else:
        until = loop.time() + playground.config.status_ttl_s
        playground.statuses[place] = until
        loop.call_at(until, _expire, playground, channel, thread_ts, until)
    _show(playground, channel, thread_ts, status)


def clear_status(playground: Playground, channel: str, thread_ts: str) -> None:
    """The app has answered."""
    if playground.statuses.pop((channel, thread_ts), None) is not None:
        _show(playground, channel, thread_ts, "")


def _expire(playground: Playground, channel: str, thread_ts: str, until: float) -> None:
    if playground.statuses.get((channel, thread_ts)) == until:
        clear_status(playground, channel, thread_ts)


def _show(playground: Playground, channel: str, thread_ts: str, status: str) -> None:
    shown = {"channel": channel, "thread_ts": thread_ts, "status": status}
    playground.feed.publish("status", shown, playground.workspace.audience(channel))
