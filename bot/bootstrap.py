"""Puts the bot's processes together: the one place that sees the engine's adapters."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from celery import Celery
from slack_bolt.app.async_app import AsyncApp

from bot.app import create_app
from bot.audiences import Audiences
from bot.background import Background
from bot.budget import BudgetWatch
from bot.command.catalog import Catalog
from bot.cookbook import Cookbook
from bot.deliver import Deliverer
from bot.desk import Desk
from bot.front import Front
from bot.gate import Gate, RedisCounter
from bot.inquiry import Inquiry
from bot.links import Links
from bot.people import People
from bot.reader import SlackReader
from bot.relay import Relay
from bot.review_images import ReviewImages
from bot.settings import BotSettings
from bot.slack.client import SlackClient
from bot.slack.files import SlackFiles
from bot.slack.message import SlackRenderer
from bot.slack.messenger import SlackMessenger
from bot.slack.review_message import ReviewRenderer
from bot.slack.sender_message import SenderRenderer
from bot.slack.shelves import SlackChannels
from bot.slack.threads import SlackThreads
from bot.slack.voice import Voice
from bot.slots import Rates, RedisSlots
from bot.submit import Submitter
from bot.uploads import Uploads
from bot.words import SlackWords
from engine.adapters import factory
from engine.adapters.celery_queue import CeleryQueue, make_celery
from engine.adapters.job_store import SqlJobStore
from engine.adapters.redis_progress import connect
from engine.adapters.worker_board import WorkerBoard
from engine.domain.job import Audience
from engine.domain.request import Kind
from engine.domain.review import Oversight
from engine.errors import ConfigurationError
from engine.limits import load_limits
from engine.oversight import load_oversight
from engine.provenance import build_examiner
from engine.recipes import build_recipes, saved
from engine.retention import GRACE_S, Keeper
from engine.safety.recognisers import masked
from engine.settings import EngineSettings
from engine.sweeper import Sweeper
from engine.teams import load_teams
from engine.telemetry.health import Health, Probe
from engine.telemetry.installation import Installation
from engine.timing import Timing


@dataclass(frozen=True, slots=True)
class Bot:
    """The process that Slack talks to."""

    app: AsyncApp
    store: SqlJobStore
    submitter: Submitter
    relay: Relay
    background: Background
    review_images: ReviewImages | None = None
    health: Health = field(default_factory=Health)
    gate: Gate | None = None

    async def close(self) -> None:
        """Say what is left to say; store and tell the workers what was accepted."""
        await self.background.drain()
        await asyncio.to_thread(self.submitter.close)
        await asyncio.to_thread(self.relay.close)
        if self.gate is not None:
            await self.gate.close()
        self.store.close()


@dataclass(frozen=True, slots=True)
class Delivery:
    """The process that shows results."""

    celery: Celery
    deliverer: Audiences
    sweeper: Sweeper
    keeper: Keeper
    budget: BudgetWatch
    board: WorkerBoard
    probes: tuple[Probe, ...]
    installation: Installation


def build_bot(settings: BotSettings, engine: EngineSettings, health: Health | None = None) -> Bot:
    """Everything connected, and `health` told how to see that. Raises ConfigurationError and StoreUnavailable."""
    _keep_quiet()
    _demand(
        settings, "slack_bot_token", "slack_app_token" if settings.slack_mode == "socket" else "slack_signing_secret"
    )
    store, relay, background = factory.store(engine), Relay(engine), Background()
    relay.start()
    oversight, links = load_oversight(engine.policy_file), Links(_link_secret(settings), settings.public_url)
    limits = load_limits(engine, _review_channel(oversight))
    submitter, gate = Submitter(store, relay, limits), Gate(limits, RedisCounter(engine.redis_url))
    token = settings.slack_bot_token.get_secret_value()
    voice = Voice(token, settings.slack_api_url, settings.slack_timeout_s)
    people = People(voice.locale, background, settings.locale_ttl_s)
    catalog = Catalog(tuple(engine.text_models), tuple(engine.image_models), build_recipes(engine))
    reader, words = SlackReader(catalog, settings.slack_command), SlackWords(catalog, settings.slack_command, masked)
    artifacts = factory.artifacts(engine)
    files = SlackFiles(token, settings.slack_api_url, settings.slack_timeout_s)
    uploads, inquiry = Uploads(files, artifacts), Inquiry(store, build_examiner(engine, store.provenance), files)
    threads = SlackThreads(token, settings.slack_api_url, settings.slack_timeout_s)
    channels = SlackChannels(token, settings.slack_api_url, settings.slack_timeout_s)
    front = Front(
        Desk(store, submitter, gate=gate, usage=store, replies=store.replies), reader, words, people, voice, background,
        uploads, inquiry, threads, channels, factory.catalogue(engine), settings.slack_command, oversight=oversight,
        links=links, cookbook=Cookbook(store, saved.written, saved.read), teams=load_teams(engine.teams_file),
    )  # fmt: skip
    images, health = ReviewImages(store, artifacts, links, oversight), health or Health()
    health.watch(*_probes(store, factory.queue(engine), needs_queue=False))
    return Bot(create_app(settings, front), store, submitter, relay, background, images, health, gate)


@contextmanager
def build_delivery(settings: BotSettings, engine: EngineSettings) -> Iterator[Delivery]:
    """Everything connected; closes what it opened. Raises ConfigurationError and StoreUnavailable."""
    _keep_quiet()
    _demand(settings, "slack_bot_token")
    store, celery = factory.store(engine), make_celery(engine)
    messenger = SlackMessenger(_slack_client(settings))
    queue = CeleryQueue(celery)
    deliverer = partial(
        Deliverer,
        store=store,
        artifacts=factory.artifacts(engine),
        progress=factory.progress(engine),
        messenger=messenger,
        slots=RedisSlots(connect(engine.redis_url), settings.progress_every_s, _rates(settings)),
        queue=queue,
        lease_s=settings.delivery_lease_s,
    )
    audiences = Audiences(
        store,
        deliverer(renderer=SlackRenderer(masked)),
        deliverer(renderer=ReviewRenderer(), audience=Audience.REVIEWERS),
        deliverer(renderer=SenderRenderer(), audience=Audience.SENDER),
    )
    try:
        sweeper = Sweeper(store, queue, Timing.of(engine))
        keeper = build_keeper(engine, store)
        limits = load_limits(engine, _review_channel(keeper.oversight))
        budget = BudgetWatch(store, messenger, limits)
        board = WorkerBoard(connect(engine.redis_url), f"{socket.gethostname()}:{os.getpid()}")
        token = Probe("slack_token", messenger.check_token)
        installation = Installation(store.census, queue.waiting, lambda: [sign.work for sign in board.ready()])
        probes = (token, *_probes(store, queue))
        yield Delivery(celery, audiences, sweeper, keeper, budget, board, probes, installation)
    finally:
        celery.close()
        store.close()


def _probes(store: SqlJobStore, queue: CeleryQueue, *, needs_queue: bool = True) -> tuple[Probe, ...]:
    database = Probe("database", lambda: store.get(""))
    return database, Probe("queue", lambda: queue.waiting(Kind.COPY), needed=needs_queue)


def build_keeper(engine: EngineSettings, store: SqlJobStore) -> Keeper:
    """What deletes by the policy. Raises ConfigurationError."""
    oversight, grace_s = load_oversight(engine.policy_file), GRACE_S + engine.job_timeout_s
    return Keeper(store.retention, store, factory.artifacts(engine), oversight, grace_s)


def _review_channel(oversight: Oversight) -> str:
    return oversight.default.channel if oversight.default else ""


def _link_secret(settings: BotSettings) -> str:
    """In Socket Mode there need not be a signing secret."""
    return settings.slack_signing_secret.get_secret_value() or settings.slack_bot_token.get_secret_value()


def _slack_client(settings: BotSettings) -> SlackClient:
    return SlackClient(
        settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=int(settings.slack_timeout_s) or 1,
        retry_handlers=[],
    )


def _rates(settings: BotSettings) -> Rates:
    return Rates.of_slack(settings.slack_posts_per_s, settings.slack_updates_per_minute)


def _demand(settings: BotSettings, *secrets: str) -> None:
    missing = [f"AIGC_{name.upper()}" for name in secrets if not getattr(settings, name).get_secret_value()]
    if missing:
        raise ConfigurationError(f"not set: {', '.join(missing)}; run aigc check")


def _keep_quiet() -> None:
    """Slack's client logs whole requests at DEBUG: people's prompts. Never, whatever AIGC_LOG_LEVEL says."""
    logging.getLogger("slack_sdk").setLevel(logging.INFO)
