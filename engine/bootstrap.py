"""Puts the engine's parts together: the one place that knows which adapter stands behind which port."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from celery import Celery

from engine.adapters import factory
from engine.adapters.artifact_store import FsspecArtifactStore
from engine.adapters.backend_registry import BackendRegistry
from engine.adapters.celery_queue import CeleryQueue, make_celery
from engine.adapters.e5_answer_scorer import E5AnswerScorer
from engine.adapters.e5_embedder import E5Embedder
from engine.adapters.in_process import InProcessQueue, WatchedProgress
from engine.adapters.job_store import SqlJobStore
from engine.adapters.redis_progress import connect
from engine.adapters.worker_board import WorkerBoard
from engine.domain.job import Job, NewJob, Origin
from engine.domain.request import Request
from engine.domain.result import Progress
from engine.domain.review import UNREVIEWED, Oversight
from engine.knowledge.base import KnowledgeBase
from engine.oversight import load_oversight
from engine.ports import Embedder, JobQueue, Labeller, PassageStore, ProgressBoard, SafetyFilter
from engine.provenance import build_labeller
from engine.recipes import build_recipes
from engine.recipes.voices import load_voices
from engine.service import Engine
from engine.settings import EngineSettings
from engine.steps.tools import Tools
from engine.teams import load_teams
from engine.timing import Timing
from engine.traced import TracedArtifacts, TracedBackends, TracedLabeller, TracedSafety


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a worker process holds."""

    engine: Engine
    backends: BackendRegistry
    celery: Celery
    board: WorkerBoard


@contextmanager
def build_worker(
    settings: EngineSettings, safety: SafetyFilter | None = None, embedder: Embedder | None = None
) -> Iterator[Workplace]:
    """Everything connected and the safety filter ready; no model loaded yet. Closes what it opened.

    `safety` replaces the filter of the settings, `embedder` the knowledge base's models. Raises
    StoreUnavailable and ConfigurationError.
    """
    store, celery = factory.store(settings), make_celery(settings)
    queue, progress, oversight = CeleryQueue(celery), factory.progress(settings), load_oversight(settings.policy_file)
    safety = safety or _safety(settings)
    parts = (settings, store, queue, progress)
    with _engine(*parts, safety=safety, oversight=oversight, embedder=embedder) as (engine, backends):
        yield Workplace(engine, backends, celery, WorkerBoard(connect(settings.redis_url), engine.owner))
    celery.close()


@dataclass(frozen=True, slots=True)
class Desk:
    """An engine for one person on one machine."""

    artifacts: FsspecArtifactStore
    _store: SqlJobStore
    _queue: InProcessQueue
    _engine: Engine

    def run(self, request: Request) -> Job:
        """The job with its outcome; errors are outcomes too. Runs in this thread, as long as it takes."""
        new = NewJob(uuid4().hex, uuid4().hex, Origin("", "", ""), request, time.time())
        (submitted,) = self._store.add([new])
        self._queue.generate(new.id, request.kind)
        self._queue.drain(self._engine.run_job)
        return self._store.get(new.id) or submitted.job


@contextmanager
def build_desk(
    settings: EngineSettings, show: Callable[[Progress], None], safety: SafetyFilter | None = None
) -> Iterator[Desk]:
    """The same road without Redis and without Slack; jobs are forgotten at the end, images stay. Nobody reviews.

    `show` gets all progress. The safety filter is ready, as a worker's is: what loads must not use up the time that
    the first check has. Raises StoreUnavailable and ConfigurationError.
    """
    queue, safety = InProcessQueue(), safety or _safety(settings)
    with tempfile.TemporaryDirectory() as folder:
        store = factory.store(settings.model_copy(update={"database_url": "", "data_dir": Path(folder)}))
        with _engine(settings, store, queue, WatchedProgress(show), safety=safety) as (engine, _):
            yield Desk(factory.artifacts(settings), store, queue, engine)


@contextmanager
def _engine(
    settings: EngineSettings,
    store: SqlJobStore,
    queue: JobQueue,
    progress: ProgressBoard,
    *,
    safety: SafetyFilter,
    oversight: Oversight = UNREVIEWED,
    embedder: Embedder | None = None,
) -> Iterator[tuple[Engine, BackendRegistry]]:
    backends = BackendRegistry(settings)
    passages, teams = factory.passages(settings), load_teams(settings.teams_file)
    base = KnowledgeBase(passages, embedder) if embedder else _knowledge_base(passages)
    tools = Tools(
        backends,
        safety,
        labeller(settings),
        factory.artifacts(settings),
        store,
        knowledge=base,
        library=base,
        recipes=build_recipes(settings),
        voices=load_voices(settings.voices_file, teams.of),
        replies=store.replies,
        teams=teams,
    )
    engine = Engine(
        _traced(tools) if settings.traces_url else tools,
        queue=queue,
        progress=progress,
        owner=f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}",
        timing=Timing.of(settings),
        oversight=oversight,
    )
    try:
        yield engine, backends
    finally:
        engine.close()
        backends.close()
        passages.close()
        store.close()


def _traced(tools: Tools) -> Tools:
    return replace(
        tools,
        backends=TracedBackends(tools.backends),
        safety=TracedSafety(tools.safety),
        labeller=TracedLabeller(tools.labeller),
        artifacts=TracedArtifacts(tools.artifacts),
    )


@contextmanager
def build_knowledge(settings: EngineSettings) -> Iterator[KnowledgeBase]:
    """The knowledge base of the settings' database, its schema up to date; the sentence model loads at first use.

    Raises StoreUnavailable and ConfigurationError.
    """
    factory.store(settings).close()
    with closing(factory.passages(settings)) as store:
        yield _knowledge_base(store)


def _knowledge_base(passages: PassageStore) -> KnowledgeBase:
    """With the local models, which load at first use."""
    return KnowledgeBase(passages, E5Embedder(), E5AnswerScorer())


def _safety(settings: EngineSettings) -> SafetyFilter:
    """The filter of the settings, with the models that judge texts loaded."""
    from engine.safety import build_safety  # loads classifiers: not for those who bring their own

    safety = build_safety(settings)
    safety.warm_up()
    return safety


def labeller(settings: EngineSettings) -> Labeller:
    """What labels images as the policy says. Raises ConfigurationError."""
    from engine.safety.policy import load_policy

    policy = load_policy(settings.policy_file)
    return build_labeller(settings, draws=policy.draws_on_image, with_prompt=policy.keeps_prompt_in_file)
