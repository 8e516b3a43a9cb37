"""The order in which waiting jobs are taken: fair among people, however many jobs one of them has waiting.

Start-time fair queueing (Goyal, Vin and Cheng 1996, doi.org/10.1145/248156.248171): when a job is accepted it gets a
number, its turn, which is one more than that of its requester's job before, but not less than that of the job to be
taken next. The lowest number is taken first. So people take turns, and who asks for one thing waits for at most one job
of each other person, beside those that run.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.adapters.job_store.tables import jobs
from engine.domain.job import Job, NewJob, State
from engine.domain.request import Kind

Person = tuple[Kind, str, str]
"""Kind of work, workspace and user."""


def assigned(connection: Connection, new: Sequence[NewJob | Job]) -> list[int]:
    """The turn of each of these jobs, which are accepted now, in this order.

    Two processes that accept jobs at the same moment may give the same number twice: the older job then goes first.
    """
    next_turn: dict[Person, int] = {}
    now: dict[Kind, int] = {}
    turns = []
    for job in new:
        kind = job.request.kind
        person = (kind, job.origin.workspace, job.origin.user)
        if kind not in now:
            now[kind] = _now(connection, kind)
        if person not in next_turn:
            latest = _latest(connection, person)
            next_turn[person] = now[kind] if latest is None else max(now[kind], latest + 1)
        turns.append(next_turn[person])
        next_turn[person] += 1
    return turns


def next_id(connection: Connection, job_id: str, at: float, max_attempts: int) -> str:
    """The waiting job of this one's kind whose turn it is, locked; `job_id` itself if there is none.

    Of two who ask at once, each gets another. A job of a dead worker, or one that was tried too often, is taken by its
    own id: it waits no longer for a turn. One that is to rest for a while is passed over.
    """
    asked = sa.select(jobs.c.kind, jobs.c.state, jobs.c.attempts, jobs.c.lease_until).where(jobs.c.id == job_id)
    hint = connection.execute(asked).first()
    if hint is None:
        return job_id
    let_go = hint.state == State.RUNNING and hint.lease_until < at
    given_up = hint.state == State.ACCEPTED and hint.attempts >= max_attempts
    if let_go or given_up:
        return job_id
    found = next_of(Kind(hint.kind), job_id, at, max_attempts)
    return connection.scalar(found.with_for_update(skip_locked=True)) or job_id


def next_of(kind: Kind, job_id: str, at: float, max_attempts: int) -> sa.Select[tuple[str]]:
    """The question whose turn it is; answered by walking an index to the first that does not rest."""
    rested = sa.or_(jobs.c.queued_at <= at, jobs.c.id == job_id)
    found = sa.select(jobs.c.id).where(
        jobs.c.kind == kind, jobs.c.state == State.ACCEPTED, jobs.c.attempts < max_attempts, rested
    )
    return found.order_by(jobs.c.turn, jobs.c.created_at, jobs.c.id).limit(1)


def waiting_before(connection: Connection, job: Job) -> int:
    """How many jobs will be taken before this one, as things are; 0 for one that does not wait.

    Counted in the index; a row-value comparison would keep SQLite from using it for the range.
    """
    mine = connection.execute(sa.select(jobs.c.state, jobs.c.turn).where(jobs.c.id == job.id)).first()
    if mine is None or mine.state != State.ACCEPTED:
        return 0
    older = sa.or_(jobs.c.created_at < job.created_at, sa.and_(jobs.c.created_at == job.created_at, jobs.c.id < job.id))
    turn = mine.turn or 0
    return _count(connection, job.request.kind, State.ACCEPTED, jobs.c.turn <= turn, sa.or_(jobs.c.turn < turn, older))


def waiting_before_new(connection: Connection, job: NewJob) -> int:
    """How many jobs would be taken before this one, if it were accepted now."""
    (turn,) = assigned(connection, [job])
    return _count(connection, job.request.kind, State.ACCEPTED, jobs.c.turn <= turn)


def waiting(connection: Connection, kind: Kind) -> int:
    return _count(connection, kind, State.ACCEPTED)


def running(connection: Connection, kind: Kind) -> int:
    return _count(connection, kind, State.RUNNING)


def position(connection: Connection, job: Job) -> int:
    """How many jobs run or will be taken before this one; 0 for one that does not wait."""
    stored = connection.scalar(sa.select(jobs.c.state).where(jobs.c.id == job.id))
    if stored != State.ACCEPTED:
        return 0
    return waiting_before(connection, job) + running(connection, job.request.kind)


def _count(connection: Connection, kind: Kind, state: State, *more: sa.ColumnElement[bool]) -> int:
    found = sa.select(sa.func.count()).where(jobs.c.kind == kind, jobs.c.state == state, *more)
    return connection.scalar(found) or 0


def _now(connection: Connection, kind: Kind) -> int:
    """The turn of the job to be taken next or, if none waits, of the one that was taken last."""
    of_kind = jobs.c.kind == kind
    waiting = connection.scalar(sa.select(sa.func.min(jobs.c.turn)).where(of_kind, jobs.c.state == State.ACCEPTED))
    if waiting is not None:
        return int(waiting)
    running = connection.scalar(sa.select(sa.func.max(jobs.c.turn)).where(of_kind, jobs.c.state == State.RUNNING))
    return int(running or 0)


def _latest(connection: Connection, person: Person) -> int | None:
    """The highest turn of a person's jobs that wait or run; those that are over have none."""
    kind, workspace, user = person
    found = sa.select(sa.func.max(jobs.c.turn)).where(
        jobs.c.workspace == workspace, jobs.c.requester == user, jobs.c.kind == kind
    )
    turn = connection.scalar(found)
    return None if turn is None else int(turn)
