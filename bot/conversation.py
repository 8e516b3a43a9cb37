"""What a message means where it was written: whether it is for the app, and which result it is about. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.payloads import Message, message_key
from bot.submit import job_id
from engine.domain.job import Job, State
from engine.domain.work import Learning, Looking, Sending


def is_for_app(message: Message, thread: Sequence[Job]) -> bool:
    """Direct messages and mentions are; so is a reply by the person who started a thread with the app.

    `thread` are the jobs of the thread that the message is in. A thread between people, in which someone asked the
    app once, stays theirs: only mentions count there.
    """
    if message.direct or message.mentions_app:
        return True
    return any(job.origin.user == message.user for job in thread if _started(job, message))


def made_there(thread: Sequence[Job]) -> tuple[Job, ...]:
    """What may be changed there: neither the replies that agents sent, which are theirs, nor what was learned."""
    return tuple(job for job in thread if not isinstance(job.request.work, Sending | Learning | Looking))


def latest(thread: Sequence[Job]) -> Job | None:
    """The newest result of a thread, given its jobs oldest first; None if nothing came out yet."""
    return next((job for job in reversed(thread) if has_result(job)), None)


def may_be_revised(thread: Sequence[Job]) -> bool:
    """Whether plain words there may be about a result: one that is there, is still being made, or is not kept."""
    return any(has_result(job) or not job.state.finished or is_forgotten([job]) for job in thread)


def version(thread: Sequence[Job], number: int) -> Job | None:
    """Result "v<number>" of the newest line of revisions in a thread."""
    root = thread[-1].root_id if thread else ""
    return next((job for job in thread if job.root_id == root and job.version == number and has_result(job)), None)


def is_forgotten(thread: Sequence[Job], number: int = 0) -> bool:
    """Whether what would be changed there, result "v<number>" or the latest, was there and is not stored any more."""
    wanted = [job for job in thread if number in (0, job.version) and (not number or job.root_id == thread[-1].root_id)]
    gone = any(job.forgotten_at is not None and job.state is State.SUCCEEDED for job in wanted)
    return gone and all(job.state.finished for job in thread)


def has_result(job: Job) -> bool:
    return job.state is State.SUCCEEDED and job.result is not None and bool(job.result.artifacts)


def _started(job: Job, message: Message) -> bool:
    """The thread began with this job: with the app's message for it, or with the message that asked for it."""
    return not job.origin.thread or job.id == job_id(message_key(message.channel, message.thread))
