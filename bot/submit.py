"""Use case: a wish becomes a durable job.

One writer thread stores everything that is waiting in one transaction, so that sixteen people who press enter
at once wait for one commit, not for sixteen. The broker hears of it afterwards, from another thread; losing that
loses nothing, the sweeper looks for jobs that no worker took.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from queue import Empty, SimpleQueue
from random import Random

from bot.errors import OverLimit
from bot.ports import Announcer
from bot.telemetry import count_submitted
from engine.domain.job import Job, NewJob, Origin, State, Submitted
from engine.domain.limits import NO_LIMITS, Denial, Limits
from engine.domain.request import DrawParams, Kind, Request, Revision, RevisionMode
from engine.errors import EngineError, StoreUnavailable
from engine.ports import JobStore
from engine.telemetry import traces
from engine.telemetry.subject import note_job

log = logging.getLogger(__name__)

MAX_BATCH = 256
"""Most jobs stored in one transaction."""

_seeds = Random()  # noqa: S311 - no secret, and asking the system took a tenth of the time before the acknowledgement


def job_id(dedupe_key: str) -> str:
    """The id of the job that this key makes: 16 hexadecimal digits, the same for the same key."""
    return blake2b(dedupe_key.encode(), digest_size=8).hexdigest()


def new_job(dedupe_key: str, origin: Origin, request: Request, now: float) -> NewJob:
    return NewJob(job_id(dedupe_key), dedupe_key, origin, request, now)


def new_seed() -> int:
    """A seed that fits every backend: 31 bits."""
    return _seeds.getrandbits(31)


def revise(parent: Job, revision: Revision, seed: int, init_image: str = "") -> Request:
    """The request that changes `parent`: its kind, prompt and parameters, with another seed.

    `init_image` is the key of an image that came with the change; a drawing then starts from it.
    """
    params = replace(parent.request.params, seed=seed)
    if parent.picked is not None and revision.mode is RevisionMode.EDIT:  # the others were to choose from
        params = replace(params, n=1)
    if init_image and isinstance(params, DrawParams):
        params, revision = replace(params, init_image=init_image), replace(revision, own_image=True)
    return Request(parent.request.kind, parent.request.prompt, params, revision, work=parent.request.work)


@dataclass(frozen=True, slots=True)
class _Waiting:
    new: NewJob
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Submitted]


class Submitter:
    """Stores jobs, then tells the queue. Safe to call from any number of coroutines."""

    def __init__(self, store: JobStore, queue: Announcer, limits: Limits = NO_LIMITS) -> None:
        self._store = store
        self._queue = queue
        self.limits = limits
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._publishers = ThreadPoolExecutor(1, thread_name_prefix="publish")
        self._writer = threading.Thread(target=self._write, name="submit", daemon=True)
        self._writer.start()

    async def submit(self, new: NewJob) -> Submitted:
        """Return once the job is durable. Raises StoreUnavailable, and OverLimit for one that the limits keep out."""
        note_job(new.id)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Submitted] = loop.create_future()
        with traces.span("job.submit", {"aigc.job": new.id, "aigc.kind": new.request.kind.value}):
            self._waiting.put(_Waiting(replace(new, trace=traces.carried()), loop, future))
            return await future

    def show_soon(self, job_id: str) -> None:
        """Have the job's message brought up to date; nobody waits for it."""
        self._publishers.submit(self._tell, job_id, partial(self._queue.deliver, job_id))

    def close(self) -> None:
        """Store and publish what is still waiting, then stop."""
        self._waiting.put(None)
        self._writer.join()
        self._publishers.shutdown()

    def _write(self) -> None:
        open_ = True
        while open_:
            taken, open_ = self._take()
            if batch := [
                waiting for waiting in taken if not waiting.future.cancelled()
            ]:  # others were told to ask again
                self._store_all(batch)

    def _take(self) -> tuple[list[_Waiting], bool]:
        """Wait for one, then take all that are there; False once closed."""
        batch: list[_Waiting] = []
        try:
            item = self._waiting.get()
            while item is not None:
                batch.append(item)
                if len(batch) == MAX_BATCH:
                    return batch, True
                item = self._waiting.get_nowait()
        except Empty:
            return batch, True
        return batch, False

    def _store_all(self, batch: Sequence[_Waiting]) -> None:
        try:
            stored = self._store.admit([waiting.new for waiting in batch], self.limits)
        except StoreUnavailable as error:
            _settle(batch, [error] * len(batch))
        except Exception as error:
            self._store_one_by_one(batch, error)
        else:
            _settle(batch, [OverLimit(new) if isinstance(new, Denial) else new for new in stored])
            known = [new for new in stored if isinstance(new, Submitted)]
            for new in known:
                if new.created:
                    count_submitted(new.job.request.kind)
            if unannounced := {n.job.id: n.job.request.kind for n in known if _may_be_unannounced(n)}:
                self._publishers.submit(self._publish, unannounced)

    def _store_one_by_one(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """One job that cannot be stored must not take its neighbours with it."""
        if len(batch) == 1:
            _settle(batch, [error])
        else:
            for waiting in batch:
                self._store_all([waiting])

    def _publish(self, jobs: Mapping[str, Kind]) -> None:
        """Given ids and kinds alone: however long the broker takes, no prompt waits for it."""
        for job_id, kind in jobs.items():
            self._tell(job_id, partial(self._queue.deliver, job_id))
            self._tell(job_id, partial(self._queue.generate, job_id, kind))

    @staticmethod
    def _tell(job_id: str, send: Callable[[], None]) -> None:
        try:
            send()
        except EngineError as error:
            log.warning("job %s is stored but not queued, the sweeper will: %s", job_id, error)
        except Exception:
            log.exception("job %s is stored but not queued, the sweeper will", job_id)


def _may_be_unannounced(new: Submitted) -> bool:
    """A known job that nobody took: whoever stored it may have died before the broker heard of it.

    If it did hear, a second message changes nothing.
    """
    return new.created or new.job.state is State.ACCEPTED


def _settle(batch: Sequence[_Waiting], outcomes: Sequence[Submitted | Exception]) -> None:
    """Answer all in one step of their event loop; whoever stopped waiting is passed over."""

    def settle_all() -> None:
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if waiting.future.done():
                continue
            if isinstance(outcome, Exception):
                waiting.future.set_exception(outcome)
            else:
                waiting.future.set_result(outcome)

    try:
        batch[0].loop.call_soon_threadsafe(settle_all)
    except RuntimeError:
        log.info("the server stopped before %d stored jobs were acknowledged", len(batch))
