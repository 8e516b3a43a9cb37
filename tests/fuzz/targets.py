"""What is fuzzed: each target takes any bytes and raises for a defect alone; its corpus is where mutation begins."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(os.environ.get("AIGC_SHARED", Path(__file__).parents[3] / "shared")) / "slack-samples"
"""Slack's own recorded shapes, where they are there."""

One = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Target:
    """`load` imports what is fuzzed, under atheris' eyes; `packages` are those whose branches guide it."""

    packages: tuple[str, ...]
    load: Callable[[], One]
    corpus: Callable[[], Iterator[bytes]]
    most_bytes: int


def _commands() -> One:
    from bot.command import parse, route
    from bot.command.catalog import Catalog
    from bot.errors import CommandError

    catalog = Catalog(("smollm2", "gpt2"), ("tiny", "acme/Bike v2"))

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        with suppress(CommandError):
            parse(text, catalog, 1)
        for in_thread in (True, False):
            with suppress(CommandError):
                route(text, catalog, in_thread=in_thread, new_seed=1)

    return one


def _command_corpus() -> Iterator[bytes]:
    yield from (
        text.encode()
        for text in (
            "copy a post for a bottle --tone friendly --n 3", 'draw "a red bike" --size 512x512 --style=watercolor',
            "画 一只猫 —size 横版 --seed:42", "make v2 #3 shorter", "cancel 0123456789abcdef", "help draw",
            "把第2版改短一点",
            "draw <@U1|ada> &amp; <https://x|y> -- --no flag", "copy “smart” --lang zh-Hant-TW --temperature 0.7",
        )
    )  # fmt: skip


def _payloads() -> One:
    from bot.errors import PayloadError
    from bot.slack import payloads, views
    from bot.slack.envelope import check
    from bot.slack.pointed import pointed
    from bot.wishes import Misunderstood

    def read(body: dict[str, Any]) -> None:
        check(body)
        if "command" in body:
            payloads.slash_command(body)
        elif body.get("type") == "event_callback":
            payloads.message(body)
            payloads.deleted(body)
        elif body.get("type") == "view_submission":
            views.memo(payloads.submission(body).private_metadata)
        elif body.get("type") == "message_action":
            pointed(body)
        elif body.get("type") == "block_actions" and body.get("actions"):
            payloads.click(body)
            payloads.form_choice(body)

    def one(data: bytes) -> None:
        with suppress(ValueError, RecursionError):
            body = json.loads(data)
            if isinstance(body, dict):
                with suppress(PayloadError, Misunderstood):
                    read(body)

    return one


def _payload_corpus() -> Iterator[bytes]:
    from tests.support.payloads import examples

    yield from (json.dumps(payload).encode() for payload in examples("0" * 16).values())
    yield from (path.read_bytes() for path in sorted(SAMPLES.rglob("*.json")))


def _pictures() -> One:
    from engine.errors import StartingImageError
    from engine.provenance import Examiner
    from engine.provenance.opening import NoPicture
    from engine.starting_image import extension, normalized
    from tests.fakes import FakeProvenanceRecord

    warnings.simplefilter("ignore", UserWarning)
    examiner = Examiner(FakeProvenanceRecord(), lambda: "")

    def one(data: bytes) -> None:
        with suppress(StartingImageError):
            extension(data)
            normalized(data)
        with suppress(NoPicture):
            examiner.picture(data, "T1")

    return one


def _picture_corpus() -> Iterator[bytes]:
    from tests.support.hostile_pictures import hostile_pictures
    from tests.support.pictures import FORMATS, file_of, halves

    yield from (file_of(halves(), kind) for kind in FORMATS)
    yield from (data for data in hostile_pictures().values() if len(data) < 5_000)


def _yaml() -> One:
    from engine.errors import ConfigurationError
    from engine.safety.policy_file import PolicyFile
    from engine.yaml_file import parse_yaml

    def one(data: bytes) -> None:
        with suppress(ConfigurationError):
            parse_yaml(data.decode("utf-8", "replace"), "policy.yaml", PolicyFile)

    return one


def _yaml_corpus() -> Iterator[bytes]:
    root = Path(__file__).parents[2]
    yield (root / "deploy/policy/example.yaml").read_bytes()
    yield (root / "bot/play_policy.yaml").read_bytes()


TARGETS = {
    "commands": Target(("bot.command",), _commands, _command_corpus, 2_000),
    "payloads": Target(("bot.slack",), _payloads, _payload_corpus, 20_000),
    "pictures": Target(("PIL", "engine.provenance", "engine.starting_image"), _pictures, _picture_corpus, 20_000),
    "policies": Target(("engine.yaml_file", "engine.safety.policy_file"), _yaml, _yaml_corpus, 10_000),
}
