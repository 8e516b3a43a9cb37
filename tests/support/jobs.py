"""Jobs for tests, with what a test does not care about filled in."""

from __future__ import annotations

from engine.domain.job import NewJob, Origin
from engine.domain.request import CopyParams, DrawParams, Kind, Params, Request, Revision, RevisionMode

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


def edit(parent_id: str, instruction: str = "shorter") -> Revision:
    return Revision(parent_id, RevisionMode.EDIT, instruction)
