"""A whole job while a guard model is out: over a real socket, with the real filter, a real store and the policy's word.

Nothing that was not judged as the policy wants it is shown, whatever breaks when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Job, State
from engine.domain.safety import Category
from engine.oversight import load_oversight
from engine.safety import build_safety
from engine.safety.breaker import FAILURES
from engine.service import Engine
from engine.settings import EngineSettings, ModelSpec
from engine.steps.tools import Tools
from tests.fakes import FakeArtifactStore, FakeBackends, FakeLabeller, FakeProgressBoard, FakeQueue, FakeTextBackend
from tests.support.asgi import serving
from tests.support.jobs import new_job
from tests.support.openai_server import OpenAIServer, Spoken

pytestmark = pytest.mark.heavy

WORDS = tuple(f"Our bottle number {number} keeps tea warm. " for number in range(1, 13))
REVIEW = "review: {channel: C0REVIEW, reviewers: [U0ANNA]}"

Run = Callable[..., tuple[Job, FakeTextBackend, FakeProgressBoard]]


@pytest.fixture
def guard() -> OpenAIServer:
    server = OpenAIServer()
    server.reply = lambda body: Spoken("safe")
    return server


@pytest.fixture
def run(guard: OpenAIServer, tmp_path: Path) -> Iterator[Run]:
    """Runs a job of twelve sentences under a policy that says what an outage means."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    migrate(url)
    store = SqlJobStore(url)

    def one(on_outage: str, more: str = "") -> tuple[Job, FakeTextBackend, FakeProgressBoard]:
        path = tmp_path / "policy.yaml"
        text = f"name: x\nversion: 1\nlayers: {{guard: {{use: true, timeout_s: 60, on_outage: {on_outage}}}}}\n{more}"
        path.write_text(text, encoding="utf-8")
        model = ModelSpec(backend="openai", model="llama-guard-3", options={"base_url": f"{address}/v1"})
        backend, progress = FakeTextBackend(words=WORDS), FakeProgressBoard()
        safety = build_safety(EngineSettings(policy_file=path, guard_model=model, safety_timeout_s=120))
        tools = Tools(FakeBackends(backend), safety, FakeLabeller(), FakeArtifactStore(), store)
        oversight = load_oversight(path)
        engine = Engine(tools, queue=FakeQueue(), progress=progress, owner="me", oversight=oversight)
        store.add([new_job("a")])
        engine.run_job("a")
        engine.close()
        job = store.get("a")
        assert job is not None
        return job, backend, progress

    with serving(guard.application()) as address:
        yield one
    store.close()


def breaks_after(guard: OpenAIServer, calls: int) -> None:
    """From then on it answers what nobody can read."""
    guard.reply = lambda body: Spoken("safe" if len(guard.calls) <= calls else "I had rather not say.")


def seen(progress: FakeProgressBoard) -> set[str]:
    return {text for shown in progress.shown.values() for picture in shown for text in picture.texts if text}


def test_a_guard_that_answers_is_asked_about_the_prompt_and_about_what_was_written(
    run: Run, guard: OpenAIServer
) -> None:
    job, _, _ = run("refuse")
    assert job.state is State.SUCCEEDED
    assert job.result is not None
    assert job.result.artifacts[0].text == "".join(WORDS).strip()
    roles = [call["messages"][-1]["role"] for call in guard.calls]
    assert roles[0] == "user"
    assert set(roles[1:]) == {"assistant"}
    assert len(roles) < len(WORDS), "it is not asked about every sentence"
    assert guard.calls[-1]["messages"][-1]["content"] == "".join(WORDS)


def test_a_prompt_that_was_not_judged_reaches_no_model(run: Run, guard: OpenAIServer) -> None:
    breaks_after(guard, 0)
    job, backend, _ = run("refuse")
    assert job.result is not None
    assert job.result.refusal is not None
    assert (job.state, job.result.refusal.categories, backend.tasks) == (State.REFUSED, (Category.UNCHECKED,), [])


def test_a_text_whose_guard_breaks_while_it_is_written_is_not_shown(run: Run, guard: OpenAIServer) -> None:
    breaks_after(guard, 1)
    job, backend, progress = run("refuse")
    assert job.result is not None
    assert (job.state, job.result.artifacts, len(backend.tasks)) == (State.REFUSED, (), 1)
    assert seen(progress) == set()


def test_where_the_policy_falls_back_the_local_layers_decide_alone_and_the_guard_is_spared(
    run: Run, guard: OpenAIServer
) -> None:
    breaks_after(guard, 0)
    job, _, _ = run("fallback")
    assert job.state is State.SUCCEEDED
    assert job.result is not None
    assert job.result.artifacts[0].text == "".join(WORDS).strip()
    assert len(guard.calls) == FAILURES


def test_where_the_policy_holds_a_person_sees_what_was_not_judged(run: Run, guard: OpenAIServer) -> None:
    breaks_after(guard, 0)
    job, _, progress = run("review", REVIEW)
    assert job.state is State.HELD
    assert job.result is not None
    assert job.result.hold is not None
    assert Category.UNCHECKED in {category for said in job.result.hold.verdicts for category in said.categories}
    assert job.result.artifacts[0].text == "".join(WORDS).strip()
    assert seen(progress) == set()


def test_where_the_policy_would_hold_and_nobody_reviews_it_is_refused(run: Run, guard: OpenAIServer) -> None:
    breaks_after(guard, 0)
    job, backend, _ = run("review")
    assert (job.state, backend.tasks) == (State.REFUSED, [])
