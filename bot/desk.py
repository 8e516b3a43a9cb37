"""Jobs as people may start, see and stop them; each method ends before the acknowledgement must be there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.errors import OverLimit
from bot.gate import Gate
from bot.submit import Submitter, job_id, new_job, new_seed, revise
from engine.domain.job import Job, Origin, State, Wanted
from engine.domain.knowledge import CANNED, Document, document_of
from engine.domain.limits import NO_LIMITS, Scope, Share, UsageReport
from engine.domain.replies import CannedReply, Rating
from engine.domain.request import Request, Revision
from engine.domain.review import Decision
from engine.domain.rows import Pace
from engine.errors import StoreUnavailable
from engine.ports import Catalogue, JobStore, ReplyLog, UsageLog
from engine.telemetry.subject import note_job

T = TypeVar("T")

ANSWER_S = 2.0
"""Longest that the database may take; Slack waits three seconds in all."""

MOST_CANCELED = 1_000
"""So many of a person's jobs are stopped at once."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The job store and the submitter, off the event loop. All methods raise StoreUnavailable."""

    store: JobStore
    submitter: Submitter
    clock: Callable[[], float] = time.time
    gate: Gate = field(default_factory=lambda: Gate(NO_LIMITS))
    usage: UsageLog | None = None
    """What was used, for those who ask."""
    replies: ReplyLog | None = None
    """What became of drafts."""

    async def ask(self, key: str, origin: Origin) -> None:
        """Count a request before anything is fetched for it; whoever starts it says `asked`. Raises OverLimit."""
        if denial := await self.gate.denial(key, origin):
            raise OverLimit(denial)

    async def start(self, key: str, origin: Origin, request: Request, *, asked: bool = False) -> Job:
        """Make `request` a job, once per `key`. Raises OverLimit."""
        try:
            if not asked:
                await self.ask(key, origin)
        except OverLimit:
            if job := await self.find(job_id(key), origin.workspace):  # Slack sent it again, and it was taken before
                return job
            raise
        return (await _in_time(self.submitter.submit(new_job(key, origin, request, self.clock())))).job

    async def used(self, origin: Origin) -> UsageReport:
        """What a person, the channel they ask in and, for an admin, the workspace used today."""
        return await _in_time(asyncio.to_thread(self._used, origin))

    def _used(self, origin: Origin) -> UsageReport:
        if self.usage is None:
            return UsageReport((), None)
        limits, now = self.gate.limits, self.clock()
        begins, ends = limits.day(now)
        scopes = [Scope.USER]
        if origin.channel and not origin.direct:
            scopes.append(Scope.CHANNEL)
        admin = origin.user in limits.admins
        scopes += [Scope.WORKSPACE] if admin else []
        shares = tuple(Share(s, limits.quota(s, origin), self.usage.use(s, origin, begins)) for s in scopes)
        return UsageReport(shares, self.usage.spent(limits) if admin else None, limits.budget, ends - now)

    async def revise(self, key: str, origin: Origin, parent: Job, revision: Revision, init_image: str = "") -> Job:
        """Make a change to `parent` a job, with a seed of its own. Raises OverLimit.

        `init_image` came with it to start from; before that was fetched, the request was counted (`ask`).
        """
        return await self.start(key, origin, revise(parent, revision, new_seed(), init_image), asked=bool(init_image))

    async def pick(self, job: Job, variant: int, by: str) -> None:
        """Go on with one variant of a result, and have its message say so."""
        await _in_time(asyncio.to_thread(self.store.pick, job.id, variant, by))
        self.submitter.show_soon(job.id)

    async def pace(self, model: str) -> Pace:
        """What one text of this model took lately."""
        return await _in_time(asyncio.to_thread(self.store.pace, model))

    async def versions(self, job: Job) -> tuple[Job, ...]:
        """The line of revisions that a job belongs to, as far as it is read in the same channel, by version."""
        found = await _in_time(asyncio.to_thread(self.store.versions, job.root_id))
        return tuple(version for version in found if version.origin.channel == job.origin.channel)

    async def find(self, job_id: str, workspace: str) -> Job | None:
        """A job of this workspace; of another's there is no telling that it exists."""
        note_job(job_id)
        job = await _in_time(asyncio.to_thread(self.store.get, job_id))
        return job if job is not None and job.origin.workspace == workspace else None

    async def unseen(self, job: Job) -> bool:
        """Whether what came of it could not be posted, and will not be."""
        if job.state is not State.SUCCEEDED:
            return False
        return (await _in_time(asyncio.to_thread(self.store.delivery, job.id))).unseen

    async def recent(self, origin: Origin, limit: int = 5) -> tuple[Job, ...]:
        """A person's newest jobs, newest first."""
        return await _in_time(asyncio.to_thread(self.store.recent, origin.workspace, origin.user, limit))

    async def position(self, job: Job) -> int:
        """How many jobs come before it."""
        return await _in_time(asyncio.to_thread(self.store.position, job))

    async def in_thread(self, channel: str, thread: str) -> tuple[Job, ...]:
        """The jobs of a thread, oldest first; none for "", the top of the channel."""
        return await _in_time(asyncio.to_thread(self.store.in_thread, channel, thread)) if thread else ()

    async def appeal(self, job: Job, origin: Origin) -> bool:
        """Have reviewers decide on a refused job, as a new one; False if that was asked for before."""
        request = replace(job.request, appeal_of=job.id)
        new = new_job(f"appeal:{job.id}", origin, request, self.clock())
        return (await _in_time(self.submitter.submit(new))).created

    async def decide(self, job: Job, decision: Decision) -> Job | None:
        """End a review, and have both messages say so; the job as it is now, whose decision tells who was first."""
        decided = await _in_time(asyncio.to_thread(self.store.decide, job.id, decision))
        self.submitter.show_soon(job.id)
        return decided

    async def rate(self, rating: Rating) -> None:
        """Keep what somebody thinks of a draft, in place of what they said before."""
        if self.replies is not None:
            await _in_time(asyncio.to_thread(self.replies.rate, rating))

    async def keep(self, reply: CannedReply) -> bool:
        """Keep an answer to be found again; False if it is kept already."""
        return self.replies is not None and await _in_time(asyncio.to_thread(self.replies.save_canned, reply))

    async def kept(self, reply_id: str, workspace: str) -> CannedReply | None:
        """An answer that is kept in this workspace; of another's there is no telling that it exists."""
        found = await _in_time(asyncio.to_thread(self.replies.canned_reply, reply_id)) if self.replies else None
        return found if found is not None and found.workspace == workspace else None

    async def forget(self, reply: CannedReply, catalogue: Catalogue) -> None:
        """Have an answer kept and found no more.

        What is found goes first: where that fails, the answer is still kept, and can be removed again. It goes once
        more, for a worker may have learned it meanwhile; one that learns it later sees that it is kept no more.
        """
        found = [document_of(f"{CANNED}{reply.id}", reply.scope)]
        await _in_time(asyncio.to_thread(catalogue.remove, found))
        if self.replies is not None:
            await _in_time(asyncio.to_thread(self.replies.forget_canned, reply.id))
        await _in_time(asyncio.to_thread(catalogue.remove, found))

    async def document(self, document_id: str, catalogue: Catalogue) -> Document | None:
        """What the knowledge base has by this id."""
        return await _in_time(asyncio.to_thread(catalogue.document, document_id))

    async def unfinished(self, origin: Origin) -> tuple[Job, ...]:
        """All of a person's jobs that wait, run or are under review, newest first."""
        states = tuple(state for state in State if not state.finished)
        wanted = Wanted(states=states, workspace=origin.workspace, user=origin.user, limit=MOST_CANCELED)
        return await _in_time(asyncio.to_thread(self.store.find, wanted))

    async def cancel(self, job: Job) -> bool:
        """Stop a job, and have its message say so; False if it was over before."""
        canceled = await _in_time(asyncio.to_thread(self.store.cancel, job.id))
        self.submitter.show_soon(job.id)
        return canceled is not None and (canceled.state is State.CANCELED or not canceled.state.finished)


async def _in_time(work: Awaitable[T]) -> T:
    """What `work` gives. Raises StoreUnavailable when it takes too long for whoever waits; it may still be done."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return await work
    except TimeoutError as error:
        raise StoreUnavailable(f"the database did not answer in {ANSWER_S:g} s") from error
