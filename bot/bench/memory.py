"""Resident memory of each process of the product, after it has written and drawn."""

from __future__ import annotations

import json

import psutil

from bot.bench.product import act, events, running_product, state
from bot.play import Play
from engine.bench.measurement import Measurement

_LIGHT = ("bot", "deliver")


def run() -> list[Measurement]:
    """The processes of `aigc play` with the embedded models, each with its children."""
    with running_product({}) as product:
        _use(product)
        sizes = {name: _resident_mb(pid) for name, pid in product.supervisor.processes().items()}
    return [
        Measurement(f"resident, {name}", mb, "MB", "under 200" if name in _LIGHT else "", "with its children")
        for name, mb in sizes.items()
    ]


def _use(product: Play) -> None:
    known = state(product)
    user = known["me"]["id"]
    channel = next(c["id"] for c in known["conversations"] if c["id"].startswith("C"))
    with events(product, user) as seen:
        for text in ("/aigc copy a post for a bottle --length short", "/aigc draw a red bicycle"):
            act(product, user=user, do="command", channel=channel, text=text)
            next(m for m in seen if "AI-generated" in json.dumps(m))


def _resident_mb(pid: int) -> float:
    """Memory that is in RAM, shared pages counted once per process that has them: no less than what it takes."""
    process = psutil.Process(pid)
    return float(sum(p.memory_info().rss for p in (process, *process.children(recursive=True)))) / 1e6
