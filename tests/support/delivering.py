"""Deliveries into a local workspace: real messenger, renderer and database; a worker's part is played by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from slack_sdk import WebClient

from bot.audiences import Audiences
from bot.deliver import Deliverer
from bot.errors import DeliveryDelayed
from bot.playground.seed import TEAM_ID
from bot.ports import Messenger, Renderer, Slots
from bot.slack.message import SlackRenderer
from bot.slack.messenger import SlackMessenger
from bot.slack.review_message import ReviewRenderer
from bot.slack.sender_message import SenderRenderer
from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Audience, Job, Origin, State
from engine.domain.request import DrawParams
from engine.domain.result import Artifact, ArtifactKind, Progress, Result
from engine.ports import JobStore
from tests.fake_messenger import FakeSlots
from tests.fakes import FakeArtifactStore, FakeProgressBoard, FakeQueue
from tests.support.clock import Clock
from tests.support.jobs import new_job
from tests.support.pictures import encoded, halves
from tests.support.slack import ADA, BOT, BOT_TOKEN, GENERAL, RunningPlayground

LEASE_S = 60.0
_NUMBERS = count(1)
DONE = "AI-generated"


@dataclass
class Counter:
    """Where deliveries happen, and what they see of the rest."""

    slack: RunningPlayground
    store: SqlJobStore
    clock: Clock
    slots: Slots = field(default_factory=FakeSlots)
    artifacts: FakeArtifactStore = field(default_factory=FakeArtifactStore)
    progress: FakeProgressBoard = field(default_factory=FakeProgressBoard)

    def client(self, token: str = BOT_TOKEN) -> WebClient:
        return WebClient(token, base_url=self.slack.api_url, timeout=1, retry_handlers=[])

    def audiences(self, messenger: Messenger | None = None, store: JobStore | None = None) -> Audiences:
        """A delivery process of its own: what another remembered in memory, this one does not know."""
        messenger, store = messenger or SlackMessenger(self.client()), store or self.store

        def deliverer(renderer: Renderer, audience: Audience) -> Deliverer:
            return Deliverer(
                store=store,
                artifacts=self.artifacts,
                progress=self.progress,
                messenger=messenger,
                renderer=renderer,
                slots=self.slots,
                queue=FakeQueue(),
                lease_s=LEASE_S,
                audience=audience,
            )

        reviewers = deliverer(ReviewRenderer(), Audience.REVIEWERS)
        sender = deliverer(SenderRenderer(), Audience.SENDER)
        return Audiences(store, deliverer(SlackRenderer(), Audience.REQUESTER), reviewers, sender)

    def deliver(self, job_id: str, messenger: Messenger | None = None, most_tries: int = 20) -> int:
        """Until it is not delayed any more; how often it was."""
        for tries in range(most_tries):
            try:
                self.deliver_once(job_id, self.audiences(messenger))
            except DeliveryDelayed:
                continue
            return tries
        raise AssertionError(f"delayed {most_tries} times")

    def deliver_once(self, job_id: str, audiences: Audiences | None = None) -> None:
        """Whoever is to come back does not. Raises DeliveryDelayed."""
        (audiences or self.audiences()).deliver(job_id, lambda in_s: None)

    def ask(self, channel: str = GENERAL, thread: str = "", *, draw: bool = False) -> str:
        """A new job of Ada's; its id."""
        number = next(_NUMBERS)
        origin = Origin(TEAM_ID, channel, ADA, thread)
        params = DrawParams(seed=5) if draw else None
        self.store.add([new_job(f"job{number}", f"brief {number}", params=params, origin=origin, created_at=number)])
        return f"job{number}"

    def begin(self, job_id: str, *words: str) -> None:
        """A worker takes it, and writes these words so far."""
        assert self.store.claim(job_id, "worker", 30)
        if words:
            self.progress.put(job_id, Progress(texts=words))

    def finish(self, job_id: str, result: Result, state: State = State.SUCCEEDED) -> None:
        if self.job(job_id).state is State.ACCEPTED:
            self.begin(job_id)
        assert self.store.finish(job_id, "worker", state, result)

    def picture(self, number: int = 1) -> Result:
        blobs = [self.artifacts.put(encoded(halves(size=(60, 40 + n))), "png") for n in range(number)]
        made = (Artifact(ArtifactKind.IMAGE, n, 7, blob=blob, mimetype="image/png") for n, blob in enumerate(blobs))
        return Result(tuple(made))

    def job(self, job_id: str) -> Job:
        job = self.store.get(job_id)
        assert job is not None
        return job

    def done(self, job_id: str) -> bool:
        return self.store.delivery(job_id).done

    def said(self, channel: str = GENERAL, thread: str | None = None) -> list[dict[str, Any]]:
        """What the app said there, oldest first."""
        return [m for m in self.slack.messages(ADA, channel, thread) if m["user"] == BOT and not m["ephemeral"]]


def written(*texts: str) -> Result:
    return Result(tuple(Artifact(ArtifactKind.TEXT, n, 7, text=text) for n, text in enumerate(texts)))


@contextmanager
def database(folder: Path) -> Iterator[tuple[SqlJobStore, Clock]]:
    """A database in `folder`, and the clock that it goes by, which stands still."""
    url = f"sqlite:///{folder / 'jobs.db'}"
    migrate(url)
    clock = Clock()
    store = SqlJobStore(url, clock=clock)
    yield store, clock
    store.close()


class Killed(BaseException):
    """The process ends here and now: nothing is cleaned up."""


@dataclass
class Life:
    """Of a delivery process: it ends at its `at`-th call to Slack, after that took effect or before."""

    at: int = 0
    after: bool = True
    calls: int = 0
    dead: bool = False

    def call(self, make: Callable[[], Any]) -> Any:
        self.calls += 1
        ends = self.calls == self.at
        if ends and not self.after:
            self.end()
        try:
            return make()
        finally:
            if ends:
                self.end()

    def end(self) -> None:
        self.dead = True
        raise Killed


class MortalMessenger(SlackMessenger):
    """Every call to Slack may be its last."""

    def __init__(self, client: WebClient, life: Life) -> None:
        super().__init__(client)
        self._life = life
        api_call = client.api_call
        client.api_call = lambda *args, **more: life.call(lambda: api_call(*args, **more))  # type: ignore[method-assign]

    def _send(self, url: str, data: bytes) -> None:
        self._life.call(lambda: super(MortalMessenger, self)._send(url, data))


class MortalStore:
    """The database, out of reach for a process that is dead: it lets go of no lock."""

    def __init__(self, store: SqlJobStore, life: Life) -> None:
        self._store = store
        self._life = life

    def __getattr__(self, name: str) -> Any:
        if self._life.dead:
            raise Killed
        return getattr(self._store, name)
