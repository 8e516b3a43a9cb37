"""Use case: what a message shows becomes what its job says; run as often as you like, whoever dies when.

Level-triggered: a delivery looks at the job as it is now, not at what changed. The message is posted once, the
intent written down first, so that a delivery after a crash looks for the message by its metadata instead of
posting a second; from then on it is only updated. Files are uploaded unseen, and remembered before they are used.
Every step is saved before the next, which ends this delivery where another took it over. The lock is short, so that
soon after a crash another goes on, and renewed all the time (bot.grip).
Each audience has a message of its own: whoever asked, and the reviewers of a result that waits for them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from uuid import uuid4

from bot.errors import (
    ChannelUnreachable,
    DeliveryDelayed,
    DeliveryError,
    FileNotReady,
    MessageGone,
    MessageTooLong,
    RateLimited,
    SlackRejected,
)
from bot.grip import Grip
from bot.ports import Mark, Messenger, Now, Place, Reason, Renderer, Shown, Slots
from bot.telemetry import measure_delivery
from engine.domain.job import Audience, Delivery, Job, State
from engine.domain.result import ArtifactKind, Failure, Result
from engine.errors import ArtifactMissing
from engine.ports import ArtifactStore, JobStore, ProgressBoard

log = logging.getLogger(__name__)

T = TypeVar("T")

_PART = "part:"
_INTENDED = ""
_FORGET_FILES_AFTER = 4
_LOOK_AGAIN_S = 5.0
_LOOK_AGAIN_AT_MOST_S = 300.0


class Deliverer:
    """Brings one job's message to `audience` up to date. Safe to call from many threads and processes at once."""

    def __init__(
        self,
        *,
        store: JobStore,
        artifacts: ArtifactStore,
        progress: ProgressBoard,
        messenger: Messenger,
        renderer: Renderer,
        slots: Slots,
        lease_s: float,
        audience: Audience = Audience.REQUESTER,
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._progress = progress
        self._messenger = messenger
        self._renderer = renderer
        self._slots = slots
        self._lease_s = lease_s
        self._audience = audience
        self._grip = Grip(store, lease_s)

    def deliver(self, job_id: str, attempt: int = 0) -> float | None:
        """Show the job as it is; return in how many seconds to look again, or None.

        `attempt` counts earlier tries that raised. Raises DeliveryDelayed and StoreUnavailable, to be called again
        later, and SlackMisconfigured. Whatever else goes wrong is told to the user instead.
        """
        owner = uuid4().hex
        look_again_s: float | None = None
        more = True
        while more and self._store.lock_delivery(job_id, owner, self._lease_s, self._audience):
            try:
                with self._grip.hold(job_id, owner, self._audience):
                    look_again_s = self._reconcile(job_id, owner, attempt)
            except _Overtaken:
                log.warning("job %s: another delivery took over", job_id)
            finally:
                more = self._store.unlock_delivery(job_id, owner, self._audience)
        return look_again_s

    def _reconcile(self, job_id: str, owner: str, attempt: int) -> float | None:
        job, delivery = self._store.get(job_id), self._store.delivery(job_id, self._audience)
        if job is None or delivery.done:
            return None
        held = _Held(job, job.state, _home(job, self._audience), self._store, owner, self._lease_s)
        try:
            return self._show(held, delivery)
        except FileNotReady:
            if attempt % _FORGET_FILES_AFTER == _FORGET_FILES_AFTER - 1:
                self._forget_files(held)
            raise
        except ArtifactMissing as error:
            log.error("job %s: %s", job.id, error)
            lost = Result(failure=Failure(error.code), usage=job.result.usage if job.result else Result().usage)
            return self._show(replace(held, job=replace(job, state=State.FAILED, result=lost)), delivery)
        except (ChannelUnreachable, MessageGone, MessageTooLong, SlackRejected) as error:
            if self._audience is Audience.REVIEWERS:
                self._keep_trying(held, error)
            else:
                self._give_up(held, error)
            return None

    def _show(self, held: _Held, delivery: Delivery) -> float | None:
        job = held.job
        now = self._now(job)
        wanted = _digest(self._renderer.show(job, now, {blob: blob for blob in self._blobs(job, now)}))
        if wanted != delivery.shown:
            may_update = self._slots.take(held.home.channel)
            if delivery.message and not job.state.made and not may_update:
                return self._come_back(job, "slot", self._slots.interval_s)
            delivery = self._upload(held, now, delivery)
            delivery = self._send(held, self._renderer.show(job, now, delivery.files), delivery)
            held.save(replace(delivery, shown=wanted, done=job.state.made))
            if job.state.made and self._audience is Audience.REQUESTER:
                measure_delivery(job, time.time())
        if job.state is State.ACCEPTED:
            return self._come_back(job, "queue", min(_LOOK_AGAIN_S + now.position, _LOOK_AGAIN_AT_MOST_S))
        return None

    def _now(self, job: Job) -> Now:
        match job.state:
            case State.ACCEPTED:
                return Now(position=self._store.position(job))
            case State.RUNNING:
                return Now(progress=self._progress.get(job.id))
            case _:
                return Now()

    def _come_back(self, job: Job, reason: Reason, in_s: float) -> float | None:
        return in_s if self._slots.come_back(job.id, reason, in_s) else None

    def _upload(self, held: _Held, now: Now, delivery: Delivery) -> Delivery:
        """All files of this picture are at Slack, and remembered. A preview that is gone is left out."""
        job = held.job
        for number, blob in enumerate(self._blobs(job, now), start=1):
            if blob in delivery.files:
                continue
            try:
                data = self._artifacts.get(blob)
            except ArtifactMissing:
                if job.state.made:
                    raise
                continue
            name = f"aigc-{job.id}-{number}{blob[blob.rfind('.') :]}"
            file_id = self._messenger.upload(data, name, job.request.prompt[:500])
            delivery = held.save(replace(delivery, files={**delivery.files, blob: file_id}))
        return delivery

    def _send(self, held: _Held, parts: Sequence[Shown], delivery: Delivery) -> Delivery:
        """The message, then the parts that continue it in its thread; each posted once, then updated."""
        for number, part in enumerate(parts):
            ts = delivery.files.get(_key(number)) or self._search(held, number, delivery)
            delivery = held.save(_with(delivery, number, ts or _INTENDED))
            if ts:
                self._fitted(part, partial(self._update, held.home.channel, ts))
            else:
                delivery = held.save(_with(delivery, number, self._post(held, number, part, delivery)))
        return delivery

    def _search(self, held: _Held, number: int, delivery: Delivery) -> str:
        """The timestamp of a part that an earlier delivery meant to post, "" if it did not come to that."""
        if _key(number) not in delivery.files:
            return ""
        place, mark = self._place_of(held, number, delivery)
        try:
            found = self._messenger.find(place, mark, held.job.created_at)
        except ChannelUnreachable as error:
            log.warning("job %s: cannot look for its message in %s: %s", held.job.id, place.channel, error)
            return ""
        return found or ""

    def _post(self, held: _Held, number: int, part: Shown, delivery: Delivery) -> str:
        place, mark = self._place_of(held, number, delivery)
        try:
            return self._fitted(part, lambda p: self._messenger.post(place, p.text, p.blocks, mark))
        except RateLimited:
            held.save(replace(delivery, files=_without(delivery.files, _key(number))))
            raise

    def _update(self, channel: str, ts: str, part: Shown) -> None:
        self._messenger.update(channel, ts, part.text, part.blocks)

    def _place_of(self, held: _Held, number: int, delivery: Delivery) -> tuple[Place, Mark]:
        thread = held.home.thread or (delivery.message if number else "")
        return Place(held.home.channel, thread), Mark(held.job.id, number, self._audience)

    def _blobs(self, job: Job, now: Now) -> tuple[str, ...]:
        """The images that the message shows, by artifact store key; what is under review is not put into Slack."""
        if self._audience is Audience.REVIEWERS or job.state is State.HELD:
            return ()
        if job.state is State.RUNNING and now.progress and now.progress.preview:
            return (now.progress.preview,)
        artifacts = job.result.artifacts if job.result else ()
        return tuple(artifact.blob for artifact in artifacts if artifact.kind is ArtifactKind.IMAGE)

    def _forget_files(self, held: _Held) -> None:
        """Uploads that Slack still does not know after several tries are made again."""
        delivery = self._store.delivery(held.job.id, self._audience)
        parts = {key: ts for key, ts in delivery.files.items() if key.startswith(_PART)}
        held.save(replace(delivery, files=parts))

    def _give_up(self, held: _Held, error: DeliveryError) -> None:
        """Nobody will see an answer there: stop the job, tell its requester how to get one, and be done."""
        job = held.job
        log.warning("job %s cannot be shown in %s: %s", job.id, job.origin.channel, error)
        if not job.state.finished:
            job = self._store.cancel(job.id) or job
            held = replace(held, job=job, state=job.state)
        if not isinstance(error, MessageGone):
            self._explain(job, error)
        held.save(replace(self._store.delivery(job.id), done=True))

    def _keep_trying(self, held: _Held, error: DeliveryError) -> None:
        """Reviewers: the review goes on until its time is up, and somebody may yet let the app into the channel.

        The sweeper comes back, but for a message that was deleted, and once it is over: `aigc review` still knows of
        what waits.
        """
        log.error("job %s: reviewers cannot be asked in %s: %s", held.job.id, held.home.channel, error)
        delivery = self._store.delivery(held.job.id, self._audience)
        held.save(replace(delivery, done=held.state.finished or isinstance(error, MessageGone)))

    def _explain(self, job: Job, error: DeliveryError) -> None:
        text = self._renderer.excuse(job, str(error))
        try:
            self._messenger.whisper(Place(job.origin.channel, job.origin.thread), job.origin.user, text)
        except DeliveryDelayed:
            raise
        except DeliveryError as silent:
            log.error("job %s: its requester could not be told either: %s", job.id, silent)

    def _fitted(self, part: Shown, send: Callable[[Shown], T]) -> T:
        """Send; what Slack will not take is sent again as short plain text."""
        try:
            return send(part)
        except (MessageTooLong, SlackRejected) as error:
            log.error("Slack will not show it (%s), sending plain text", error)
            return send(self._renderer.plain(part))


class _Overtaken(Exception):
    """This delivery was still for so long that another took its place."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A job whose message is this delivery's to change until `save` says otherwise."""

    job: Job
    """As it is shown."""
    state: State
    """As it is stored: a result whose files are lost is shown as a failure."""
    home: Place
    _store: JobStore
    _owner: str
    _lease_s: float

    def save(self, delivery: Delivery) -> Delivery:
        """Remember it, and hold on to the job for another lease. Raises _Overtaken."""
        thread = self.home.thread or delivery.message
        if not self._store.save_delivery(
            delivery, self._owner, self._lease_s, channel=self.home.channel, thread=thread, state=self.state
        ):
            raise _Overtaken
        return delivery


def _key(number: int) -> str:
    """Where `Delivery.files` keeps a part's timestamp; empty there means: it was going to be posted."""
    return f"{_PART}{number}"


def _home(job: Job, audience: Audience) -> Place:
    """Where the audience's message stands."""
    hold = job.result.hold if job.result else None
    if audience is Audience.REVIEWERS and hold is not None:
        return Place(hold.channel)
    return Place(job.origin.channel, job.origin.thread)


def _with(delivery: Delivery, number: int, ts: str) -> Delivery:
    """Part `number` stands at `ts`, or is going to be posted."""
    message = ts if number == 0 else delivery.message
    return replace(delivery, message=message, files={**delivery.files, _key(number): ts})


def _without(files: Mapping[str, str], key: str) -> dict[str, str]:
    return {name: value for name, value in files.items() if name != key}


def _digest(parts: Sequence[Shown]) -> str:
    """The same for what looks the same."""
    return hashlib.sha256(json.dumps([(part.text, part.blocks) for part in parts]).encode()).hexdigest()[:32]
