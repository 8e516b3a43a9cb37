"""Slash commands at a steady rate against the whole product with an instant model: none late, lost or twice, no leak.

The real processes, a local workspace in Slack's place, and Slack's own signed requests straight to the bot. Nobody
waits for an earlier command's answer, so that a slow answer is not hidden by commands that were not sent meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from uuid import uuid4

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.bench.load import slash_command
from bot.bench.product import act, lift_rates, running_product, said_in, state
from bot.bench.watch import Watch
from bot.play import Play
from bot.submit import job_id
from engine.adapters import factory
from engine.bench.measurement import Measurement
from engine.domain.job import Job
from engine.settings import EngineSettings

MINUTES = 10.0
PER_MINUTE = 300

_MODELS = json.dumps({"instant": {"backend": "engine.bench.instant:InstantText", "model": "none"}})
_CHANNELS = 50
"""Slack, and the local workspace, take one message a second in a channel."""
_PEOPLE = 100
_WARM_UP = 48
"""Commands at once before anything is measured: threads and connections are made, what loads late is loaded."""
_SLACK_WAITS_MS = 3_000
_PATIENCE_S = 120.0
"""How long nothing may happen before the rest counts as lost."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One command, and how it was acknowledged."""

    number: int
    channel: str
    trigger_id: str
    took_ms: float
    accepted: bool


def run(minutes: float = MINUTES, per_minute: int = PER_MINUTE) -> list[Measurement]:
    """All processes as in `aigc play`, safety filter included, SQLite and Redis as they come with it.

    Without Slack's rates: at the 50 changes a minute that it allows, most results would only wait for their turn.
    """
    models = {"AIGC_TEXT_MODELS": _MODELS, "AIGC_IMAGE_MODELS": _MODELS}
    rates = {"AIGC_SLACK_POSTS_PER_S": "1000", "AIGC_SLACK_UPDATES_PER_MINUTE": "100000"}
    with running_product({**models, **rates, "AIGC_LOG_LEVEL": "WARNING"}) as product:
        lift_rates(product)
        channels = _channels(product)
        _await_ended(product, asyncio.run(_send(product, channels, range(_WARM_UP), every_s=0)))
        numbers = range(_WARM_UP, _WARM_UP + round(minutes * per_minute))
        with Watch(product.supervisor.processes()) as watch:
            sent = asyncio.run(_send(product, channels, numbers, every_s=60 / per_minute))
        jobs = _await_ended(product, sent)
        shown = _shown(product, channels)
    return [*_acknowledgements(sent), *_outcomes(sent, jobs, shown), *_memory(watch)]


def _channels(product: Play) -> list[str]:
    """New channels with the app in them."""
    me = state(product)["me"]["id"]
    made = [act(product, user=me, do="create_channel", name=f"load-{n}")["channel"] for n in range(_CHANNELS)]
    for channel in made:
        act(product, user=me, do="invite_app", channel=channel)
    return made


async def _send(product: Play, channels: Sequence[str], numbers: Sequence[int], every_s: float) -> list[Sent]:
    """One command after the other, `every_s` apart, whether or not the earlier ones are acknowledged."""
    verifier = SignatureVerifier(product.supervisor.environment["AIGC_SLACK_SIGNING_SECRET"])
    url = f"http://127.0.0.1:{product.bot_port}/slack/events"
    began = time.perf_counter()

    async def one(session: aiohttp.ClientSession, place: int, number: int) -> Sent:
        await asyncio.sleep(began + place * every_s - time.perf_counter())
        channel, trigger_id = channels[number % len(channels)], uuid4().hex
        who = {"channel_id": channel, "user_id": f"U0LOAD{number % _PEOPLE:04}", "trigger_id": trigger_id}
        body, headers = slash_command(verifier, f"copy bottle number {number}x", **who)
        asked = time.perf_counter()
        try:
            async with session.post(url, data=body, headers=headers) as answer:
                accepted = answer.status == 200 and not await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            accepted = False
        return Sent(number, channel, trigger_id, (time.perf_counter() - asked) * 1e3, accepted)

    connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        return await asyncio.gather(*(one(session, place, number) for place, number in enumerate(numbers)))


def _await_ended(product: Play, sent: Sequence[Sent]) -> dict[int, Job]:
    """The jobs by number, once every one has its message or nothing happens any more."""
    with closing(factory.store(EngineSettings(data_dir=product.data, database_url=""))) as store:
        waiting = {one.number: job_id(f"cmd:{one.trigger_id}") for one in sent}
        ids, since = dict(waiting), time.monotonic()
        while waiting and time.monotonic() - since < _PATIENCE_S:
            left = {number: known for number, known in waiting.items() if not store.delivery(known).done}
            if len(left) < len(waiting):
                waiting, since = left, time.monotonic()
            time.sleep(0.2)
        found = ((number, store.get(known)) for number, known in ids.items())
        return {number: job for number, job in found if job is not None}


def _shown(product: Play, channels: Sequence[str]) -> Counter[int]:
    """How many messages show each number's result."""
    words = [json.dumps(message) for channel in channels for message in said_in(product, channel)]
    made = [text for text in words if "AI-generated" in text]
    return Counter(int(text.partition("bottle number ")[2].partition("x")[0]) for text in made)


def _acknowledgements(sent: Sequence[Sent]) -> Iterator[Measurement]:
    took = sorted(one.took_ms for one in sent)
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    name, unit = "acknowledgement", "ms"
    yield Measurement(f"{name}: p50", cuts[49], unit, note=f"{len(sent)} commands")
    yield Measurement(f"{name}: p95", cuts[94], unit)
    yield Measurement(f"{name}: p99", cuts[98], unit, "under 500")
    yield Measurement(f"{name}: worst", took[-1], unit, "under 3000")
    yield Measurement(f"{name}: later than Slack waits", sum(ms > _SLACK_WAITS_MS for ms in took), "", "0")
    yield Measurement("not accepted", sum(not one.accepted for one in sent), "", "0")


def _outcomes(sent: Sequence[Sent], jobs: dict[int, Job], shown: Counter[int]) -> Iterator[Measurement]:
    ended = [job for job in jobs.values() if job.state.finished]
    waits = sorted((job.finished_at or job.created_at) - job.created_at for job in ended)
    yield Measurement("jobs ended", len(ended), "", str(len(sent)))
    yield Measurement("results shown", sum(shown[one.number] > 0 for one in sent), "", str(len(sent)))
    yield Measurement("shown more than once", sum(shown[one.number] > 1 for one in sent), "", "0")
    if waits:
        yield Measurement("command to result: p50", waits[len(waits) // 2] * 1e3, "ms", "", "stored, instant model")
        yield Measurement("command to result: worst", waits[-1] * 1e3, "ms")


def _memory(watch: Watch) -> Iterator[Measurement]:
    for name, (first, last) in watch.minutes().items():
        target = "0.95 to 1.05" if name != "workspace" else ""
        note = f"{first / 1e6:.1f} MB in the first minute, {last / 1e6:.1f} MB in the last"
        kept = "; stands for Slack and keeps every message" if name == "workspace" else ""
        yield Measurement(f"memory, {name}", last / first, "x", target, note + kept)
    yield Measurement("load of the machine", watch.busy, "", "", "processes that wanted a core, mean")
