"""Two messages about one result that waits: one for whoever asked, one for the reviewers, each once, never too much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.audiences import Audiences
from bot.deliver import Deliverer
from bot.errors import ChannelUnreachable, DeliveryError, SlackUnavailable
from bot.ports import Place, Reason, Renderer
from bot.slack.message import SlackRenderer
from bot.slack.review_message import ReviewRenderer
from bot.slack.sender_message import SenderRenderer
from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Audience, Delivery, NewJob, Origin, State
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.result import Artifact, ArtifactKind, Failure, Result
from engine.domain.review import Outcome
from engine.domain.work import Sending
from tests.fake_messenger import FakeMessenger, FakeSlots, Posted
from tests.fakes import PNG, FakeArtifactStore, FakeProgressBoard, FakeQueue
from tests.support.clock import Clock
from tests.support.drafts import drafting
from tests.support.jobs import new_job, show
from tests.support.reviews import CHANNEL, decision, held

LEASE_S = 60.0


@dataclass
class World:
    store: SqlJobStore
    clock: Clock
    slack: FakeMessenger
    artifacts: FakeArtifactStore
    audiences: Audiences

    def hold(self, result: Result | None = None) -> None:
        self.store.add([new_job("a")])
        self.store.claim("a", "worker", 30)
        assert self.store.finish("a", "worker", State.HELD, result or held())

    def deliver(self) -> list[float]:
        """In how many seconds to look again, for each audience that has to."""
        waits_s: list[float] = []
        self.audiences.deliver("a", waits_s.append)
        return waits_s

    def posted(self, channel: str) -> list[Posted]:
        return [message for message in self.slack.messages.values() if message.place.channel == channel]

    def done(self) -> list[bool]:
        return [self.store.delivery("a", audience).done for audience in (Audience.REQUESTER, Audience.REVIEWERS)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    migrate(url)
    clock = Clock()
    store, slack, artifacts = SqlJobStore(url, clock=clock), FakeMessenger(), FakeArtifactStore()

    coming: set[tuple[str, Reason]] = set()  # as in Redis, shared

    def deliverer(renderer: Renderer, audience: Audience) -> Deliverer:
        return Deliverer(
            store=store,
            artifacts=artifacts,
            progress=FakeProgressBoard(),
            messenger=slack,
            renderer=renderer,
            slots=FakeSlots(coming=coming),
            queue=FakeQueue(),
            lease_s=LEASE_S,
            audience=audience,
        )

    requester = deliverer(SlackRenderer(), Audience.REQUESTER)
    reviewers = deliverer(ReviewRenderer(), Audience.REVIEWERS)
    sender = deliverer(SenderRenderer(), Audience.SENDER)
    yield World(store, clock, slack, artifacts, Audiences(store, requester, reviewers, sender))
    store.close()


def buttons(message: Posted) -> list[str]:
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row["elements"]]


def image(world: World) -> Result:
    blob = world.artifacts.put(PNG + b"nude", "png")
    return held(Artifact(ArtifactKind.IMAGE, 0, 7, blob=blob, mimetype="image/png", width_px=64, height_px=48))


def test_each_audience_has_somebody_come_back_when_its_own_turn_comes(world: World) -> None:
    world.hold()
    for deliverer, wait_s in ((world.audiences._requester, 10.0), (world.audiences._reviewers, 2.0)):
        deliverer._slots.wait_s["post"] = wait_s  # type: ignore[attr-defined]
    assert world.deliver() == [10.0, 2.0]
    assert world.deliver() == [], "both are coming back already"


def test_trouble_with_whoever_asked_does_not_keep_anybody_from_coming_back_for_the_reviewers(world: World) -> None:
    world.hold()
    world.audiences._reviewers._slots.wait_s["post"] = 2.0  # type: ignore[attr-defined]
    world.slack.before["post"] = [SlackUnavailable("HTTP 503")]
    waits_s: list[float] = []
    with pytest.raises(SlackUnavailable):
        world.audiences.deliver("a", waits_s.append)
    assert waits_s == [2.0]


def test_whoever_asked_is_told_to_wait_and_the_reviewers_are_asked(world: World) -> None:
    world.hold()
    world.deliver()
    [waits], [review] = world.posted("C1"), world.posted(CHANNEL)
    assert "Waiting for a review" in waits.text
    assert "cure" not in str(waits.blocks) + waits.text
    assert buttons(waits) == ["job_details", "job_cancel"]
    assert "A guaranteed cure." in str(review.blocks)
    assert buttons(review) == ["review_approve", "review_reject"]
    assert world.done() == [True, True]


def test_where_nothing_waits_the_reviewers_see_nothing(world: World) -> None:
    world.store.add([new_job("a")])
    world.deliver()
    assert world.posted(CHANNEL) == []


def test_an_approved_text_is_shown_and_whoever_asked_is_notified(world: World) -> None:
    world.hold()
    world.deliver()
    world.store.decide("a", decision())
    world.deliver()
    shown, told = world.posted("C1")
    assert "A guaranteed cure." in str(shown.blocks)
    assert told.place == Place("C1", world.store.delivery("a").message)
    assert told.text == "<@U1> A reviewer approved this."
    [review] = world.posted(CHANNEL)
    assert buttons(review) == []
    assert "Approved by <@U9>" in str(review.blocks)
    assert world.done() == [True, True]


def test_a_rejected_text_is_gone_from_both_and_the_reason_is_told(world: World) -> None:
    world.hold()
    world.deliver()
    world.store.decide("a", decision(Outcome.REJECTED, reason="Off <!channel> brand"))
    world.deliver()
    assert "cure" not in str([message.blocks for message in world.slack.messages.values()])
    refusal, told = world.posted("C1")
    assert "Off" in refusal.text
    assert "<!channel>" not in str(refusal.blocks)
    assert told.text.startswith("<@U1> A reviewer decided")
    assert "Rejected by <@U9>" in str(world.posted(CHANNEL)[0].blocks)


def test_an_image_under_review_is_not_in_slack(world: World) -> None:
    world.hold(image(world))
    world.deliver()
    assert world.slack.files == {}
    assert buttons(world.posted(CHANNEL)[0]) == ["review_image", "review_approve", "review_reject"]
    world.store.decide("a", decision())
    world.deliver()
    assert world.slack.files == {"F1": PNG + b"nude"}
    assert buttons(world.posted(CHANNEL)[0]) == []


def test_a_rejected_image_never_gets_there(world: World) -> None:
    world.hold(image(world))
    world.deliver()
    world.store.decide("a", decision(Outcome.REJECTED))
    world.deliver()
    assert world.slack.files == {}


@pytest.mark.parametrize(("outcome", "said"), [(Outcome.EXPIRED, "nobody decided"), (Outcome.CANCELED, "Taken back")])
def test_the_reviewers_see_that_it_is_over(world: World, outcome: Outcome, said: str) -> None:
    world.hold()
    world.deliver()
    world.store.decide("a", decision(outcome))
    world.deliver()
    [review] = world.posted(CHANNEL)
    assert said in str(review.blocks)
    assert len(world.posted("C1")) == (2 if outcome is Outcome.EXPIRED else 1), "who takes it back knows"


DEATHS = [
    ("post", SlackUnavailable("timed out")),
    ("post", SystemExit()),
    ("update", SystemExit()),
    ("update", SlackUnavailable("timed out")),
]


@pytest.mark.parametrize(("step", "error"), DEATHS)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_whatever_dies_after_any_step_each_message_is_there_once(
    world: World, step: str, error: BaseException, times: int
) -> None:
    """The dead process's locks run out; the next one finds what was posted by its mark."""
    world.hold()
    world.slack.after[step] = [error] * times
    for _ in range(8):
        try:
            world.deliver()
        except (DeliveryError, SystemExit):
            world.clock.now += LEASE_S + 1
        if all(world.done()):
            world.store.decide("a", decision())
    assert [message.place.thread for message in world.posted("C1")] == ["", world.store.delivery("a").message]
    assert len(world.posted(CHANNEL)) == 1
    assert "Approved by" in str(world.posted(CHANNEL)[0].blocks)
    assert world.done() == [True, True]


def test_trouble_with_one_audience_does_not_keep_the_news_from_the_other(world: World) -> None:
    world.hold()
    world.slack.before["post"] = [SlackUnavailable("HTTP 503")]
    with pytest.raises(SlackUnavailable):
        world.deliver()
    assert len(world.posted(CHANNEL)) == 1


def test_where_the_app_is_not_in_the_review_channel_it_goes_on_trying(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.hold()
    world.audiences._requester.deliver("a")
    world.slack.before["post"] = [ChannelUnreachable("not_in_channel")]
    world.deliver()
    assert "reviewers cannot be told" in caplog.text
    job = world.store.get("a")
    assert job is not None
    assert job.state is State.HELD
    world.clock.now += 700
    assert world.store.undelivered(world.clock.now - 30) == ("a",)
    world.deliver()
    assert len(world.posted(CHANNEL)) == 1


def test_where_the_app_is_not_in_the_review_channel_it_gives_up_when_the_review_is_over(world: World) -> None:
    world.hold()
    world.store.decide("a", decision(Outcome.EXPIRED))
    world.audiences._requester.deliver("a")
    world.slack.before["post"] = [ChannelUnreachable("not_in_channel")]
    world.deliver()
    world.clock.now += 700
    assert world.store.undelivered(world.clock.now - 30) == ()


def test_a_result_whose_image_is_lost_is_told_as_a_failure_and_that_is_the_end(world: World) -> None:
    world.hold(image(world))
    world.store.decide("a", decision())
    world.artifacts.kept.clear()
    world.deliver()
    assert world.done() == [True, True]
    world.clock.now += 700
    assert world.store.undelivered(world.clock.now - 30) == ()


def test_a_review_that_somebody_deleted_stays_deleted(world: World) -> None:
    world.hold()
    world.deliver()
    del world.slack.messages[world.store.delivery("a", Audience.REVIEWERS).message]
    world.store.decide("a", decision())
    world.deliver()
    assert world.posted(CHANNEL) == []
    assert world.done() == [True, True]


def test_the_result_of_a_job_that_cannot_be_shown_any_more_is_not_reviewed(world: World) -> None:
    world.hold()
    world.slack.before["post"] = [ChannelUnreachable("is_archived")]
    world.deliver()
    job = world.store.get("a")
    assert job is not None
    assert job.state is State.CANCELED
    world.deliver()
    assert "Taken back" in str([message.blocks for message in world.posted(CHANNEL)])
    assert len(world.slack.told("U1")) == 1


def send(world: World, state: State | None = None, result: Result | None = None) -> None:
    """Job "a" sends what job "d" drafted, which stands in the direct messages of U1."""
    draft = Request(Kind.COPY, "", CopyParams(), work=drafting())
    sending = Request(Kind.COPY, "", CopyParams(), work=Sending("d", "You can."))
    world.store.add([NewJob("d", "d", Origin("T1", "D1", "U1"), draft, 50.0)])
    show(world.store, Delivery("d", "5.5", done=True), "D1")
    world.store.add([NewJob("a", "a", Origin("T1", "C1", "U1", "7.0"), sending, 100.0)])
    world.deliver()
    if state is not None:
        world.store.claim("a", "worker", 30)
        assert world.store.finish("a", "worker", state, result or Result())
        world.deliver()


def test_a_reply_stands_in_the_customers_thread_and_its_sender_is_told_below_the_draft(world: World) -> None:
    send(world)
    assert world.posted("C1") == [], "the customer sees nothing before it is cleared"
    (told,) = world.posted("D1")
    assert (told.place, told.text) == (
        Place("D1", "5.5"),
        ":hourglass_flowing_sand: Your reply to <#C1> is being checked and sent.",
    )
    world.store.claim("a", "worker", 30)
    world.store.finish("a", "worker", State.SUCCEEDED, Result((Artifact(ArtifactKind.TEXT, 0, 1, "You can."),)))
    world.deliver()
    (reply,) = world.posted("C1")
    assert reply.place == Place("C1", "7.0")
    assert "You can." in reply.text
    assert "is sent to" in world.posted("D1")[0].text
    job = world.store.get("a")
    assert job is not None
    assert world.store.undelivered(world.clock.now + 900) == ()


def test_a_reply_that_is_refused_is_the_senders_to_know_alone(world: World) -> None:
    send(world, State.FAILED, Result(failure=Failure("internal")))
    assert world.posted("C1") == []
    assert "was not sent" in world.posted("D1")[0].text


def test_a_held_reply_is_the_reviewers_and_the_senders_until_it_is_approved(world: World) -> None:
    send(world, State.HELD, held())
    assert world.posted("C1") == []
    assert "second pair of eyes" in world.posted("D1")[0].text
    (review,) = world.posted(CHANNEL)
    assert "A guaranteed cure." in str(review.blocks)
    world.store.decide("a", decision())
    world.deliver()
    (reply,) = world.posted("C1")
    assert "A guaranteed cure." in reply.text
    assert [message.text for message in world.posted("D1")][1] == "<@U1> A reviewer approved your reply: it is sent."


SENT = Result((Artifact(ArtifactKind.TEXT, 0, 1, "You can."),))


@pytest.mark.parametrize("code", ["is_archived", "restricted_action", "not_in_channel"])
def test_a_reply_that_the_customers_channel_does_not_take_is_told_as_not_sent(world: World, code: str) -> None:
    send(world)
    world.slack.before["post"] = [ChannelUnreachable(code)]
    world.store.claim("a", "worker", 30)
    world.store.finish("a", "worker", State.SUCCEEDED, SENT)
    world.deliver()
    assert world.posted("C1") == []
    assert "was not sent" in world.posted("D1")[0].text
    assert world.store.delivery("a").unseen
    assert world.store.undelivered(world.clock.now + 900) == ()


def test_its_sender_is_told_that_a_reply_is_sent_when_it_is_there_and_not_before(world: World) -> None:
    send(world)
    world.store.claim("a", "worker", 30)
    world.store.finish("a", "worker", State.SUCCEEDED, SENT)
    world.slack.before["post"] = [SlackUnavailable("HTTP 503")]
    with pytest.raises(SlackUnavailable):
        world.deliver()
    assert "is being checked and sent" in world.posted("D1")[0].text
    assert world.store.undelivered(world.clock.now + 900) == ("a",)
    world.deliver()
    assert "is sent to" in world.posted("D1")[0].text
    assert len(world.posted("C1")) == 1


def test_a_sender_who_could_not_be_told_is_told_later(world: World) -> None:
    """Also where the reply was made before its sender was ever told of it."""
    draft = Request(Kind.COPY, "", CopyParams(), work=drafting())
    world.store.add([NewJob("d", "d", Origin("T1", "D1", "U1"), draft, 50.0)])
    show(world.store, Delivery("d", "5.5", done=True), "D1")
    sending = Request(Kind.COPY, "", CopyParams(), work=Sending("d", "You can."))
    world.store.add([NewJob("a", "a", Origin("T1", "C1", "U1", "7.0"), sending, 100.0)])
    world.store.claim("a", "worker", 30)
    world.store.finish("a", "worker", State.SUCCEEDED, SENT)
    world.audiences._requester.deliver("a")
    assert len(world.posted("C1")) == 1
    world.clock.now += 700
    assert world.store.undelivered(world.clock.now - 30) == ("a",)
