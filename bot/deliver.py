"""Use case: what a message shows becomes what its job says; run as often as you like, whoever dies when.

Level-triggered: a delivery looks at the job as it is now, not at what changed. The message is posted once, the
intent written down first, so that a delivery after a crash looks for the message by its metadata instead of
posting a second; from then on it is only updated. Files are uploaded unseen, and remembered before they are used.
Every step is saved before the next, which ends this delivery where another took it over. The lock is short, so that
soon after a crash another goes on, and renewed all the time (bot.grip).
Each audience has a message of its own: whoever asked, the reviewers of a result that waits for them, and the agent who
sends a reply, which stands where its customer is once it may be seen.

Order: the messages of a channel, or of a thread, stand in the order in which they were asked for; each shows its result
as soon as that is there, and none waits for a slower one before it. What is to be written takes its turn in Slack's
rates (bot.slots), first come first served in each channel, so that a busy channel does not hold up another; progress
is left out before a result has to wait. What comes of each of Slack's refusals: bot.slack.refusals.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from uuid import uuid4

from bot import held as memory
from bot.errors import (
    ChannelUnreachable,
    DeliveryError,
    FileNotReady,
    MessageFixed,
    MessageGone,
    MessageTooLong,
    SlackRejected,
    TurnNotCome,
    UploadRefused,
)
from bot.grip import Grip
from bot.held import Held, Overtaken
from bot.ports import Announcer, Messenger, Now, Place, Posted, Reason, Renderer, Slots
from bot.sending import Sender
from bot.telemetry import measure_delivery
from engine.domain.job import Audience, Delivery, Job, State
from engine.domain.result import Failure, Result
from engine.domain.work import Sending
from engine.errors import ArtifactMissing
from engine.ports import ArtifactStore, JobStore, ProgressBoard
from engine.telemetry import traces

log = logging.getLogger(__name__)

_UPLOAD_AGAIN_AFTER = 4
_LEAVE_OUT_AFTER = 12
"""How often Slack may not know an uploaded file before it is uploaded again, and before it is left out."""
_NOT_SHOWN = "not_shown"
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
        queue: Announcer,
        lease_s: float,
        audience: Audience = Audience.REQUESTER,
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._progress = progress
        self._sender = Sender(messenger, renderer, slots, queue)
        self._renderer = renderer
        self._slots = slots
        self._lease_s = lease_s
        self._audience = audience
        self._grip = Grip(store, lease_s)

    def deliver(self, job_id: str) -> float | None:
        """Show the job as it is; return in how many seconds to look again, or None.

        Raises DeliveryDelayed and StoreUnavailable, to be called again later. Whatever else goes wrong is told to the
        user instead.
        """
        owner = uuid4().hex
        look_again_s: float | None = None
        more = True
        while more and self._store.lock_delivery(job_id, owner, self._lease_s, self._audience):
            try:
                with self._grip.hold(job_id, owner, self._audience):
                    look_again_s = self._reconcile(job_id, owner)
            except Overtaken:
                log.warning("job %s: another delivery took over", job_id)
            finally:
                more = self._store.unlock_delivery(job_id, owner, self._audience)
        return look_again_s

    def _reconcile(self, job_id: str, owner: str) -> float | None:
        job, delivery = self._store.get(job_id), self._store.delivery(job_id, self._audience)
        if job is None or delivery.done:
            return None
        home = self._home(job)
        held = Held(job, job.state, home, self._audience, self._store, owner, self._lease_s)
        if memory.excused(delivery):  # what was made meanwhile is not shown to somebody who was told that it is not
            held.save(replace(delivery, done=True))
            return None
        told = {"aigc.job": job.id, "aigc.state": job.state.value, "aigc.audience": self._audience.value}
        try:
            with traces.resumed("deliver", job.trace, told):
                return self._show_or_say_why_not(held, delivery)
        except TurnNotCome as error:
            return self._come_back(job, "turn", error.retry_after_s or 0.0)
        except FileNotReady:
            self._note_not_ready(held)
            raise

    def _show_or_say_why_not(self, held: Held, delivery: Delivery) -> float | None:
        try:
            return self._show_or_say_what_is_lost(held, delivery)
        except (ChannelUnreachable, MessageGone, MessageFixed, MessageTooLong, SlackRejected) as error:
            if self._audience is not Audience.REQUESTER:
                self._keep_trying(held, error)
            else:
                self._give_up(held, error)
            return None

    def _show_or_say_what_is_lost(self, held: Held, delivery: Delivery) -> float | None:
        job = held.job
        try:
            return self._show(held, delivery)
        except ArtifactMissing as error:
            log.error("job %s: %s", job.id, error)
            lost = Result(failure=Failure(error.code), usage=job.result.usage if job.result else Result().usage)
            return self._show(replace(held, job=replace(job, state=State.FAILED, result=lost)), held.saved())

    def _show(self, held: Held, delivery: Delivery) -> float | None:
        job = held.job
        now = self._now(job, delivery)
        wanted = memory.digest(*self._renderer.show(job, now, {blob: blob for blob in self._blobs(job, now)}))
        if wanted != delivery.shown:
            may_update = self._slots.take(held.home.channel)
            if delivery.message and not job.state.made and not may_update:
                return self._come_back(job, "slot", self._slots.interval_s)
            delivery = self._upload(held, now, delivery)
            now = replace(now, kept_out=memory.kept_out(delivery))
            delivery = self._sender.show(held, self._renderer.show(job, now, memory.files(delivery)), delivery)
            held.save(replace(delivery, shown=wanted, done=job.state.made and now.reply is not Posted.NOT_YET))
            if job.state.made and job.picked is None and self._audience is Audience.REQUESTER:
                measure_delivery(job, time.time())
        if job.state is State.ACCEPTED:
            return self._come_back(job, "queue", min(_LOOK_AGAIN_S + now.position, _LOOK_AGAIN_AT_MOST_S))
        return None

    def _now(self, job: Job, delivery: Delivery) -> Now:
        match job.state:
            case State.ACCEPTED:
                return Now(self._store.position(job), self._store.expected_wait_s(job))
            case State.RUNNING:
                return Now(progress=self._progress.get(job.id))
            case _:
                return Now(kept_out=memory.kept_out(delivery), reply=self._reply(job))

    def _reply(self, job: Job) -> Posted:
        """Whether the reply is where its sender is told that it is: a job that succeeded may not be posted yet."""
        if self._audience is not Audience.SENDER or job.state is not State.SUCCEEDED:
            return Posted.YES
        shown = self._store.delivery(job.id)
        return Posted.YES if shown.message else Posted.NEVER if shown.unseen else Posted.NOT_YET

    def _come_back(self, job: Job, reason: Reason, in_s: float) -> float | None:
        in_s = min(in_s, _LOOK_AGAIN_AT_MOST_S)
        return in_s if self._slots.come_back(f"{job.id}:{self._audience.value}", reason, in_s) else None

    def _upload(self, held: Held, now: Now, delivery: Delivery) -> Delivery:
        """All files of this picture are at Slack, and remembered, or kept out for good. A lost preview is left out."""
        job = held.job
        for blob in self._blobs(job, now):
            if blob in delivery.files:
                continue
            try:
                data = self._artifacts.get(blob)
                delivery = self._sender.upload(held, delivery, blob, data, self._renderer.alt_text(job))
            except ArtifactMissing:
                if job.state.made:
                    raise
            except UploadRefused as error:
                log.error("job %s: Slack does not take its image: %s", job.id, error)
                delivery = held.save(memory.keep_out(delivery, [blob], str(error)))
        return delivery

    def _blobs(self, job: Job, now: Now) -> tuple[str, ...]:
        """The images and files of the message, by artifact store key; what is under review is not put into Slack."""
        if self._audience is Audience.REVIEWERS or job.state is State.HELD:
            return ()
        if job.state is State.RUNNING and now.progress and now.progress.preview:
            return (now.progress.preview,)
        artifacts = job.result.artifacts if job.result else ()
        return tuple(artifact.blob for artifact in artifacts if artifact.blob)

    def _note_not_ready(self, held: Held) -> None:
        """Uploads that Slack still does not know after several tries are made again, and in the end left out."""
        delivery = memory.not_ready(held.saved())
        times = memory.times_not_ready(delivery)
        if times >= _LEAVE_OUT_AFTER:
            log.error("job %s: Slack took its images, but does not show them", held.job.id)
            delivery = memory.keep_out(delivery, list(memory.files(delivery)), _NOT_SHOWN)
        elif times % _UPLOAD_AGAIN_AFTER == 0:
            delivery = memory.forget_files(delivery)
        held.save(delivery)

    def _give_up(self, held: Held, error: DeliveryError) -> None:
        """Nobody will see an answer there: stop the job, tell its requester how to get one, and be done."""
        job = held.job
        log.warning("job %s cannot be shown in %s: %s", job.id, job.origin.channel, error)
        if not job.state.finished:
            job = self._store.cancel(job.id) or job
            held = replace(held, job=job, state=job.state)
        if not isinstance(error, MessageGone):
            self._explain(held, error)
        held.save(replace(held.saved(), done=True))

    def _explain(self, held: Held, error: DeliveryError) -> None:
        try:
            self._sender.excuse(held, self._renderer.excuse(held.job, str(error)))
        except (ChannelUnreachable, MessageTooLong, SlackRejected) as silent:
            log.error("job %s: its requester could not be told either: %s", held.job.id, silent)

    def _keep_trying(self, held: Held, error: DeliveryError) -> None:
        """Others than whoever asked: a review goes on until its time is up, and somebody may yet let the app in.

        The sweeper comes back, but for a message that was deleted, and once it is over: `aigc review` still knows of
        what waits.
        """
        to, where = self._audience.value, held.home.channel
        log.error("job %s: the %s cannot be told in %s: %s", held.job.id, to, where, error)
        held.save(replace(held.saved(), done=held.state.finished or isinstance(error, MessageGone)))

    def _home(self, job: Job) -> Place:
        """Where the audience's message stands."""
        hold, work = job.result.hold if job.result else None, job.request.work
        if self._audience is Audience.REVIEWERS and hold is not None:
            return Place(hold.channel)
        if self._audience is Audience.SENDER and isinstance(work, Sending):
            return self._below_draft(work.draft_id) or Place(job.origin.user)
        return Place(job.origin.channel, job.origin.thread)

    def _below_draft(self, draft_id: str) -> Place | None:
        """The thread of the draft, which its agent alone sees; None where the draft is not stored any more."""
        draft = self._store.get(draft_id)
        if draft is None:
            return None
        return Place(draft.origin.channel, draft.origin.thread or self._store.delivery(draft_id).message)
