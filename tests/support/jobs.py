"""Jobs for tests, with what a test does not care about filled in."""

from __future__ import annotations

from engine.domain.job import Delivery, NewJob, Origin, State
from engine.domain.request import CopyParams, DrawParams, Kind, Params, Request, Revision, RevisionMode
from engine.ports import JobStore

ORIGIN = Origin("T1", "C1", "U1")


def new_job(
    job_id: str,
    prompt: str = "a post for a bottle",
    *,
    params: Params | None = None,
    revision: Revision | None = None,
    origin: Origin = ORIGIN,
    created_at: float = 100.0,
) -> NewJob:
    """A text job unless `params` say otherwise; its dedupe key is its id."""
    params = params or CopyParams(seed=5)
    kind = Kind.COPY if isinstance(params, CopyParams) else Kind.DRAW
    return NewJob(job_id, f"key:{job_id}", origin, Request(kind, prompt, params, revision), created_at)


def new_drawing(job_id: str, prompt: str = "a red bicycle", revision: Revision | None = None) -> NewJob:
    return new_job(job_id, prompt, params=DrawParams(seed=5), revision=revision)


def show(store: JobStore, delivery: Delivery, channel: str = "C1", thread: str = "") -> None:
    """As a delivery does; without a thread the message is the root of its own."""
    owner = "delivery"
    assert store.lock_delivery(delivery.job_id, owner, 30, delivery.audience)
    assert store.save_delivery(
        delivery, owner, 30, channel=channel, thread=thread or delivery.message, state=state(store, delivery.job_id)
    )
    store.unlock_delivery(delivery.job_id, owner, delivery.audience)


def state(store: JobStore, job_id: str) -> State:
    job = store.get(job_id)
    assert job is not None
    return job.state


def edit(parent_id: str, instruction: str = "shorter") -> Revision:
    return Revision(parent_id, RevisionMode.EDIT, instruction)
