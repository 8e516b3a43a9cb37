"""A delivery process that dies at any of its calls to Slack, before it takes effect or after: one message anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.playground import seed
from bot.playground.model import Message
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Audience, State
from engine.domain.review import Outcome
from tests.support.clock import Clock
from tests.support.delivering import (
    DONE,
    LEASE_S,
    Counter,
    Killed,
    Life,
    MortalMessenger,
    MortalStore,
    database,
    written,
)
from tests.support.reviews import decision, held
from tests.support.slack import ADA, ADA_DM, BEN, GENERAL, RunningPlayground, playground_config, running_playground

LONG = "\n\n".join(f"Paragraph {n}. " + "Buy a bottle made of steel. " * 60 for n in range(9))
"""Takes two messages."""

Step = Callable[[Counter, str], Any]
"""Something happens to a job, which its message is then to show."""


def waits(desk: Counter, job: str) -> None:
    pass


def writes(desk: Counter, job: str) -> None:
    desk.begin(job, "Bu")


def is_written(desk: Counter, job: str) -> None:
    desk.finish(job, written(LONG))


def is_drawn(desk: Counter, job: str) -> None:
    desk.finish(job, desk.picture(2))


def is_held(desk: Counter, job: str) -> None:
    hold = held()
    assert hold.hold is not None
    desk.finish(job, replace(hold, hold=replace(hold.hold, channel=seed.REVIEWS_ID)), State.HELD)


def is_approved(desk: Counter, job: str) -> None:
    assert desk.store.decide(job, decision(Outcome.APPROVED, by=BEN))


@pytest.fixture(scope="module")
def slack() -> Iterator[RunningPlayground]:
    with running_playground(playground_config(quiet_only=True)) as running:
        yield running


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqlJobStore, Clock]]:
    with database(tmp_path_factory.mktemp("jobs")) as stored:
        yield stored


@pytest.fixture
def desk(slack: RunningPlayground, stored: tuple[SqlJobStore, Clock]) -> Counter:
    return Counter(slack, *stored)


def play(desk: Counter, job: str, steps: tuple[Step, ...], life: Life) -> None:
    """Each step, and a delivery after it; where `life` ends, another process goes on once the lock has run out."""
    mortal = desk.audiences(MortalMessenger(desk.client(), life), MortalStore(desk.store, life))
    for step in steps:
        step(desk, job)
        try:
            if life.dead:
                desk.deliver(job)
            else:
                desk.deliver_once(job, mortal)
        except Killed:
            desk.clock.now += LEASE_S + 1
            desk.deliver(job)


def messages(desk: Counter, channel: str, job: str, user: str = ADA) -> list[Message]:
    """The app's messages about a job there, those in threads included."""
    found: list[Message] = desk.slack.app.state.playground.workspace.messages(channel, user)
    return [m for m in found if m.metadata and m.metadata["event_payload"]["job"] == job]


SCENES: dict[str, tuple[str, bool, tuple[Step, ...], int]] = {
    "text in a channel": (GENERAL, False, (waits, writes, is_written), 2),
    "text in a thread": (GENERAL, True, (waits, is_written), 2),
    "text in a direct message": (ADA_DM, False, (is_written,), 2),
    "images": (GENERAL, True, (waits, is_drawn), 1),
    "review": (GENERAL, False, (waits, is_held, is_approved), 2),
}
"""Where, whether in a thread, what happens, and how many messages there are to be in the end."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("scene", SCENES)
def test_whichever_call_is_its_last_every_message_is_there_once(desk: Counter, scene: str, after: bool) -> None:
    channel, in_thread, steps, count = SCENES[scene]
    calls = life = Life()
    at = 0
    while at == 0 or at <= calls.calls:
        thread = desk.slack.act(user=ADA, do="message", channel=channel, text="hi")["ts"] if in_thread else ""
        job = desk.ask(channel, thread, draw=is_drawn in steps)
        life = Life(at, after)
        play(desk, job, steps, life)
        if at == 0:
            calls = life
        assert life.dead == (at > 0)
        shown = messages(desk, channel, job)
        assert len(shown) == count
        assert DONE in shown[0].text
        assert {m.thread_ts for m in shown} <= ({thread} if thread else {"", shown[0].ts})
        asked = messages(desk, seed.REVIEWS_ID, job, BEN)
        assert len(asked) == (is_held in steps)
        audiences = [Audience.REQUESTER, *([Audience.REVIEWERS] if asked else [])]
        assert all(desk.store.delivery(job, audience).done for audience in audiences)
        at += 1
    assert calls.calls >= count


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_whichever_call_is_its_last_a_requester_is_told_once_why_there_is_no_message(
    desk: Counter, after: bool
) -> None:
    channel = desk.slack.act(user=ADA, do="create_channel", name=f"closed-{after}".lower())["channel"]
    for at in (1, 2, 3):  # the post that is refused, opening the direct message, writing it
        job = desk.ask(channel)
        life = Life(at, after)
        play(desk, job, (waits,), life)
        assert life.dead
        [told] = messages(desk, ADA_DM, job)
        assert "/invite" in told.text
        assert desk.done(job)


@pytest.mark.parametrize("in_thread", [False, True], ids=["channel", "thread"])
def test_a_lost_message_is_found_below_a_thousand_later_ones(desk: Counter, in_thread: bool) -> None:
    thread = desk.slack.act(user=ADA, do="message", channel=GENERAL, text="hi")["ts"] if in_thread else ""
    job = desk.ask(GENERAL, thread)
    life = Life(1)
    with pytest.raises(Killed):
        desk.deliver_once(job, desk.audiences(MortalMessenger(desk.client(), life), MortalStore(desk.store, life)))
    workspace = desk.slack.app.state.playground.workspace
    [lost] = messages(desk, GENERAL, job)
    for n in range(1_500):
        later = f"{float(lost.ts) + 300 + n:.6f}"
        workspace.put_message(Message(GENERAL, later, ADA, "so it goes", thread_ts=thread))
    searched = len(desk.slack.calls("conversations.history")) + len(desk.slack.calls("conversations.replies"))
    desk.clock.now += LEASE_S + 1
    desk.deliver(job)
    [found] = messages(desk, GENERAL, job)
    assert desk.store.delivery(job).message == found.ts == lost.ts
    after = len(desk.slack.calls("conversations.history")) + len(desk.slack.calls("conversations.replies"))
    assert after - searched <= 5, "the search is bounded"
