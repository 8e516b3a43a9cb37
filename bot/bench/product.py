"""The whole product, as `aigc play` starts it, for benchmarks to act in."""

from __future__ import annotations

import json
import os
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.play import Play

Json = dict[str, Any]


@contextmanager
def running_product(environment: Mapping[str, str]) -> Iterator[Play]:
    """Everything up, in a folder of its own, with more settings in `environment`."""
    before = dict(os.environ)
    os.environ.update({"AIGC_LIMITS_FILE": "none", **environment})
    try:
        with tempfile.TemporaryDirectory() as folder, Play(Path(folder), 0, fresh=False) as product:
            for _, start in product.steps():
                start(lambda: None)
            yield product
    finally:
        os.environ.clear()
        os.environ.update(before)


def act(product: Play, **deed: str) -> Json:
    """What a person does, through the local workspace's people API. Raises urllib.error.HTTPError."""
    return _post(product, "/people/act", deed)


def lift_rates(product: Play) -> None:
    """Have the local workspace take as many calls in a minute as come."""
    _post(product, "/knobs", {"without_rates": True})


def _post(product: Play, path: str, body: Json) -> Json:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{product.address}{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
        found: Json = json.load(answer)
    return found


def state(product: Play) -> Json:
    """Who and what is in the workspace."""
    with urllib.request.urlopen(f"{product.address}/people/state", timeout=30) as answer:  # noqa: S310 - our own
        body: Json = json.load(answer)
    return body


def said_in(product: Play, channel: str) -> list[Json]:
    """The newest thousand messages at the top of a channel, oldest first."""
    query = urlencode({"user": state(product)["me"]["id"], "channel": channel, "limit": "1000"})
    with urllib.request.urlopen(f"{product.address}/people/messages?{query}", timeout=30) as answer:  # noqa: S310
        body: Json = json.load(answer)
    messages: list[Json] = body["messages"]
    return messages


@contextmanager
def events(product: Play, user: str) -> Iterator[Iterator[Json]]:
    """What that person sees, as it happens: the data of every `message` event."""
    url = f"{product.address}/people/events?user={user}"
    with urllib.request.urlopen(url, timeout=120) as stream:  # noqa: S310 - our own address
        yield _messages(stream)


def _messages(stream: Any) -> Iterator[Json]:
    name = ""
    for line in stream:
        key, _, value = line.decode().rstrip("\n").partition(": ")
        if key == "event":
            name = value
        elif key == "data" and name == "message":
            yield json.loads(value)
