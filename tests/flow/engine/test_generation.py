"""Real Redis, real Celery workers, real database: a job reaches its outcome, whatever is lost or killed on the way."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import redis

from engine.adapters import factory
from engine.adapters.celery_queue import CeleryQueue
from engine.adapters.embedded_redis import EmbeddedRedis
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Job, NewJob, State
from engine.domain.provenance import Seal, Standing
from engine.domain.request import Kind
from engine.domain.result import TOO_MANY_ATTEMPTS, Failure
from engine.errors import QueueUnavailable
from engine.provenance import build_examiner
from engine.settings import EngineSettings
from engine.sweeper import Sweeper, sweep
from engine.timing import Timing
from engine.worker.leaving import HUNG
from tests.support.jobs import edit, new_drawing, new_job
from tests.support.pictures import encoded, scene
from tests.support.redis import redis_server
from tests.support.waiting import until
from tests.support.worker import DEADLY, FREED, SLOW, STUCK, worker, worker_settings


@dataclass
class Plant:
    """All that stands between a submitted job and its outcome, but the workers."""

    settings: EngineSettings
    store: SqlJobStore
    queue: CeleryQueue
    log: Path

    def submit(self, new: NewJob) -> None:
        self.store.add([new])
        self.queue.generate(new.id, new.request.kind)

    def job(self, job_id: str) -> Job:
        job = self.store.get(job_id)
        assert job is not None
        return job

    def until(self, job_id: str, state: State) -> Job:
        until(lambda: self.job(job_id).state is state)
        return self.job(job_id)

    def started(self, job_id: str) -> list[str]:
        """Who began it, in order."""
        return [event.detail for event in self.store.events(job_id) if event.name == "started"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def plant(server: EmbeddedRedis, tmp_path: Path) -> Iterator[Plant]:
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
    settings = worker_settings(tmp_path / "data", server.url, lease_s=2.0)
    store = factory.store(settings)
    yield Plant(settings, store, factory.queue(settings), tmp_path / "worker.log")
    store.close()


@pytest.fixture
def sweeping(plant: Plant) -> Iterator[None]:
    """A sweeper as impatient as a test."""
    stop = threading.Event()
    sweeper = Sweeper(plant.store, plant.queue, Timing(sweep_every_s=0.1, requeue_after_s=0.5))
    thread = threading.Thread(target=sweeper.run, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()


def test_a_submitted_job_is_generated_and_its_revision_too(plant: Plant) -> None:
    with worker(plant.settings, plant.log):
        plant.submit(new_job("text", "a post"))
        text = plant.until("text", State.SUCCEEDED)
        plant.submit(new_job("shorter", "a post", revision=edit("text")))
        plant.submit(new_drawing("drawing", "a bike"))
        drawing = plant.until("drawing", State.SUCCEEDED)
        shorter = plant.until("shorter", State.SUCCEEDED)
    assert text.result is not None
    assert text.result.artifacts[0].text == "Steel. For life. Yours."
    assert shorter.version == 2
    assert drawing.result is not None
    (picture,) = drawing.result.artifacts
    artifacts = factory.artifacts(plant.settings)
    assert artifacts.get(picture.unmarked) == encoded(scene(5, 64, 64))
    known = factory.store(plant.settings).provenance
    examined = build_examiner(plant.settings, known).picture(artifacts.get(picture.blob), drawing.origin.workspace)
    assert (examined.standing, examined.record and examined.record.job_id) == (Standing.OURS, drawing.id)
    assert (examined.labels.seal, examined.labels.sealed_id) == (Seal.WHOLE, f"{drawing.id}-0")


def test_prompts_reach_neither_the_broker_nor_the_log(plant: Plant, server: EmbeddedRedis) -> None:
    prompt = "a very private prompt"
    plant.submit(new_job("a", prompt))
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        assert prompt not in str(client.lrange("generate.copy", 0, -1))
    with worker(plant.settings, plant.log):
        plant.until("a", State.SUCCEEDED)
    assert prompt not in plant.log.read_text()


def test_what_the_broker_lost_is_queued_again(plant: Plant, server: EmbeddedRedis, sweeping: None) -> None:
    plant.submit(new_job("a"))
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
    with worker(plant.settings, plant.log):
        plant.until("a", State.SUCCEEDED)


def test_a_worker_goes_on_after_the_broker_forgot_everything(
    plant: Plant, server: EmbeddedRedis, sweeping: None
) -> None:
    with worker(plant.settings, plant.log):
        plant.submit(new_job("a"))
        plant.until("a", State.SUCCEEDED)
        plant.store.add([new_job("never queued")])
        with redis.Redis.from_url(server.url) as client:
            client.flushall()
        plant.submit(new_job("b"))
        plant.until("b", State.SUCCEEDED)
        plant.until("never queued", State.SUCCEEDED)


def test_a_worker_goes_on_after_the_broker_restarted(plant: Plant, tmp_path: Path) -> None:
    with redis_server(tmp_path) as first:
        settings = plant.settings.model_copy(update={"redis_url": first.url})
        queue = factory.queue(settings)
        with worker(settings, plant.log):
            first.stop()
            with pytest.raises(QueueUnavailable):
                queue.generate("a", Kind.COPY)
            with EmbeddedRedis(tmp_path, first.port):
                plant.store.add([new_job("a")])
                queue.generate("a", Kind.COPY)
                plant.until("a", State.SUCCEEDED)


def test_a_job_of_a_killed_worker_is_finished_by_another(plant: Plant, sweeping: None) -> None:
    with worker(plant.settings, plant.log) as first:
        plant.submit(new_job("a", f"write {SLOW}"))
        plant.until("a", State.RUNNING)
        first.send_signal(signal.SIGKILL)
        first.wait()
    with worker(plant.settings, plant.log):
        until(lambda: len(plant.started("a")) == 2)
        plant.store.cancel("a")
        job = plant.until("a", State.CANCELED)
    assert job.attempts == 2
    assert len(set(plant.started("a"))) == 2


def test_canceling_stops_a_running_job(plant: Plant) -> None:
    with worker(plant.settings, plant.log):
        plant.submit(new_job("a", f"write {SLOW}"))
        plant.until("a", State.RUNNING)
        plant.store.cancel("a")
        plant.until("a", State.CANCELED)
        plant.submit(new_job("b"))
        plant.until("b", State.SUCCEEDED)


def test_a_worker_that_must_end_hands_its_long_jobs_to_another(plant: Plant) -> None:
    with worker(plant.settings, plant.log) as first:
        plant.submit(new_job("a", f"write {SLOW}"))
        plant.until("a", State.RUNNING)
        with worker(plant.settings, plant.log):
            first.send_signal(signal.SIGTERM)
            assert first.wait(60) == 0
            until(lambda: len(plant.started("a")) == 2)
            assert plant.job("a").attempts == 1
            plant.store.cancel("a")
            plant.until("a", State.CANCELED)


def test_a_worker_whose_model_hangs_ends_itself_and_the_next_one_does_its_job(plant: Plant) -> None:
    settings = plant.settings.model_copy(update={"hang_s": 0.5, "drain_s": 1.0})
    with worker(settings, plant.log) as first:
        plant.submit(new_job("a", f"get {STUCK}"))
        assert first.wait(60) == HUNG
    assert [event.detail for event in plant.store.events("a") if event.name == "handed_back"] == ["hung"]
    (plant.settings.data_dir / FREED).touch()
    with worker(settings, plant.log):
        job = plant.until("a", State.SUCCEEDED)
    assert job.attempts == 2


def test_a_worker_that_must_end_does_so_in_time_although_a_job_hears_nothing(plant: Plant) -> None:
    with worker(plant.settings.model_copy(update={"drain_s": 1.0}), plant.log) as only:
        plant.submit(new_job("a", f"get {STUCK}"))
        plant.until("a", State.RUNNING)
        only.send_signal(signal.SIGTERM)
        assert only.wait(60) == 0
    job = plant.job("a")
    assert (job.state, job.attempts) == (State.ACCEPTED, 0)
    assert [event.detail for event in plant.store.events("a") if event.name == "handed_back"] == ["draining"]


def test_a_job_that_kills_every_worker_is_given_up(plant: Plant) -> None:
    settings = plant.settings.model_copy(update={"max_attempts": 2})
    store, timing = factory.store(settings), replace(Timing.of(settings), requeue_after_s=0.0)
    plant.store.add([new_job("a", f"be {DEADLY}")])
    for _ in range(2):
        with worker(settings, plant.log) as doomed:
            until(lambda: sweep(store, plant.queue, time.time(), timing))
            assert doomed.wait(60) == -signal.SIGKILL
    until(lambda: sweep(store, plant.queue, time.time(), timing))
    job = plant.job("a")
    assert job.result is not None
    assert (job.state, job.result.failure) == (State.FAILED, Failure(TOO_MANY_ATTEMPTS, {"attempts": 2}))
    store.close()


def test_many_jobs_are_each_done_once(plant: Plant) -> None:
    ids = [f"j{n}" for n in range(40)]
    with worker(plant.settings, plant.log), worker(plant.settings, plant.log):
        plant.store.add([new_job(job_id) for job_id in ids])
        for job_id in ids * 2:
            plant.queue.generate(job_id, Kind.COPY)
        for job_id in ids:
            plant.until(job_id, State.SUCCEEDED)
    assert [len(plant.started(job_id)) for job_id in ids] == [1] * 40
