"""What everything but the model takes: from the slash command to the final message, with a model that is instant."""

from __future__ import annotations

import json
import statistics
import time

from bot.bench.product import act, events, running_product, state
from bot.play import Play
from engine.bench.measurement import Measurement
from engine.bench.round_trip import measure_round_trips

ROUNDS = 25
_WARM_UP = 3
_BETWEEN_S = 1.2
"""Slack, and the local workspace, take one message a second in a channel."""
_INSTANT = {"instant": {"backend": "engine.bench.instant:InstantText", "model": "none"}}


def run() -> list[Measurement]:
    """All processes as in `aigc play`, safety filter included; one command after the other on an idle machine."""
    models = json.dumps(_INSTANT)
    with running_product({"AIGC_TEXT_MODELS": models, "AIGC_IMAGE_MODELS": models}) as product:
        took = _from_command_to_message(product)
        bare = statistics.median(measure_round_trips(f"redis://127.0.0.1:{product.redis_port}/1"))
    median = statistics.median(took)
    note = f"median of {ROUNDS}, instant model; slowest {max(took) * 1e3:.0f} ms"
    return [
        Measurement("command to final message", median * 1e3, "ms", "at most 100", note),
        Measurement("over a bare Celery round trip", median / bare, "x", "", f"round trip {bare * 1e3:.1f} ms"),
    ]


def _from_command_to_message(product: Play) -> list[float]:
    known = state(product)
    user = known["me"]["id"]
    channel = next(c["id"] for c in known["conversations"] if c["id"].startswith("C"))
    took = []
    with events(product, user) as seen:
        for number in range(_WARM_UP + ROUNDS):
            started = time.perf_counter()
            act(product, user=user, do="command", channel=channel, text=f"/aigc copy bottle number {number}x")
            next(m for m in seen if f"number {number}x" in json.dumps(m) and "AI-generated" in json.dumps(m))
            took.append(time.perf_counter() - started)
            time.sleep(_BETWEEN_S)
    return took[_WARM_UP:]
