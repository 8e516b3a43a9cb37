"""A bot to send signed requests to, over ASGI: real Bolt, real SQLite; fake words, and a queue that remembers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx2
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.app import create_app
from bot.background import Background
from bot.bootstrap import Bot
from bot.cookbook import Cookbook
from bot.desk import Desk
from bot.errors import DeliveryError, FileError
from bot.front import Front, Reader, Words
from bot.inquiry import Inquiry
from bot.links import Links
from bot.people import People
from bot.ports import Attachment, Block, Pinned, Place, Written
from bot.review_images import ReviewImages
from bot.server import create_server
from bot.settings import BotSettings
from bot.slack.voice import View
from bot.submit import Submitter
from bot.uploads import Uploads
from engine.adapters import factory
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Delivery, Job, State
from engine.domain.knowledge import Document
from engine.domain.limits import Limits, Quota, Scope
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.review import Oversight
from engine.domain.teams import Teams
from engine.errors import StoreUnavailable
from engine.provenance import Examiner
from engine.recipes import saved
from engine.settings import EngineSettings
from tests.fakes import FakeArtifactStore, FakeQueue
from tests.support.jobs import show
from tests.support.pictures import encoded, halves
from tests.support.reviews import RULES
from tests.support.speech import FakeReader, FakeWords

SECRET = "signing-secret"
APP = "U0APP"


@dataclass
class FakeVoice:
    """Remembers what was called; `slow` would be noticed, as nothing may wait for it."""

    forms: list[tuple[str, View]] = field(default_factory=list)
    homes: list[tuple[str, View]] = field(default_factory=list)
    whispers: list[tuple[Place, str, str]] = field(default_factory=list)
    dismissed: list[str] = field(default_factory=list)

    async def open_form(self, trigger_id: str, view: View) -> None:
        self.forms.append((trigger_id, view))

    async def update_form(self, view_id: str, seen: str, view: View) -> None:
        self.forms.append((f"{view_id} {seen}", view))

    async def show_home(self, user: str, view: View) -> None:
        self.homes.append((user, view))

    async def whisper(self, place: Place, user: str, text: str, blocks: Sequence[Block] = ()) -> None:
        self.whispers.append((place, user, text))

    async def dismiss(self, response_url: str) -> None:
        self.dismissed.append(response_url)

    async def locale(self, user: str) -> str:
        return "zh-CN" if user == "U_ZH" else "en-US"


@dataclass
class FakeFiles:
    """A FileSource with the bytes of one file, or with an error; waits at its gate."""

    data: bytes = field(default_factory=lambda: encoded(halves()))
    errors: list[FileError] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody waits at the gate, or did."""

    def __post_init__(self) -> None:
        self.gate.set()

    async def fetch(self, file: Attachment, most_bytes: int) -> bytes:
        self.fetched.append(file.id)
        self.asked.set()
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        return self.data


@dataclass
class FakeThreads:
    """A ThreadSource with one thread, or with an error."""

    messages: list[Written] = field(default_factory=list)
    errors: list[DeliveryError] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def replies(self, channel: str, thread: str) -> tuple[Written, ...]:
        self.asked.append((channel, thread))
        if self.errors:
            raise self.errors.pop(0)
        return tuple(self.messages)

    async def latest(self, channel: str) -> tuple[Written, ...]:
        return await self.replies(channel, "")

    async def link(self, channel: str, ts: str) -> str:
        return f"https://acme.slack.com/archives/{channel}/p{ts.replace('.', '')}"

    async def direct(self, user: str) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return f"D-{user}"


@dataclass
class FakeChannels:
    """A ChannelSource with what one channel keeps, or with an error."""

    pinned: list[Pinned] = field(default_factory=list)
    page: Attachment | None = None
    error: DeliveryError | None = None

    async def pins(self, channel: str) -> tuple[Pinned, ...]:
        if self.error:
            raise self.error
        return tuple(self.pinned)

    async def canvas(self, channel: str) -> Attachment | None:
        return self.page


@dataclass
class FakeCatalogue:
    """What the knowledge base has, in a list; it fails as often as there are `errors`."""

    there: list[Document] = field(default_factory=list)
    errors: list[StoreUnavailable] = field(default_factory=list)
    after_removal: Callable[[], None] = lambda: None
    """Happens once something was to be removed."""

    def documents(self) -> tuple[Document, ...]:
        return tuple(self.there)

    def document(self, document_id: str) -> Document | None:
        return next((each for each in self.there if each.id == document_id), None)

    def remove(self, document_ids: Collection[str]) -> int:
        if self.errors:
            raise self.errors.pop()
        gone = [each for each in self.there if each.id in document_ids]
        self.there[:] = [each for each in self.there if each not in gone]
        self.after_removal()
        return len(gone)


async def no_sleep(seconds: float) -> None:
    pass


@dataclass
class FakeRelay:
    queue: FakeQueue

    def close(self) -> None:
        pass


@dataclass
class Wire:
    """What Slack can send to the bot, and what came of it."""

    client: httpx2.AsyncClient
    store: SqlJobStore
    queue: FakeQueue
    voice: FakeVoice
    background: Background
    submitter: Submitter
    files: FakeFiles
    threads: FakeThreads
    front: Front
    artifacts: FakeArtifactStore
    bot: Bot
    channels: FakeChannels
    catalogue: FakeCatalogue

    @property
    def documents(self) -> list[Document]:
        return self.catalogue.there

    async def post(
        self, body: str, secret: str = SECRET, stamp: int | None = None, content_type: str | None = None
    ) -> httpx2.Response:
        """Signed as Slack signs (docs.slack.dev/authentication/verifying-requests-from-slack)."""
        at = str(stamp if stamp is not None else int(time.time()))
        kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
        headers = {
            "content-type": content_type if content_type is not None else kind,
            "x-slack-request-timestamp": at,
            "x-slack-signature": SignatureVerifier(secret).generate_signature(timestamp=at, body=body) or "",
        }
        answer = await self.client.post("/slack/events", content=body.encode(), headers=headers)
        await self.background.drain()
        return answer

    async def slash(self, text: str, **fields: str) -> httpx2.Response:
        form = {"command": "/aigc", "text": text, "team_id": "T1", "channel_id": "C1", "user_id": "U1"}
        return await self.post(urlencode({**form, "trigger_id": uuid4().hex, **fields}))

    async def event(self, **fields: Any) -> httpx2.Response:
        event = {"type": "message", "channel": "C1", "user": "U1", "ts": "1.1", **fields}
        authorizations = [{"team_id": "T1", "user_id": APP, "is_bot": True}]
        body = {"type": "event_callback", "team_id": "T1", "authorizations": authorizations, "event": event}
        return await self.post(json.dumps(body))

    async def interact(self, **payload: Any) -> httpx2.Response:
        body = {"team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": uuid4().hex, **payload}
        return await self.post(urlencode({"payload": json.dumps(body)}))

    async def click(self, action_id: str, value: str, channel: str = "C1", **fields: Any) -> httpx2.Response:
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "9"}
        payload = {
            "type": "block_actions",
            "channel": {"id": channel},
            "container": {"type": "message", "message_ts": "5.5", "channel_id": channel},
            "message": {"ts": "5.5"},
            "actions": [action],
        }
        return await self.interact(**{**payload, **fields})

    def limit(self, **quota: int) -> None:
        """Each user may do so much from now on."""
        limits = Limits(each={Scope.USER: Quota(**quota)})
        self.front.desk.gate.limits = limits
        self.submitter.limits = limits

    def jobs(self, user: str = "U1") -> list[Job]:
        """Oldest first."""
        return list(reversed(self.store.recent("T1", user, 50)))

    def finish(self, job: Job, *texts: str) -> Job:
        """As a worker would; "Buy" is what comes out unless said otherwise."""
        assert self.store.claim(job.id, "worker", 60)
        made = tuple(Artifact(ArtifactKind.TEXT, index, 1, text=text) for index, text in enumerate(texts or ("Buy",)))
        assert self.store.finish(job.id, "worker", State.SUCCEEDED, Result(artifacts=made))
        found = self.store.get(job.id)
        assert found
        return found

    def forget(self, job: Job) -> Job:
        """As retention would once its time is up."""
        show(self.store, Delivery(job.id, "5.5", done=True), job.origin.channel, job.origin.thread)
        assert self.store.retention.forget(time.time() + 1) == 1
        found = self.store.get(job.id)
        assert found
        return found


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path, FakeReader(), FakeWords()) as found:
        yield found


@asynccontextmanager
async def wired(folder: Path, reader: Reader, words: Words, secret: str = SECRET) -> AsyncIterator[Wire]:
    """A bot that keeps its jobs in `folder`."""
    settings = BotSettings(slack_signing_secret=secret, slack_bot_token="xoxb-test")
    store = factory.store(EngineSettings(data_dir=folder))
    queue, voice, background = FakeQueue(), FakeVoice(), Background()
    submitter = Submitter(store, queue)
    people = People(voice.locale, background, ttl_s=60)
    files, artifacts, threads = FakeFiles(), FakeArtifactStore(), FakeThreads()
    uploads = Uploads(files, artifacts, no_sleep)
    inquiry = Inquiry(store, Examiner(store.provenance, lambda: ""), files)
    channels, catalogue = FakeChannels(), FakeCatalogue()
    oversight, links = Oversight(RULES), Links(SECRET, "http://bot")
    front = Front(
        Desk(store, submitter, usage=store, replies=store.replies), reader, words, people, voice, background, uploads,  # type: ignore[arg-type]
        inquiry, threads, channels, catalogue, oversight=oversight, links=links,
        cookbook=Cookbook(store, saved.written, saved.read), teams=Teams({"a": {"U1"}}),
    )  # fmt: skip
    front.desk.gate.limits = Limits(admins={"U0ADMIN"})
    images = ReviewImages(store, artifacts, links, oversight)
    bot = Bot(create_app(settings, front), store, submitter, FakeRelay(queue), background, images)  # type: ignore[arg-type]
    transport = httpx2.ASGITransport(create_server(bot, settings))
    async with httpx2.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield Wire(
            client,
            store,
            queue,
            voice,
            background,
            submitter,
            files,
            threads,
            front,
            artifacts,
            bot,
            channels,
            catalogue,
        )
    await bot.close()
