"""What delivery promises: one message per job, never two, never none, whatever fails between any two steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot import held as memory
from bot.deliver import Deliverer
from bot.errors import (
    ChannelUnreachable,
    DeliveryError,
    FileNotReady,
    MessageTooLong,
    RateLimited,
    SlackRejected,
    SlackUnavailable,
)
from bot.ports import Place
from bot.slack.message import SlackRenderer
from engine.domain.job import Audience, Delivery, Job, Origin, State
from engine.domain.request import CopyParams, DrawParams, Kind, Request
from engine.domain.result import Artifact, ArtifactKind, Progress, Result
from engine.domain.work import ForEachRow
from tests.fake_messenger import FakeMessenger, FakeSlots
from tests.fakes import FakeArtifactStore, FakeQueue
from tests.support.speech import PlainRenderer

JOB = Job(
    id="j1",
    origin=Origin("T1", "C1", "U1"),
    request=Request(Kind.DRAW, "a bike", DrawParams()),
    created_at=1000.0,
    state=State.ACCEPTED,
    root_id="j1",
    version=1,
)
TEXTS = Result(artifacts=(Artifact(ArtifactKind.TEXT, 0, 7, text="Buy"), Artifact(ArtifactKind.TEXT, 1, 8, text="it")))
IMAGES = Result(
    artifacts=(
        Artifact(ArtifactKind.IMAGE, 0, 7, blob="aa.png", mimetype="image/png"),
        Artifact(ArtifactKind.IMAGE, 1, 8, blob="bb.png", mimetype="image/png"),
    )
)


@dataclass
class World:
    """Store, artifacts and progress in one, as far as delivering looks at them."""

    job: Job | None = JOB
    row: Delivery = field(default_factory=lambda: Delivery("j1"))
    blobs: dict[str, bytes] = field(default_factory=lambda: {"aa.png": b"A", "bb.png": b"B", "pp.png": b"P"})
    progress: Progress | None = None
    places: list[tuple[str, str]] = field(default_factory=list)
    holder: str = ""
    wanted: bool = False
    earlier: str = ""
    wait_s: float | None = None

    def get(self, key: str) -> Job | bytes | Progress | None:
        return self.job

    def position(self, job: Job) -> int:
        return 3

    def expected_wait_s(self, job: Job) -> float | None:
        return self.wait_s

    def unshown_before(self, job: Job) -> str:
        return self.earlier

    def cancel(self, job_id: str) -> Job | None:
        assert self.job
        self.job = replace(self.job, state=State.CANCELED)
        return self.job

    def delivery(self, job_id: str, audience: Audience = Audience.REQUESTER) -> Delivery:
        return self.row

    def save_delivery(
        self,
        delivery: Delivery,
        owner: str,
        lease_s: float,
        *,
        channel: str,
        thread: str,
        state: State,
        picked: int | None = None,
    ) -> bool:
        if self.holder != owner:
            return False
        self.row = delivery
        self.places.append((channel, thread))
        return True

    def lock_delivery(self, job_id: str, owner: str, lease_s: float, audience: Audience = Audience.REQUESTER) -> bool:
        if self.holder:
            self.wanted = True
            return False
        self.holder = owner
        return True

    def unlock_delivery(self, job_id: str, owner: str, audience: Audience = Audience.REQUESTER) -> bool:
        if self.holder != owner:
            return False
        self.holder, wanted, self.wanted = "", self.wanted, False
        return wanted


class Artifacts(FakeArtifactStore):
    def put(self, data: bytes, extension: str) -> str:
        raise AssertionError("delivering stores nothing")


class Board:
    def __init__(self, world: World) -> None:
        self._world = world

    def put(self, job_id: str, progress: Progress) -> None:
        raise AssertionError("delivering reports nothing")

    def get(self, job_id: str) -> Progress | None:
        return self._world.progress


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def slack() -> FakeMessenger:
    return FakeMessenger()


@pytest.fixture
def slots() -> FakeSlots:
    return FakeSlots()


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def deliverer(world: World, slack: FakeMessenger, slots: FakeSlots, queue: FakeQueue) -> Deliverer:
    return Deliverer(
        store=world,  # type: ignore[arg-type]
        artifacts=Artifacts(world.blobs),
        progress=Board(world),
        messenger=slack,
        renderer=PlainRenderer(),
        slots=slots,
        queue=queue,
        lease_s=60,
    )


def becomes(world: World, state: State, result: Result | None = None) -> None:
    assert world.job
    world.job = replace(world.job, state=state, result=result)


def shown(slack: FakeMessenger) -> list[str]:
    return [message.text for message in slack.messages.values()]


def test_a_waiting_job_gets_a_placeholder_with_its_place(deliverer: Deliverer, slack: FakeMessenger) -> None:
    deliverer.deliver("j1")
    assert shown(slack) == ["accepted 3 "]


def test_a_waiting_job_is_looked_at_again_the_further_behind_the_later(deliverer: Deliverer) -> None:
    assert deliverer.deliver("j1") == 8.0
    assert deliverer.deliver("j1") is None, "somebody is coming back already"


def test_one_message_follows_the_job_to_its_end(deliverer: Deliverer, world: World, slack: FakeMessenger) -> None:
    deliverer.deliver("j1")
    world.progress = Progress(texts=("Bu",))
    becomes(world, State.RUNNING)
    deliverer.deliver("j1")
    assert shown(slack) == ["running 0  Bu"]
    becomes(world, State.SUCCEEDED, Result(artifacts=TEXTS.artifacts[:1]))
    deliverer.deliver("j1")
    assert shown(slack) == ["succeeded 0  Buy"]
    assert world.row.done


def test_what_looks_the_same_is_not_sent_again(deliverer: Deliverer, slack: FakeMessenger) -> None:
    deliverer.deliver("j1")
    deliverer.deliver("j1")
    assert [message.updates for message in slack.messages.values()] == [0]


def test_a_job_that_is_done_or_unknown_is_left_alone(deliverer: Deliverer, world: World, slack: FakeMessenger) -> None:
    world.row = Delivery("j1", done=True)
    deliverer.deliver("j1")
    world.row, world.job = Delivery("j1"), None
    deliverer.deliver("j1")
    assert slack.messages == {}


def test_long_results_go_on_in_the_thread_of_the_message(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    becomes(world, State.SUCCEEDED, TEXTS)
    deliverer.deliver("j1")
    root = world.row.message
    assert [(m.place, m.text) for m in slack.messages.values()] == [
        (Place("C1"), "succeeded 0  Buy"),
        (Place("C1", root), "it"),
    ]


def test_an_answer_in_a_thread_stays_there(deliverer: Deliverer, world: World, slack: FakeMessenger) -> None:
    world.job = replace(JOB, origin=Origin("T1", "C1", "U1", thread="9.9"), state=State.SUCCEEDED, result=TEXTS)
    deliverer.deliver("j1")
    assert {m.place for m in slack.messages.values()} == {Place("C1", "9.9")}
    assert world.places[-1] == ("C1", "9.9")


def test_images_are_uploaded_once_and_shown_in_the_one_message(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    deliverer.deliver("j1")
    becomes(world, State.SUCCEEDED, IMAGES)
    slack.before["update"] = [SlackUnavailable("HTTP 503")]
    with pytest.raises(SlackUnavailable):
        deliverer.deliver("j1")
    deliverer.deliver("j1")
    assert slack.files == {"F1": b"A", "F2": b"B"}
    [message] = slack.messages.values()
    assert [block["slack_file"]["id"] for block in message.blocks] == ["F1", "F2"]


@pytest.mark.parametrize("placeholder", [True, False])
@pytest.mark.parametrize("step", ["post", "upload", "update"])
def test_a_table_hangs_from_the_one_message_whatever_dies(
    deliverer: Deliverer, world: World, slack: FakeMessenger, placeholder: bool, step: str
) -> None:
    deliverer._renderer = deliverer._sender._renderer = SlackRenderer()
    assert world.job
    work = ForEachRow("recommendation", "t.csv", 1)
    world.job = replace(world.job, request=Request(Kind.COPY, "", CopyParams(), work=work))
    if placeholder:
        deliverer.deliver("j1")
    table = Artifact(ArtifactKind.TEXT, 0, 5, "Row 1", blob="aa.png", mimetype="text/csv")
    becomes(world, State.SUCCEEDED, Result((table,)))
    slack.after[step] = [SystemExit()]
    try:
        deliverer.deliver("j1")
    except SystemExit:
        world.holder = ""
        deliverer.deliver("j1")
    [message] = slack.messages.values()
    assert message.files == (list(slack.files)[-1],)
    assert world.row.done


DEATHS = [
    ("post", SlackUnavailable("timed out")),
    ("post", SystemExit()),
    ("upload", SlackUnavailable("timed out")),
    ("upload", RateLimited("slow", retry_after_s=1)),
    ("upload", SystemExit()),
    ("update", SlackUnavailable("timed out")),
    ("update", SystemExit()),
]


@pytest.mark.parametrize(("step", "error"), DEATHS)
def test_whatever_dies_after_any_step_there_is_one_message_with_the_result(
    deliverer: Deliverer, world: World, slack: FakeMessenger, step: str, error: BaseException
) -> None:
    slack.after[step] = [error]
    for state, result in ((State.ACCEPTED, None), (State.SUCCEEDED, IMAGES)):
        becomes(world, state, result)
        try:
            deliverer.deliver("j1")
        except (DeliveryError, SystemExit):
            world.holder = ""
            deliverer.deliver("j1")
    [message] = slack.messages.values()
    assert message.text.startswith("succeeded")
    assert world.row.done


def test_a_first_post_needs_no_search(deliverer: Deliverer, slack: FakeMessenger) -> None:
    deliverer.deliver("j1")
    assert slack.searches == 0


def test_a_rate_limit_leaves_nothing_to_search_for(deliverer: Deliverer, slack: FakeMessenger) -> None:
    slack.before["post"] = [RateLimited("ratelimited", retry_after_s=30)]
    with pytest.raises(RateLimited) as raised:
        deliverer.deliver("j1")
    assert raised.value.retry_after_s == 30
    deliverer.deliver("j1")
    assert slack.searches == 0
    assert len(slack.messages) == 1


def test_progress_waits_for_a_slot_the_result_does_not(
    deliverer: Deliverer, world: World, slack: FakeMessenger, slots: FakeSlots
) -> None:
    deliverer.deliver("j1")
    slots.free = False
    becomes(world, State.RUNNING)
    assert deliverer.deliver("j1") == slots.interval_s
    assert deliverer.deliver("j1") is None, "one is coming back already"
    assert shown(slack) == ["accepted 3 "]
    becomes(world, State.SUCCEEDED, TEXTS)
    deliverer.deliver("j1")
    assert shown(slack)[0] == "succeeded 0  Buy"


def test_a_message_waits_for_its_turn_and_comes_back_by_itself(
    deliverer: Deliverer, world: World, slack: FakeMessenger, slots: FakeSlots
) -> None:
    slots.wait_s["post"] = 7.0
    assert deliverer.deliver("j1") == 7.0
    assert deliverer.deliver("j1") is None, "it is coming back already"
    assert slack.messages == {}
    assert memory.intended_at(world.row, 0) is None, "nothing was tried, so there is nothing to look for"
    slots.wait_s.clear()
    deliverer.deliver("j1")
    assert shown(slack) == ["accepted 3 "]
    assert slots.taken == ["post:j1:requester:0"]


def test_a_result_waits_for_its_turn_and_what_was_sent_of_it_is_not_sent_again(
    deliverer: Deliverer, world: World, slack: FakeMessenger, slots: FakeSlots
) -> None:
    deliverer.deliver("j1")
    becomes(world, State.SUCCEEDED, TEXTS)
    slots.wait_s["post"] = 2.0
    assert deliverer.deliver("j1") == 2.0
    assert shown(slack) == ["succeeded 0  Buy"]
    slots.wait_s.clear()
    deliverer.deliver("j1")
    assert [(m.text, m.updates) for m in slack.messages.values()] == [("succeeded 0  Buy", 1), ("it", 0)]


def test_a_message_lets_those_of_earlier_requests_go_first_but_not_for_ever(
    deliverer: Deliverer, world: World, queue: FakeQueue
) -> None:
    slack, slots = deliverer._sender._messenger, deliverer._slots
    assert isinstance(slack, FakeMessenger)
    assert isinstance(slots, FakeSlots)
    world.earlier = "j0"
    assert deliverer.deliver("j1") == 0.25
    assert slack.messages == {}
    assert queue.delivered == ["j0"], "it is hurried, once"
    deliverer.deliver("j1")
    assert queue.delivered == ["j0"]
    slots.patience = False
    deliverer.deliver("j1")
    assert len(slack.messages) == 1


def test_a_message_that_is_there_waits_for_no_earlier_one(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    deliverer.deliver("j1")
    world.earlier = "j0"
    becomes(world, State.SUCCEEDED, TEXTS)
    deliverer.deliver("j1")
    assert shown(slack)[0] == "succeeded 0  Buy"


def test_what_an_older_version_was_going_to_post_is_looked_for_without_knowing_when(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    deliverer.deliver("j1")
    world.row = Delivery("j1", files={"part:0": ""})
    deliverer.deliver("j1")
    assert slack.searches == 1
    assert len(slack.messages) == 1


def test_previews_are_shown_and_one_that_is_gone_is_left_out(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    becomes(world, State.RUNNING)
    world.progress = Progress(step=1, steps=4, preview="pp.png")
    deliverer.deliver("j1")
    assert shown(slack) == ["running 0  F1"]
    world.progress = Progress(step=2, steps=4, preview="gone.png")
    deliverer.deliver("j1")
    assert shown(slack) == ["running 0 "]


def test_a_lost_image_is_a_failure_that_is_told(deliverer: Deliverer, world: World, slack: FakeMessenger) -> None:
    del world.blobs["bb.png"]
    becomes(world, State.SUCCEEDED, IMAGES)
    deliverer.deliver("j1")
    assert shown(slack) == ["failed 0 artifact_missing"]
    assert world.row.done


def test_a_lost_image_that_cannot_be_told_of_there_is_told_of_directly(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    del world.blobs["bb.png"]
    becomes(world, State.SUCCEEDED, IMAGES)
    slack.before["post"] = [ChannelUnreachable("is_archived")]
    deliverer.deliver("j1")
    assert slack.told("U1") == ["sorry: is_archived"]
    assert world.row.done


def test_a_lost_image_whose_message_was_deleted_is_told_to_nobody(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    deliverer.deliver("j1")
    slack.messages.clear()
    world.blobs.clear()
    becomes(world, State.SUCCEEDED, IMAGES)
    deliverer.deliver("j1")
    assert slack.messages == {}
    assert world.row.done


def test_a_file_that_slack_does_not_know_is_tried_again_then_uploaded_again(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    deliverer.deliver("j1")
    becomes(world, State.SUCCEEDED, IMAGES)
    slack.before["update"] = [FileNotReady("invalid_blocks", retry_after_s=1.0) for _ in range(4)]
    for _ in range(4):
        with pytest.raises(FileNotReady):
            deliverer.deliver("j1")
    assert len(slack.files) == 2
    deliverer.deliver("j1")
    assert len(slack.files) == 4
    assert len(slack.messages) == 1


@pytest.mark.parametrize("error", [MessageTooLong("msg_too_long"), SlackRejected("invalid_blocks")])
def test_what_slack_refuses_is_said_plainly(
    deliverer: Deliverer, world: World, slack: FakeMessenger, error: DeliveryError
) -> None:
    deliverer.deliver("j1")
    becomes(world, State.SUCCEEDED, TEXTS)
    slack.before["update"] = [error]
    deliverer.deliver("j1")
    assert shown(slack)[0] == "plain"
    assert world.row.done


def test_where_the_app_may_not_post_the_person_is_told_and_the_job_stopped(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    slack.before["post"] = [ChannelUnreachable("not_in_channel")]
    deliverer.deliver("j1")
    assert slack.told("U1") == ["sorry: not_in_channel"]
    assert world.job
    assert world.job.state is State.CANCELED
    assert world.row.done


def test_a_person_who_cannot_be_told_now_is_told_later(deliverer: Deliverer, slack: FakeMessenger) -> None:
    slack.before["post"] = [ChannelUnreachable("not_in_channel") for _ in range(2)]
    slack.before["direct"] = [SlackUnavailable("HTTP 503")]
    with pytest.raises(SlackUnavailable):
        deliverer.deliver("j1")
    deliverer.deliver("j1")
    assert len(slack.told("U1")) == 1


def test_a_message_that_was_deleted_stays_deleted(deliverer: Deliverer, world: World, slack: FakeMessenger) -> None:
    deliverer.deliver("j1")
    slack.messages.clear()
    becomes(world, State.SUCCEEDED, TEXTS)
    deliverer.deliver("j1")
    assert slack.messages == {}
    assert world.row.done


def test_who_comes_second_leaves_the_work_to_the_first(
    deliverer: Deliverer, world: World, slack: FakeMessenger
) -> None:
    world.holder = "another"
    deliverer.deliver("j1")
    assert slack.messages == {}
    assert world.wanted


def test_a_delivery_that_was_overtaken_stops_where_it_is(
    deliverer: Deliverer, world: World, slack: FakeMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    becomes(world, State.SUCCEEDED, TEXTS)
    post = slack.post

    def takes_too_long(*args: object) -> str:
        world.holder = "another"
        return post(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(slack, "post", takes_too_long)
    deliverer.deliver("j1")
    assert shown(slack) == ["succeeded 0  Buy"], "the second part is the other's to post"
    assert world.row.message == ""
    assert memory.intended_at(world.row, 0) is not None
    assert world.holder == "another"


def test_no_old_text_is_written_over_the_result(
    deliverer: Deliverer, world: World, slack: FakeMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliverer.deliver("j1")
    becomes(world, State.RUNNING)
    world.progress = Progress(step=1, steps=4, preview="pp.png")
    upload = slack.upload

    def takes_too_long(*args: object) -> str:
        world.holder = "another"
        return upload(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(slack, "upload", takes_too_long)
    deliverer.deliver("j1")
    assert shown(slack) == ["accepted 3 "]


def test_who_is_asked_meanwhile_looks_again_before_leaving(
    deliverer: Deliverer, world: World, slack: FakeMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = slack.post

    def finishes_meanwhile(*args: object) -> str:
        becomes(world, State.SUCCEEDED, Result(artifacts=TEXTS.artifacts[:1]))
        assert not world.lock_delivery("j1", "another", 60)
        return post(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(slack, "post", finishes_meanwhile)
    deliverer.deliver("j1")
    assert shown(slack) == ["succeeded 0  Buy"]
