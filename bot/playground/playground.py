"""The parts of a running workspace, put together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.playground.background import Background
from bot.playground.calls import Calls
from bot.playground.config import PlaygroundConfig
from bot.playground.events import Events
from bot.playground.feed import Feed
from bot.playground.file_urls import FileUrls
from bot.playground.knobs import Knobs
from bot.playground.link.app_link import AppLink
from bot.playground.link.http import HttpLink
from bot.playground.link.sockets import Sockets
from bot.playground.posting import Posting
from bot.playground.rates import Rates
from bot.playground.response_urls import ResponseUrls
from bot.playground.storage import Storage
from bot.playground.triggers import Triggers
from bot.playground.uploads import Uploads
from bot.playground.views import Views
from bot.playground.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Playground:
    """Handed to every request handler."""

    config: PlaygroundConfig
    storage: Storage
    workspace: Workspace
    feed: Feed
    knobs: Knobs
    calls: Calls
    background: Background
    sockets: Sockets
    link: AppLink
    events: Events
    posting: Posting
    views: Views
    uploads: Uploads
    triggers: Triggers
    response_urls: ResponseUrls
    rates: Rates
    statuses: dict[tuple[str, str], float]
    """Channel and thread of each status line that shows, and until when (event loop time)."""

    async def close(self) -> None:
        self.feed.close()
        await self.background.close()
        await self.link.close()
        self.storage.close()


def build(config: PlaygroundConfig) -> Playground:
    storage = Storage(config.data_dir)
    file_secret = hashlib.sha256(f"files:{config.signing_secret}".encode()).hexdigest()
    workspace = Workspace(storage, FileUrls(config.public_url, file_secret), customers=config.customers)
    feed, knobs, background = Feed(), Knobs(), Background()
    sockets = Sockets(config.public_url, config.ack_timeout_s, config.socket_ttl_s)
    http = HttpLink(config.app_url, config.signing_secret, config.ack_timeout_s) if config.app_url else None
    link = AppLink(http, sockets)
    events = Events(config, link, knobs, background)
    return Playground(
        config=config,
        storage=storage,
        workspace=workspace,
        feed=feed,
        knobs=knobs,
        calls=Calls(),
        background=background,
        sockets=sockets,
        link=link,
        events=events,
        posting=Posting(workspace, feed, events),
        views=Views(workspace, feed),
        uploads=Uploads(workspace, config.file_ready_after_s, config.max_file_bytes),
        triggers=Triggers(config.trigger_ttl_s),
        response_urls=ResponseUrls(config.public_url),
        rates=Rates(config.message_burst, config.message_rate_per_s, config.calls_per_minute),
        statuses={},
    )
