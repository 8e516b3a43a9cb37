"""Which messages are for the app, and which result they are about."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import is_for_app, is_forgotten, latest, may_be_revised, version
from bot.slack.payloads import Message
from bot.submit import job_id
from engine.domain.job import Job, Origin, State
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.result import Artifact, ArtifactKind, Result

REPLY = Message("T1", "C1", "U1", "shorter", "2.2", "1.1", direct=False, mentions_app=False)
DONE = Result(artifacts=(Artifact(ArtifactKind.TEXT, 0, 1, text="Buy"),))


def job(number: int, state: State = State.SUCCEEDED, *, user: str = "U1", thread: str = "", root: str = "r") -> Job:
    return Job(
        id=f"j{number}",
        origin=Origin("T1", "C1", user, thread),
        request=Request(Kind.COPY, "a post", CopyParams()),
        created_at=float(number),
        state=state,
        root_id=root,
        version=number,
        result=DONE if state is State.SUCCEEDED else None,
    )


def test_direct_messages_and_mentions_are_for_the_app() -> None:
    assert is_for_app(replace(REPLY, direct=True), [])
    assert is_for_app(replace(REPLY, mentions_app=True), [])


def test_a_reply_below_the_apps_own_message_is_for_the_app_if_the_requester_wrote_it() -> None:
    assert is_for_app(REPLY, [job(1)])
    assert not is_for_app(replace(REPLY, user="U2"), [job(1)])


def test_a_thread_that_began_with_a_request_to_the_app_is_the_apps() -> None:
    asked = replace(job(1, thread="1.1"), id=job_id("msg:C1:1.1"))
    assert is_for_app(REPLY, [asked])


def test_a_thread_between_people_stays_theirs() -> None:
    asked_within = replace(job(1, thread="1.1"), id=job_id("msg:C1:1.5"))
    assert not is_for_app(REPLY, [asked_within])
    assert not is_for_app(REPLY, [])


def test_the_latest_result_is_the_newest_that_has_one() -> None:
    jobs = [job(1), job(2), job(3, State.REFUSED), job(4, State.RUNNING)]
    assert latest(jobs) == jobs[1]
    assert latest([job(1, State.FAILED)]) is None


def test_words_may_be_about_what_is_there_or_still_being_made_not_about_what_failed() -> None:
    assert may_be_revised([job(1)])
    assert may_be_revised([job(1, State.RUNNING)])
    assert not may_be_revised([job(1, State.FAILED), job(2, State.REFUSED)])
    assert not may_be_revised([])


def test_what_is_not_stored_any_more_can_be_told_from_what_never_was() -> None:
    gone = replace(job(1), result=Result(), forgotten_at=9.0)
    assert is_forgotten([gone])
    assert is_forgotten([gone], 1)
    assert may_be_revised([gone])
    assert not is_forgotten([gone], 2)
    assert not is_forgotten([gone, job(2, State.RUNNING, root="b")])
    assert not is_forgotten([gone, job(1, root="b")], 1)
    assert not is_forgotten([replace(job(1, State.FAILED), forgotten_at=9.0)])
    assert not is_forgotten([])


def test_a_version_is_looked_for_in_the_newest_line() -> None:
    jobs = [job(1, root="a"), job(2, root="a"), job(1, root="b")]
    assert version(jobs, 1) == jobs[2]
    assert version(jobs, 2) is None
    assert version([], 1) is None
