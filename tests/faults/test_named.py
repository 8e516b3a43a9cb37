"""Faults by name: whatever is killed where, and however Slack fails, each request has one answer, and the right one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from engine.domain.job import State
from engine.domain.request import Kind
from tests.faults.campaign import Campaign
from tests.faults.conftest import Suffer, each
from tests.faults.installation import DELIVERERS, GENERATORS, Installation
from tests.faults.models import Word
from tests.faults.plan import Breakage, Surface
from tests.support.slack import ADA, GENERAL
from tests.support.waiting import until

AROUND = ("before", "after")
WEB_API = ("chat.postMessage", "chat.update", "files.getUploadURLExternal", "files.completeUploadExternal")


def around(*calls: str) -> list[str]:
    return [f"{call}.{side}" for call in calls for side in AROUND]


def test_a_worker_killed_while_it_loads_a_model(suffer: Suffer) -> None:
    suffer((Breakage.GENERATOR_KILLED_AT, "model.load"), late_model=True)


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        (Kind.COPY, ["store.take_turn.after", "filter.check_prompt.after", "model.generate", *around("store.finish")]),
        (Kind.COPY, around("filter.feed", "filter.finish")),
        (Kind.DRAW, ["model.generate", *around("filter.check_image", "artifacts.put")]),
    ],
    ids=["generating", "filtering", "storing"],
)
def test_workers_killed_in_the_middle_of_a_job(suffer: Suffer, kind: Kind, points: list[str]) -> None:
    suffer(*each(Breakage.GENERATOR_KILLED_AT, points), kind=kind)


@pytest.mark.parametrize(
    "points",
    [
        around("slack.chat_postMessage", "store.save_delivery", "slack.chat_update"),
        around("slack.files_getUploadURLExternal", "slack._send", "slack.files_completeUploadExternal"),
    ],
    ids=["showing", "uploading"],
)
def test_delivery_workers_killed_between_any_two_calls_to_slack(suffer: Suffer, points: list[str]) -> None:
    suffer(*each(Breakage.DELIVERER_KILLED_AT, points), kind=Kind.DRAW)


@pytest.mark.parametrize(
    "breakage",
    [
        Breakage.SLACK_LIMITED,
        Breakage.SLACK_BROKEN,
        Breakage.SLACK_SILENT,
        Breakage.SLACK_DONE_SILENT,
        Breakage.SLACK_DONE_BROKEN,
    ],
)
def test_slack_fails_whatever_it_did_before_that(suffer: Suffer, breakage: Breakage) -> None:
    suffer(*each(breakage, WEB_API), kind=Kind.DRAW)


@pytest.mark.parametrize("surface", ["command", "mention"])
def test_the_bot_killed_around_the_moment_at_which_a_request_is_durable(suffer: Suffer, surface: Surface) -> None:
    suffer(*each(Breakage.BOT_KILLED_AT, around("store.admit")), surface=surface)


def test_events_that_come_twice_and_late_make_one_job(suffer: Suffer) -> None:
    suffer((Breakage.EVENTS_TWICE, ""), surface="mention")


def test_a_killed_relay_is_replaced(suffer: Suffer) -> None:
    suffer((Breakage.RELAY_KILLED, ""))


def test_while_the_database_is_away_people_are_told_so_and_what_was_taken_is_done(
    suffer: Suffer, place: Installation
) -> None:
    campaign = suffer((Breakage.DATABASE_AWAY, ""))
    (told,) = campaign.turned_away
    assert told.endswith("x0")


def test_an_honest_error_while_the_database_is_away(place: Installation) -> None:
    with place.database.away():
        answer = place.slack.act(user=ADA, do="command", channel=GENERAL, text="/aigc copy a lamp")
        said = place.slack.messages(ADA, GENERAL)[-1]
    assert answer["acknowledged"], "in the time that Slack waits"
    assert said["ephemeral"]
    assert "try again" in said["text"]


@pytest.mark.parametrize("lose", [Installation.flush_broker, Installation.restart_broker], ids=["flushed", "restarted"])
def test_a_broker_that_forgets_everything_that_waits(
    suffer: Suffer, place: Installation, lose: Callable[[Installation], None]
) -> None:
    def forget(campaign: Campaign) -> None:
        lose(place)
        place.fleet.start(*GENERATORS, *DELIVERERS)

    for name in (*GENERATORS, *DELIVERERS):
        place.fleet.kill(name)
    suffer(before_the_end=forget)


def test_of_two_workers_that_run_a_job_at_once_one_wins(suffer: Suffer, place: Installation) -> None:
    while not (found := stood_still(place, suffer)):
        pass
    pid, token = found
    os.kill(pid, signal.SIGCONT)
    until(lambda: any("had lost it" in place.fleet.said(name) for name in GENERATORS))
    (job,) = [row for row in place.jobs.all() if row.token == token and place.jobs.was_started_by(row.id, pid)]
    names = [name for _, name, _ in place.jobs.events(job.id)]
    assert (names.count("started"), names.count("succeeded"), job.state) == (2, 1, State.SUCCEEDED)


def stood_still(place: Installation, suffer: Suffer) -> tuple[int, str] | None:
    """The process that stands still just before it finishes a request, which another did meanwhile; and that request.

    None where another of its threads was in the middle of a write: SQLite has one writer, and everybody waits for it.
    """
    still = 0

    def look(campaign: Campaign) -> None:
        nonlocal still
        still = until(lambda: [fired for fired in place.points.fired() if fired.at > began])[-1].pid
        if not place.database.writable():
            os.kill(still, signal.SIGCONT)
            still = 0

    began = time.time()
    place.points.arm("store.finish.before", signal.SIGSTOP)
    (token,) = suffer(before_the_end=look).accepted
    return (still, token) if still else None


def test_a_worker_told_to_end_finishes_what_is_short(suffer: Suffer, place: Installation) -> None:
    def end_it(campaign: Campaign) -> None:
        (job,) = until(lambda: [row for row in place.jobs.open() if row.state is State.RUNNING])
        name = next(name for name in GENERATORS if f":{place.fleet.pid(name)}:" in job.owner)
        place.fleet.signal(name, signal.SIGTERM)
        assert place.fleet.wait(name).code == 0
        with suppress(ValueError):
            campaign.breaker.crashes.remove(place.fleet.tend()[0])

    suffer(word=Word.SLOW, before_the_end=end_it)
