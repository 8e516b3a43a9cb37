"""The road through a worker: one job in, one outcome recorded and told, whatever happens on the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Delivery, Job, NewJob, State
from engine.domain.limits import Scope
from engine.domain.provenance import Making
from engine.domain.recipe import RecipeBook, Words
from engine.domain.request import CopyParams, DrawParams, Kind, Length, Request, Revision, RevisionMode
from engine.domain.result import (
    STARTING_IMAGE,
    STARTING_IMAGE_REFUSED,
    TOO_MANY_ATTEMPTS,
    ArtifactKind,
    Failure,
    Progress,
)
from engine.domain.rows import RowMade
from engine.domain.safety import Where
from engine.domain.task import ImageEvent, ImageTask, TextDelta, TextEnd, TextEvent, TextTask
from engine.domain.voice import Disclaimer, Voice, VoiceBook
from engine.domain.wording import digest
from engine.domain.work import ForEachRow, FromRecipe, Sending
from engine.errors import (
    BackendRejected,
    BackendUnavailable,
    LabelFailed,
    OutOfMemory,
    StorageFull,
    StoreUnavailable,
)
from engine.ports import Canceled
from engine.recipes.book import shipped
from engine.service import Engine
from engine.steps.pulse import Pulse
from engine.steps.spoken import OTHER_LANGUAGE
from engine.steps.tools import Tools
from engine.steps.watch import Stop
from engine.sweeper import sweep
from engine.timing import Timing
from tests.fakes import (
    PNG,
    FakeArtifactStore,
    FakeBackends,
    FakeImageBackend,
    FakeLabeller,
    FakeProgressBoard,
    FakeQueue,
    FakeSafety,
    FakeStream,
    FakeTextBackend,
)
from tests.support.clock import Clock
from tests.support.jobs import ORIGIN, edit, new_drawing, new_job, show
from tests.support.pictures import encoded, halves
from tests.support.threads import new_draft


@dataclass
class Workshop:
    """An engine among fakes, with a real store."""

    store: SqlJobStore
    engine: Engine
    text: FakeTextBackend
    image: FakeImageBackend
    backends: FakeBackends
    safety: FakeSafety
    labeller: FakeLabeller
    artifacts: FakeArtifactStore
    queue: FakeQueue
    progress: FakeProgressBoard
    clock: Clock

    def run(self, new: NewJob) -> Job:
        self.store.add([new])
        self.engine.run_job(new.id)
        return self.job(new.id)

    def job(self, job_id: str) -> Job:
        job = self.store.get(job_id)
        assert job is not None
        return job

    def event_names(self, job_id: str) -> list[str]:
        return [event.name for event in self.store.events(job_id)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    migrate(url)
    clock = Clock()
    store = SqlJobStore(url, clock=clock)
    text, image = FakeTextBackend(), FakeImageBackend()
    backends, safety, artifacts = FakeBackends(text, image), FakeSafety(), FakeArtifactStore()
    labeller = FakeLabeller()
    queue, progress = FakeQueue(), FakeProgressBoard()
    tools, timing = Tools(backends, safety, labeller, artifacts, store), Timing(max_attempts=3)
    engine = Engine(tools, queue=queue, progress=progress, owner="me", timing=timing, sleep=lambda seconds: None)
    yield Workshop(store, engine, text, image, backends, safety, labeller, artifacts, queue, progress, clock)
    engine.close()
    store.close()


def test_a_text_job_ends_with_its_text_and_what_it_took(shop: Workshop) -> None:
    job = shop.run(new_job("a", params=CopyParams(seed=5, n=2, tone="dry")))
    assert job.state is State.SUCCEEDED
    assert job.result is not None
    assert [(a.text, a.seed, a.index) for a in job.result.artifacts] == [
        ("Steel. For life. Yours.", 5, 0),
        ("Steel. For life. Yours.", 6, 1),
    ]
    usage = job.result.usage
    assert (usage.model, usage.backend, usage.prompt_tokens, usage.completion_tokens) == ("fake-text", "fake", 7, 6)
    assert usage.settings == {"seed": 5, "n": 2, "tone": "dry", "length": "medium", "temperature": 0.7}
    assert usage.wait_s > 0
    assert shop.event_names("a") == ["accepted", "started", "succeeded"]


def test_a_reply_is_sent_without_a_model(shop: Workshop) -> None:
    job = shop.run(new_draft("a", Sending("draft", "Yes, within 30 days.")))
    assert (job.state, job.result and job.result.artifacts[0].text) == (State.SUCCEEDED, "Yes, within 30 days.")
    assert job.result is not None
    assert (job.result.usage.model, shop.text.tasks) == ("", [])


def test_the_outcome_is_told_after_it_was_recorded(shop: Workshop) -> None:
    states: list[State] = []
    shop.queue.deliver = lambda job_id: states.append(shop.job(job_id).state)  # type: ignore[method-assign]
    shop.run(new_job("a"))
    assert states[0] is State.RUNNING
    assert states[-1] is State.SUCCEEDED


def test_text_is_shown_while_it_grows_and_only_what_was_cleared(shop: Workshop) -> None:
    shop.text.words = ("One sentence. ", "Half a")
    shop.run(new_job("a"))
    assert shop.progress.shown["a"] == [Progress(texts=("One sentence.",))]


def test_length_becomes_a_limit_of_tokens(shop: Workshop) -> None:
    shop.run(new_job("a", params=CopyParams(length=Length.SHORT)))
    shop.run(new_job("b", params=CopyParams(length=Length.LONG)))
    assert [task.max_new_tokens for task in shop.text.tasks] == [120, 512]


@pytest.mark.parametrize("new", [new_job("a"), new_drawing("a")])
def test_the_filter_hears_what_it_judges_and_for_whom(shop: Workshop, new: NewJob) -> None:
    shop.run(new)
    assert shop.safety.places == {Where(new.request.kind, "T1", "C1")}


def test_a_refused_prompt_reaches_no_model(shop: Workshop) -> None:
    job = shop.run(new_job("a", "something forbidden"))
    assert job.state is State.REFUSED
    assert job.result is not None
    assert job.result.refusal is not None
    assert shop.text.tasks == []


def test_a_redacted_prompt_reaches_the_model_redacted(shop: Workshop) -> None:
    job = shop.run(new_job("a", "my secret wish", params=CopyParams(tone="secret")))
    turns = shop.text.tasks[0].turns
    assert turns[-1].text == "my [hidden] wish"
    assert "Tone: [hidden]." in turns[0].text
    assert job.result is not None
    assert job.result.notices == ("redacted",)
    assert job.request.prompt == "my secret wish"


def test_advice_that_is_asked_for_or_given_has_its_disclaimer(shop: Workshop) -> None:
    asked = shop.run(new_job("a", "give me advice"))
    assert asked.result is not None
    assert asked.result.notices == ("advice_legal",)
    assert shop.text.tasks[0].turns[-1].text == "give me advice"
    shop.text.words = ("Take this ", "advice.")
    given = shop.run(new_job("b"))
    assert given.result is not None
    assert (given.result.artifacts[0].text, given.result.notices) == ("Take this advice.", ("advice_legal",))


def test_a_text_in_another_language_than_its_request_says_so(shop: Workshop) -> None:
    shop.text.words = ("A warm cup ", "for a cold day.")
    job = shop.run(new_job("a", prompt="为我们的新茶写一条帖子"))
    assert job.result is not None
    assert job.result.notices == (OTHER_LANGUAGE,)


def test_what_an_earlier_prompt_hid_stays_hidden_in_a_revision(shop: Workshop) -> None:
    shop.run(new_job("a", "my secret wish"))
    shop.run(new_job("b", "my secret wish", revision=edit("a")))
    assert "secret" not in str(shop.text.tasks[1].turns)


def test_harmless_parts_that_make_a_harmful_whole_are_refused(shop: Workshop) -> None:
    shop.safety.forbidden = ("for\nbidden",)
    shop.run(new_job("a", "for"))
    assert shop.run(new_job("b", "for", revision=edit("a", "bidden"))).state is State.REFUSED


def test_a_text_that_turns_bad_is_refused_and_not_written_to_its_end(shop: Workshop) -> None:
    shop.text.words = ("Fine. ", "forbidden. ", "never", "reached")
    spoken: list[int] = []
    shop.text.on_word = lambda: spoken.append(1)
    job = shop.run(new_job("a"))
    assert job.state is State.REFUSED
    assert len(spoken) < 4


def test_a_model_without_a_word_is_a_failure_that_says_so(shop: Workshop) -> None:
    shop.text.words = ("  ",)
    job = shop.run(new_job("a"))
    assert job.result is not None
    assert job.result.failure is not None
    assert (job.state, job.result.failure.code) == (State.FAILED, "empty_output")


def test_a_revision_of_what_is_not_stored_any_more_fails_with_the_reason(shop: Workshop) -> None:
    shop.run(new_job("a"))
    show(shop.store, Delivery("a", "1.1", done=True))
    assert shop.store.retention.forget(shop.clock.now + 1) == 1
    job = shop.run(new_job("b", revision=edit("a")))
    assert job.result is not None
    assert job.result.failure == Failure("artifact_missing")
    assert len(shop.text.tasks) == 1


def test_a_revision_continues_the_conversation(shop: Workshop) -> None:
    shop.run(new_job("a", "a post"))
    job = shop.run(new_job("b", "a post", revision=edit("a", "friendlier")))
    assert job.version == 2
    assert [turn.text for turn in shop.text.tasks[1].turns[1:]] == [
        "a post",
        "Steel. For life. Yours.",
        "Revise the text above: friendlier",
    ]


def test_images_are_stored_and_counted(shop: Workshop) -> None:
    job = shop.run(new_job("a", "a bike", params=DrawParams(seed=5, n=2, width_px=32, height_px=48)))
    assert job.result is not None
    assert [shop.artifacts.get(a.blob) for a in job.result.artifacts] == [
        PNG + b"image 5 labelled",
        PNG + b"image 6 labelled",
    ]
    assert {(a.width_px, a.height_px, a.mimetype) for a in job.result.artifacts} == {(32, 48, "image/png")}
    assert job.result.usage.images == 2


def test_previews_are_shown_once_cleared(shop: Workshop) -> None:
    shop.run(new_drawing("a"))
    first = shop.progress.shown["a"][0]
    assert (first.step, first.steps) == (1, 3)
    assert shop.artifacts.get(first.preview) == PNG + b"preview 1 marked"


def test_a_preview_is_shown_however_soon_after_the_last_step(shop: Workshop) -> None:
    shop.image.previewed = lambda step: step == 2
    shop.run(new_drawing("a"))
    steps = [(progress.step, bool(progress.preview)) for progress in shop.progress.shown["a"]]
    assert (1, False) in steps
    assert (2, True) in steps


def test_a_preview_that_is_not_cleared_is_not_shown(shop: Workshop) -> None:
    shop.safety.forbidden = ("preview",)
    job = shop.run(new_drawing("a"))
    assert job.state is State.SUCCEEDED
    assert all(progress.preview == "" for progress in shop.progress.shown["a"])
    assert set(shop.artifacts.kept.values()) == {PNG + b"image 5", PNG + b"image 5 labelled"}


def test_only_the_images_that_pass_are_kept(shop: Workshop) -> None:
    shop.image.flagged = (0,)
    job = shop.run(new_job("a", params=DrawParams(seed=5, n=2)))
    assert job.result is not None
    assert [(a.index, a.seed) for a in job.result.artifacts] == [(0, 6)]
    assert job.result.notices == ("withheld",)


def test_when_no_image_passes_the_job_is_refused(shop: Workshop) -> None:
    shop.safety.forbidden = ("image",)
    assert shop.run(new_drawing("a")).state is State.REFUSED


@pytest.mark.parametrize(("mode", "strength"), [(RevisionMode.EDIT, 0.75), (RevisionMode.VARY, 0.5)])
def test_an_image_revision_starts_from_the_earlier_image(shop: Workshop, mode: RevisionMode, strength: float) -> None:
    shop.run(new_drawing("a"))
    shop.run(new_drawing("b", revision=Revision("a", mode, "blue" if mode is RevisionMode.EDIT else "")))
    task = shop.image.tasks[1]
    assert (task.init_image, task.strength) == (PNG + b"image 5", strength)


def test_again_repeats_what_its_parent_did(shop: Workshop) -> None:
    shop.run(new_drawing("a"))
    shop.run(new_drawing("b", revision=edit("a", "blue")))
    shop.run(new_drawing("c", revision=Revision("b", RevisionMode.AGAIN)))
    shop.run(new_drawing("d", revision=Revision("a", RevisionMode.AGAIN)))
    again_of_edit, again_of_first = shop.image.tasks[2:]
    assert (again_of_edit.prompt, again_of_edit.init_image) == ("a red bicycle, blue", PNG + b"image 5")
    assert (again_of_first.prompt, again_of_first.init_image) == ("a red bicycle", None)


def test_a_backend_that_cannot_start_from_an_image_is_given_none(shop: Workshop) -> None:
    shop.image.supports_init_image = False
    shop.run(new_drawing("a"))
    shop.run(new_drawing("b", revision=edit("a", "blue")))
    assert shop.image.tasks[1].init_image is None


def test_a_drawing_starts_from_the_image_that_was_given(shop: Workshop) -> None:
    key = shop.artifacts.put(encoded(halves()), "png")
    job = shop.run(new_job("a", params=DrawParams(init_image=key)))
    assert job.result is not None
    assert job.result.notices == (STARTING_IMAGE,)
    assert "init_image" not in job.result.usage.settings
    [task] = shop.image.tasks
    assert task.init_image is not None


def test_a_refused_starting_image_ends_the_job_before_anything_is_drawn(shop: Workshop) -> None:
    shop.safety.forbidden = ("PNG",)
    key = shop.artifacts.put(encoded(halves()), "png")
    job = shop.run(new_job("a", params=DrawParams(init_image=key)))
    assert (job.state, shop.image.tasks) == (State.REFUSED, [])
    assert job.result is not None
    assert job.result.notices == (STARTING_IMAGE_REFUSED,)


def test_an_image_to_start_from_that_is_gone_is_a_failure_that_says_so(shop: Workshop) -> None:
    shop.run(new_drawing("a"))
    shop.artifacts.kept.clear()
    job = shop.run(new_drawing("b", revision=edit("a", "blue")))
    assert job.result is not None
    assert job.result.failure is not None
    assert job.result.failure.code == "artifact_missing"


def test_an_image_is_labelled_with_what_it_is_and_shows_its_mark(shop: Workshop) -> None:
    job = shop.run(new_job("a", "a bike", params=DrawParams(seed=5), origin=replace(ORIGIN, locale="zh")))
    (making,) = shop.labeller.made
    assert making == Making("a", 0, "zh", "fake-image", "fake", "a bike")
    assert job.result is not None
    (artifact,) = job.result.artifacts
    assert shop.artifacts.get(artifact.unmarked) == PNG + b"image 5"
    assert artifact.fingerprint == "f0" * 8


def test_without_a_mark_on_it_an_image_is_kept_once(shop: Workshop) -> None:
    shop.labeller.marks = False
    job = shop.run(new_drawing("a"))
    assert job.result is not None
    assert [artifact.unmarked for artifact in job.result.artifacts] == [""]
    shop.run(new_drawing("b", revision=edit("a", "blue")))
    assert shop.image.tasks[1].init_image == PNG + b"image 5 labelled"


def test_an_image_names_the_labelled_one_that_it_started_from(shop: Workshop) -> None:
    shop.run(new_drawing("a"))
    shop.run(new_drawing("b", revision=edit("a", "blue")))
    assert [making.sources for making in shop.labeller.made] == [(), (PNG + b"image 5 labelled",)]


def test_an_image_that_cannot_be_labelled_is_not_handed_out(shop: Workshop) -> None:
    shop.labeller.error = LabelFailed("no key")
    shop.image.previewed = lambda step: False
    job = shop.run(new_drawing("a"))
    assert job.result is not None
    assert job.result.failure is not None
    assert (job.state, job.result.failure.code, job.result.artifacts) == (State.FAILED, "label_failed", ())
    assert shop.artifacts.kept == {}


def test_what_was_made_is_on_record_once_the_job_is_done(shop: Workshop) -> None:
    image, text = shop.run(new_drawing("a")), shop.run(new_job("b"))
    assert image.result is not None
    assert text.result is not None
    drawn = shop.store.provenance.made([image.result.artifacts[0].blob.partition(".")[0]], "T1")
    written = shop.store.provenance.made([digest(text.result.artifacts[0].text)], "T1")
    assert drawn is not None
    assert (drawn.job_id, drawn.kind, drawn.fingerprint) == ("a", ArtifactKind.IMAGE, "f0" * 8)
    assert written is None  # "Steel. For life. Yours." is too short to be known again
    shop.text.words = ("A bottle made of steel, for a whole life outdoors.",)
    shop.run(new_job("c"))
    written = shop.store.provenance.made([digest("A bottle, made of steel - for a whole life outdoors")], "T1")
    assert written is not None
    assert (written.job_id, written.kind) == ("c", ArtifactKind.TEXT)


def test_an_error_becomes_a_failure_with_its_code_and_parameters(shop: Workshop) -> None:
    shop.text.error = OutOfMemory("does not fit", needed_mb=512)
    job = shop.run(new_job("a"))
    assert job.result is not None
    assert job.result.failure is not None
    assert (job.state, job.result.failure.code) == (State.FAILED, "out_of_memory")
    assert job.result.failure.params == {"needed_mb": 512}


def test_an_unknown_model_is_a_failure(shop: Workshop) -> None:
    job = shop.run(new_job("a", params=CopyParams(model="none")))
    assert job.result is not None
    assert job.result.failure is not None
    assert job.result.failure.code == "model_not_found"


def test_a_bug_is_logged_with_its_place_and_without_the_prompt(
    shop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.text.error = KeyError("a very private prompt")
    job = shop.run(new_job("a", "a very private prompt"))
    assert job.result is not None
    assert job.result.failure is not None
    assert job.result.failure.code == "internal"
    assert "KeyError" in caplog.text
    assert "fakes.py" in caplog.text
    assert "private" not in caplog.text


def test_a_passing_trouble_is_tried_again_later_and_in_the_end_told(shop: Workshop) -> None:
    shop.text.error = BackendUnavailable("busy", retry_after_s=7.0)
    job = shop.run(new_job("a"))
    assert (job.state, shop.queue.generated, shop.queue.delays_s) == (State.ACCEPTED, ["a"], [7.0])
    shop.engine.run_job("a")
    assert shop.job("a").state is State.ACCEPTED
    shop.engine.run_job("a")
    job = shop.job("a")
    assert job.state is State.FAILED
    assert job.result is not None
    assert job.result.failure is not None
    assert job.result.failure.code == "backend_unavailable"


def test_the_sweeper_waits_as_long_as_the_server_asked(shop: Workshop) -> None:
    shop.text.error = BackendUnavailable("busy", retry_after_s=60.0)
    shop.run(new_job("a"))
    shop.clock.now += 59
    assert sweep(shop.store, shop.queue, shop.clock.now, Timing()) == 0
    assert shop.queue.delays_s == [60.0]


def test_what_the_server_refuses_is_not_tried_again(shop: Workshop) -> None:
    shop.text.error = BackendRejected("bad key", model="m")
    assert shop.run(new_job("a")).state is State.FAILED
    assert shop.queue.generated == []


def test_a_canceled_job_stops_within_a_step(shop: Workshop) -> None:
    steps: list[int] = []

    def cancel() -> None:
        steps.append(1)
        shop.store.cancel("a")
        shop.engine.pulse.beat()

    shop.image.on_step = cancel
    job = shop.run(new_drawing("a"))
    assert job.state is State.CANCELED
    assert steps == [1]
    assert shop.event_names("a") == ["accepted", "started", "cancel_requested", "canceled"]


def test_a_job_canceled_while_it_waited_is_not_run_but_told(shop: Workshop) -> None:
    shop.store.add([new_job("a")])
    shop.store.cancel("a")
    shop.engine.run_job("a")
    assert shop.text.tasks == []
    assert shop.queue.delivered == ["a"]


def test_a_draining_worker_hands_its_job_back_without_counting_the_attempt(shop: Workshop) -> None:
    shop.text.on_word = shop.engine.drain
    job = shop.run(new_job("a"))
    assert (job.state, job.attempts) == (State.ACCEPTED, 0)
    assert shop.queue.generated == ["a"]


def hang_at(shop: Workshop, attempt: int) -> Job:
    """The job's state after so many attempts whose model fell silent."""

    def hang() -> None:
        for watch in shop.engine.pulse._watches.values():
            watch.stop(Stop.HUNG)

    shop.text.on_word = hang
    shop.store.add([new_job("a")])
    for _ in range(attempt):
        shop.engine.run_job("a")
    return shop.job("a")


def test_a_job_whose_model_hangs_is_handed_back_and_that_counts_as_an_attempt(shop: Workshop) -> None:
    job = hang_at(shop, attempt=2)
    assert (job.state, job.attempts) == (State.ACCEPTED, 2)
    assert shop.queue.delays_s == [0.0, shop.engine.timing.restart_in_s(2)]
    assert [event.detail for event in shop.store.events("a") if event.name == "handed_back"] == ["hung", "hung"]


def test_a_job_that_hangs_at_its_last_attempt_is_given_up(shop: Workshop) -> None:
    job = hang_at(shop, attempt=3)
    assert job.result is not None
    assert (job.state, job.result.failure) == (State.FAILED, Failure(TOO_MANY_ATTEMPTS, {"attempts": 3}))


@pytest.mark.parametrize(
    ("reason", "state", "attempts"),
    [
        (Stop.DRAINING, State.ACCEPTED, 0),
        (Stop.HUNG, State.ACCEPTED, 1),
        (Stop.CANCELED, State.CANCELED, 1),
        (Stop.TIMED_OUT, State.FAILED, 1),
    ],
)
def test_a_run_that_does_not_stop_is_settled_without_it(
    shop: Workshop, reason: Stop, state: State, attempts: int
) -> None:
    def abandoned() -> None:
        shop.text.on_word = lambda: None
        for attempt in shop.engine._open.values():
            attempt.watch.stop(reason)
        shop.engine.abandon()
        assert (shop.job("a").state, shop.job("a").attempts) == (state, attempts)

    shop.text.on_word = abandoned
    shop.run(new_job("a"))
    assert shop.job("a").state is state, "what the run itself says later is dropped"


def test_a_result_of_a_run_that_another_overtook_is_dropped_and_queues_nothing(shop: Workshop) -> None:
    def overtaken() -> None:
        shop.clock.now += shop.engine.timing.lease_s + 1
        shop.store.claim("a", "another", lease_s=60)
        shop.engine.pulse.beat()

    shop.text.on_word = overtaken
    job = shop.run(new_job("a"))
    assert (job.state, job.attempts, shop.queue.generated) == (State.RUNNING, 2, [])
    assert len(shop.text.tasks) == 1


def test_running_out_of_memory_is_a_failure_that_says_so_and_the_worker_goes_on(shop: Workshop) -> None:
    shop.text.error = MemoryError()
    job = shop.run(new_job("a"))
    assert job.result is not None
    assert job.result.failure is not None
    assert (job.state, job.result.failure.code) == (State.FAILED, "out_of_memory")
    shop.text.error = None
    assert shop.run(new_job("b")).state is State.SUCCEEDED


def test_a_job_that_takes_too_long_is_stopped_and_says_so(shop: Workshop) -> None:
    shop.engine.pulse = Pulse(shop.store, Timing(job_timeout_s=0.0))
    job = shop.run(new_job("a"))
    assert job.result is not None
    assert job.result.failure is not None
    assert job.result.failure.code == "timed_out"


def test_a_job_that_another_worker_has_is_left_alone(shop: Workshop) -> None:
    shop.store.add([new_job("a")])
    shop.store.claim("a", "another", lease_s=60)
    shop.engine.run_job("a")
    assert shop.text.tasks == []
    assert shop.job("a").state is State.RUNNING
    assert shop.queue.delivered == []


def test_a_job_whose_lease_ran_out_may_be_run_again_by_the_same_worker(shop: Workshop) -> None:
    shop.engine.pulse.close()  # its leases are not renewed any more

    def lapse() -> None:
        shop.text.on_word = lambda: None
        shop.clock.now += shop.engine.timing.lease_s + 1
        shop.engine.run_job("a")

    shop.text.on_word = lapse
    job = shop.run(new_job("a"))
    assert (job.state, job.attempts) == (State.SUCCEEDED, 2)
    assert shop.event_names("a") == ["accepted", "started", "handed_back", "started", "succeeded"]
    assert len({event.detail for event in shop.store.events("a") if event.name == "started"}) == 2


def test_a_job_that_could_not_be_handed_back_is_found_though_its_worker_goes_on(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object) -> bool:
        raise StoreUnavailable("the database is down")

    def time_passes() -> None:
        shop.clock.now += shop.engine.timing.lease_s / 2 + 1
        shop.engine.pulse.beat()

    with monkeypatch.context() as patch:
        patch.setattr(shop.store, "hand_back", down)
        shop.text.error = BackendUnavailable("busy")
        assert shop.run(new_job("a")).state is State.RUNNING
    shop.text.error, shop.text.on_word = None, time_passes
    assert shop.run(new_job("b")).state is State.SUCCEEDED
    assert [job.id for job in shop.store.lost(Kind.COPY, older_than=0)] == ["a"]


def test_without_a_broker_the_work_is_done_all_the_same(shop: Workshop, caplog: pytest.LogCaptureFixture) -> None:
    shop.queue.down = True
    with caplog.at_level(logging.WARNING):
        assert shop.run(new_job("a")).state is State.SUCCEEDED


def test_while_a_model_is_loaded_people_see_that(shop: Workshop) -> None:
    shop.backends.loaded = False
    shop.run(new_job("a"))
    assert shop.progress.shown["a"][0].phase == "loading"


class LateStream(FakeStream):
    """Judges at the end only."""

    def feed(self, text: str) -> str:
        self.text += text
        return ""


def test_a_refused_text_has_its_price(shop: Workshop) -> None:
    shop.text.words, shop.text.cost_usd = ("Fine. ", "forbid", "den"), 0.02
    shop.safety.stream = lambda where, told=None: LateStream(shop.safety, where)  # type: ignore[method-assign]
    job = shop.run(new_job("a"))
    assert job.result is not None
    usage = job.result.usage
    assert (job.state, usage.prompt_tokens, usage.completion_tokens, usage.cost_usd) == (State.REFUSED, 7, 3, 0.02)
    assert (usage.model, usage.backend, usage.settings["length"]) == ("fake-text", "fake", "medium")


def test_refused_images_have_their_price(shop: Workshop) -> None:
    shop.image.flagged, shop.image.cost_usd = (0,), 0.02
    job = shop.run(new_drawing("a"))
    assert job.result is not None
    usage = job.result.usage
    assert (job.state, usage.images, usage.cost_usd) == (State.REFUSED, 1, 0.02)


def test_what_was_made_before_a_failure_is_counted(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(data: bytes, extension: str) -> str:
        raise StorageFull("no space left")

    monkeypatch.setattr(shop.artifacts, "put", full)
    shop.image.previewed = lambda step: False
    job = shop.run(new_drawing("a"))
    assert job.result is not None
    assert (job.state, job.result.usage.images, job.result.usage.model) == (State.FAILED, 1, "fake-image")
    assert job.result.usage.run_s > 0


def test_a_job_that_is_canceled_in_the_last_moment_has_its_price(shop: Workshop) -> None:
    shop.image.cost_usd = 0.02
    plain = shop.image.generate

    def canceled_at_the_end(task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        yield from plain(task, canceled)
        shop.store.cancel("a")
        shop.engine.pulse.beat()

    shop.image.generate = canceled_at_the_end  # type: ignore[method-assign]
    job = shop.run(new_drawing("a"))
    assert job.result is not None
    assert (job.state, job.result.usage.images, job.result.usage.cost_usd) == (State.CANCELED, 1, 0.02)


def test_an_attempt_that_another_follows_has_its_price(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, shop.image.cost_usd = shop.image.generate, 0.02

    def fails_at_the_end(task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        yield from plain(task, canceled)
        raise BackendUnavailable("busy")

    with monkeypatch.context() as patch:
        patch.setattr(shop.image, "generate", fails_at_the_end)
        assert shop.run(new_drawing("a")).state is State.ACCEPTED
    used = shop.store.use(Scope.USER, ORIGIN, 0.0)
    assert (used.images, used.cost_usd) == (1, 0.02)
    shop.clock.now += 3600
    shop.engine.run_job("a")
    used = shop.store.use(Scope.USER, ORIGIN, 0.0)
    assert (shop.job("a").state, used.images, used.cost_usd) == (State.SUCCEEDED, 2, 0.04)


def test_a_text_that_was_shown_and_then_refused_is_withdrawn(shop: Workshop) -> None:
    shop.text.words = ("Fine. ", "forbidden.")
    job = shop.run(new_job("a"))
    assert shop.progress.shown["a"] == [Progress(texts=("Fine.",))]
    assert job.result is not None
    assert (job.state, job.result.notices) == (State.REFUSED, ("withdrawn",))


def test_of_several_texts_those_that_pass_are_kept(shop: Workshop) -> None:
    plain = shop.text.generate

    def one_turns_bad(task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        for event in plain(task, canceled):
            if isinstance(event, TextEnd) and event.index == 1:
                yield TextDelta(1, " forbidden.")
            yield event

    shop.text.generate = one_turns_bad  # type: ignore[method-assign]
    job = shop.run(new_job("a", params=CopyParams(seed=5, n=3)))
    assert job.result is not None
    assert [(a.index, a.seed) for a in job.result.artifacts] == [(0, 5), (1, 7)]
    assert job.result.notices == ("withheld",)


def test_a_job_by_a_recipe_is_written_by_it_and_a_text_without_one_in_the_teams_voice(shop: Workshop) -> None:
    voices = VoiceBook(Voice(disclaimers=(Disclaimer(Words("Prices include VAT.", "价格含税。")),)))
    tools = replace(shop.engine._tools, recipes=RecipeBook(shipped()), voices=voices)
    shop.engine._tools = tools
    fields = (("platform", "facebook"), ("product", "Steel"), ("message", "it lasts"))
    asked = replace(new_job("a", ""), request=Request(Kind.COPY, "", CopyParams(), work=FromRecipe("post", fields)))
    made, plain = shop.run(asked).result, shop.run(new_job("b")).result
    assert made is not None
    assert [found.code for found in made.artifacts[0].shortfalls] == ["too_few_words"]
    assert (
        shop.text.tasks[0].turns[-1].text
        == "Platform: Facebook\nProduct or subject: Steel\nWhat to say about it: it lasts"
    )
    assert "at least 15 are needed" in shop.text.tasks[1].turns[-1].text
    assert plain is not None
    assert plain.artifacts[0].text == "Steel. For life. Yours.\n\nPrices include VAT."


def test_a_picture_by_a_style_is_asked_for_with_its_template(shop: Workshop) -> None:
    shop.engine._tools = replace(shop.engine._tools, recipes=RecipeBook(shipped()))
    work = FromRecipe("icon", (("subject", "an umbrella"),))
    job = shop.run(replace(new_drawing("a"), request=Request(Kind.DRAW, "", DrawParams(), work=work)))
    assert job.state is State.SUCCEEDED
    (task,) = shop.image.tasks
    assert task.prompt.startswith("an umbrella, app icon, ")
    assert (task.width_px, task.guidance) == (512, 7)
    assert task.negative
    assert job.request.prompt == ""


def test_a_recipe_that_is_gone_is_told_as_a_failure(shop: Workshop) -> None:
    job = shop.run(replace(new_job("a"), request=Request(Kind.COPY, "", CopyParams(), work=FromRecipe("gone"))))
    assert job.result is not None
    assert job.result.failure == Failure("recipe_unknown", {"recipe": "gone"})


def new_run(shop: Workshop, rows: int) -> NewJob:
    csv = "name,bought,product\n" + "".join(f"Ada {row},tea,soap\n" for row in range(rows))
    work = ForEachRow("recommendation", shop.artifacts.put(csv.encode(), "csv"), rows)
    return replace(new_job("a", ""), request=Request(Kind.COPY, "", CopyParams(seed=5), work=work))


def test_a_text_is_written_for_each_row_of_a_table(shop: Workshop) -> None:
    shop.engine._tools = replace(shop.engine._tools, recipes=RecipeBook(shipped()))
    job = shop.run(new_run(shop, 3))
    assert job.state is State.SUCCEEDED
    assert job.result is not None
    (artifact,) = job.result.artifacts
    lines = shop.artifacts.get(artifact.blob).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["name", "Ada 0", "Ada 1", "Ada 2"]
    assert job.result.usage.model == "fake-text"
    said = [" ".join(turn.text for turn in task.turns) for task in shop.text.tasks]
    assert all("<data" in turns for turns in said), "what stands in a table is data"


def test_a_run_over_a_table_that_is_canceled_keeps_what_is_done(shop: Workshop) -> None:
    shop.engine._tools = replace(shop.engine._tools, recipes=RecipeBook(shipped()))
    new = new_run(shop, 60)

    def cancel_after_some() -> None:
        if len(shop.store.rows_made("a")) >= 2:
            shop.store.cancel("a")
            shop.engine.pulse.beat()

    shop.text.on_word = cancel_after_some
    job = shop.run(new)
    assert job.state is State.CANCELED
    assert job.result is not None
    (artifact,) = job.result.artifacts
    assert artifact.mimetype == "text/csv"
    written = job.result.usage.settings["rows_written"]
    assert isinstance(written, int)
    assert 2 <= written < 60


def test_a_run_over_a_table_that_fails_keeps_what_is_done(shop: Workshop) -> None:
    shop.engine._tools = replace(shop.engine._tools, recipes=RecipeBook(shipped()))
    shop.text.error = OutOfMemory("does not fit", needed_mb=512)
    new = new_run(shop, 2)
    shop.store.add([new])
    shop.store.save_rows("a", [RowMade(1, "Hello Ada 1")])
    shop.engine.run_job("a")
    job = shop.job("a")
    assert job.state is State.FAILED
    assert job.result is not None
    assert job.result.failure == Failure("out_of_memory", {"needed_mb": 512})
    lines = shop.artifacts.get(job.result.artifacts[0].blob).decode("utf-8-sig").splitlines()
    assert ["Hello Ada 1" in line for line in lines] == [False, False, True]
    assert job.result.usage.settings == {"rows": 2, "rows_written": 1}


def test_a_run_over_a_table_that_fails_with_nothing_done_has_no_file(shop: Workshop) -> None:
    shop.engine._tools = replace(shop.engine._tools, recipes=RecipeBook(shipped()))
    shop.text.error = OutOfMemory("does not fit", needed_mb=512)
    job = shop.run(new_run(shop, 2))
    assert job.result is not None
    assert (job.state, job.result.artifacts) == (State.FAILED, ())


def test_canceled_between_two_turns_it_keeps_what_is_done_and_writes_no_more(shop: Workshop) -> None:
    shop.engine._tools = replace(shop.engine._tools, recipes=RecipeBook(shipped()))
    shop.store.add([new_run(shop, 3)])
    shop.store.save_rows("a", [RowMade(1, "Hello Ada 1")])
    canceled = shop.store.cancel("a")
    assert canceled is not None
    assert (canceled.state, canceled.cancel_requested) == (State.ACCEPTED, True)
    shop.engine.run_job("a")
    job = shop.job("a")
    assert (job.state, shop.text.tasks) == (State.CANCELED, [])
    assert job.result is not None
    lines = shop.artifacts.get(job.result.artifacts[0].blob).decode("utf-8-sig").splitlines()
    assert ["Hello Ada 1" in line for line in lines] == [False, False, True, False]
