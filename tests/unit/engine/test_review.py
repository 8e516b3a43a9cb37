"""What the policy holds for a reviewer on its way through a worker: made, kept, and shown to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Delivery, Job, NewJob, State
from engine.domain.request import CopyParams, DrawParams
from engine.domain.result import HELD_BACK, Result
from engine.domain.review import UNREVIEWED, Outcome, Oversight
from engine.domain.safety import Action, Stage
from engine.domain.work import Sending
from engine.service import Engine
from engine.steps.tools import Tools
from tests.fakes import (
    PNG,
    FakeArtifactStore,
    FakeBackends,
    FakeImageBackend,
    FakeLabeller,
    FakeProgressBoard,
    FakeQueue,
    FakeSafety,
    FakeTextBackend,
)
from tests.support.clock import Clock
from tests.support.jobs import ORIGIN, edit, new_drawing, new_job, show
from tests.support.reviews import CHANNEL, RULES, decision
from tests.support.threads import new_draft


@dataclass
class Workshop:
    """An engine among fakes, with a real store and reviewers."""

    store: SqlJobStore
    open_engine: Callable[[Oversight], Engine]
    text: FakeTextBackend
    image: FakeImageBackend
    safety: FakeSafety
    artifacts: FakeArtifactStore
    progress: FakeProgressBoard

    def run(self, new: NewJob, oversight: Oversight = Oversight(RULES)) -> Job:  # noqa: B008 - frozen
        self.store.add([new])
        engine = self.open_engine(oversight)
        engine.run_job(new.id)
        engine.close()
        job = self.store.get(new.id)
        assert job is not None
        return job

    def audited(self) -> list[tuple[Stage | str, str, str]]:
        return [(entry.stage, entry.action, entry.text) for entry in self.store.audit_entries()]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    migrate(url)
    clock = Clock()
    store = SqlJobStore(url, clock=clock)
    text, image, safety = FakeTextBackend(), FakeImageBackend(), FakeSafety()
    artifacts, progress = FakeArtifactStore(), FakeProgressBoard()

    def open_engine(oversight: Oversight) -> Engine:
        tools = Tools(FakeBackends(text, image), safety, FakeLabeller(), artifacts, store)
        return Engine(tools, queue=FakeQueue(), progress=progress, owner="me", oversight=oversight, clock=clock)

    yield Workshop(store, open_engine, text, image, safety, artifacts, progress)
    store.close()


def result_of(job: Job) -> Result:
    assert job.result is not None
    return job.result


def appeal(job: Job, job_id: str) -> NewJob:
    request = replace(job.request, appeal_of=job.id)
    return NewJob(job_id, f"appeal:{job.id}", job.origin, request, 200.0)


def test_a_prompt_that_asks_for_a_review_is_generated_and_its_result_held(shop: Workshop) -> None:
    job = shop.run(new_job("a", "a doubtful wish"))
    assert job.state is State.HELD
    result = result_of(job)
    assert [artifact.text for artifact in result.artifacts] == ["Steel. For life. Yours."]
    assert result.hold is not None
    assert (result.hold.channel, result.hold.expires_at) == (CHANNEL, 1000.0 + RULES.expire_after_s)
    assert [verdict.stage for verdict in result.hold.verdicts] == [Stage.PROMPT]
    assert result.refusal is None


def test_nothing_of_it_is_shown_while_it_is_made(shop: Workshop) -> None:
    shop.run(new_job("a", "a doubtful wish"))
    shop.run(new_drawing("b", "a doubtful picture"))
    shown = [progress for board in shop.progress.shown.values() for progress in board]
    assert all(progress.texts == () and progress.preview == "" for progress in shown)
    assert not any(b"preview" in data for data in shop.artifacts.kept.values())


def test_where_nobody_reviews_it_is_refused_before_any_model_runs(shop: Workshop) -> None:
    elsewhere = Oversight(workspaces={"T9": RULES})
    for number, oversight in enumerate((UNREVIEWED, elsewhere)):
        job = shop.run(new_job(f"j{number}", "a doubtful wish"), oversight)
        assert (job.state, shop.text.tasks) == (State.REFUSED, [])
        refusal = result_of(job).refusal
        assert refusal is not None
        assert refusal.action is Action.REVIEW
        assert not result_of(job).appealable


def test_a_text_that_turns_doubtful_late_is_withdrawn_and_written_to_its_end(shop: Workshop) -> None:
    shop.text.words = ("Fine. ", "Now doubtful. ", "The end.")
    job = shop.run(new_job("a"))
    assert job.state is State.HELD
    assert result_of(job).artifacts[0].text == "Fine. Now doubtful. The end."
    assert result_of(job).notices == (HELD_BACK,)
    assert shop.progress.shown["a"][0].texts == ("Fine.",)
    assert all("doubtful" not in text for progress in shop.progress.shown["a"] for text in progress.texts)


def test_what_turns_bad_after_it_turned_doubtful_is_refused(shop: Workshop) -> None:
    shop.text.words = ("Doubtful: doubtful. ", "And forbidden. ", "The end.")
    job = shop.run(new_job("a"))
    assert job.state is State.REFUSED
    assert result_of(job).artifacts == ()


def test_what_is_hidden_stays_hidden_from_reviewers_and_the_model(shop: Workshop) -> None:
    shop.text.words = ("A doubtful secret.",)
    job = shop.run(new_job("a", "a doubtful secret"))
    assert shop.text.tasks[0].turns[-1].text == "a doubtful [hidden]"
    assert result_of(job).artifacts[0].text == "A doubtful [hidden]."


def test_one_doubtful_variant_holds_them_all(shop: Workshop) -> None:
    shop.safety.doubtful = ("image 6",)
    job = shop.run(new_job("a", params=DrawParams(seed=5, n=2)))
    assert job.state is State.HELD
    assert [shop.artifacts.get(artifact.blob) for artifact in result_of(job).artifacts] == [
        PNG + b"image 5 labelled",
        PNG + b"image 6 labelled",
    ]
    assert result_of(job).notices == (HELD_BACK,), "previews were shown"


def test_after_an_image_is_held_no_preview_is_shown_any_more(shop: Workshop) -> None:
    shop.safety.doubtful = ("image",)
    shop.run(new_drawing("a"))
    assert shop.progress.shown["a"][-1].step == 3


@pytest.mark.parametrize("words", [("underage",), ("doubtful. ", "underage.")])
def test_sexual_minors_is_refused_for_good(shop: Workshop, words: tuple[str, ...]) -> None:
    shop.text.words = words
    job = shop.run(new_job("a"))
    assert job.state is State.REFUSED
    assert not result_of(job).appealable
    again = shop.run(appeal(job, "b"))
    assert again.state is State.REFUSED


def test_a_refusal_can_be_appealed_where_somebody_reviews(shop: Workshop) -> None:
    assert result_of(shop.run(new_job("a", "forbidden"))).appealable
    assert not result_of(shop.run(new_job("b", "forbidden"), UNREVIEWED)).appealable


def test_on_appeal_what_was_refused_is_made_and_held(shop: Workshop) -> None:
    refused = shop.run(new_job("a", "a forbidden wish"))
    held = shop.run(appeal(refused, "b"))
    assert held.state is State.HELD
    assert result_of(held).artifacts
    assert [entry.event for entry in shop.store.audit_entries()] == ["verdict", "appealed", "verdict"]


def test_an_appeal_of_what_came_out_shows_nothing_before_the_decision(shop: Workshop) -> None:
    shop.text.words = ("Fine. ", "forbidden. ", "end.")
    refused = shop.run(new_job("a"))
    assert refused.state is State.REFUSED
    held = shop.run(appeal(refused, "b"))
    assert held.state is State.HELD
    assert result_of(held).artifacts[0].text == "Fine. forbidden. end."
    assert "b" not in shop.progress.shown


def test_an_appeal_is_heard_once(shop: Workshop) -> None:
    shop.text.words = ("underage",)
    refused = shop.run(new_job("a", "forbidden"))
    assert not result_of(shop.run(appeal(refused, "b"))).appealable


def test_a_revision_can_be_appealed_in_its_place(shop: Workshop) -> None:
    shop.run(new_job("a", "a post"))
    refused = shop.run(new_job("b", "a post", revision=edit("a", "forbidden")))
    held = shop.run(appeal(refused, "c"))
    assert (held.state, held.version, held.root_id) == (State.HELD, 3, "a")


def test_every_verdict_that_is_no_plain_yes_is_in_the_audit_log_without_its_text(shop: Workshop) -> None:
    shop.run(new_job("a", "a secret wish", params=CopyParams(n=2)))
    shop.run(new_job("b", "a forbidden wish"))
    shop.text.words = ("A doubtful text.",)
    shop.run(new_job("c", "a plain wish"))
    assert shop.audited() == [("prompt", "redact", ""), ("prompt", "refuse", ""), ("output", "review", "")]


def test_texts_are_kept_where_the_policy_says_so_without_what_was_hidden(shop: Workshop) -> None:
    shop.text.words = ("A doubtful text.",)
    shop.run(new_job("a", "a secret wish"), Oversight(RULES, keep_texts_s=60.0))
    assert shop.audited() == [("prompt", "redact", "a [hidden] wish"), ("output", "review", "A doubtful text.")]


def test_the_workspace_decides_who_reviews(shop: Workshop) -> None:
    other = replace(RULES, channel="C5OTHER")
    shop.run(new_job("a", "doubtful", origin=replace(ORIGIN, workspace="T2")), Oversight(RULES, {"T2": other}))
    [held] = shop.store.held("T2")
    hold = result_of(held).hold
    assert hold is not None
    assert hold.channel == "C5OTHER"


@pytest.mark.parametrize(
    ("outcome", "state", "texts"),
    [(Outcome.APPROVED, State.SUCCEEDED, ["A delicate matter."]), (Outcome.REJECTED, State.REFUSED, [])],
)
def test_a_reply_waits_for_a_second_pair_of_eyes_and_is_sent_or_not(
    shop: Workshop, outcome: Outcome, state: State, texts: list[str]
) -> None:
    job = shop.run(new_draft("a", Sending("draft", "A delicate matter.")))
    assert job.state is State.HELD
    assert shop.audited() == [("output", "review", "")]
    decided = shop.store.decide("a", decision(outcome, reason="say it kinder"))
    assert decided is not None
    assert (decided.state, [artifact.text for artifact in result_of(decided).artifacts]) == (state, texts)
    show(shop.store, Delivery("a", "1.1" if texts else "", done=True))
    assert [reply.sent for reply in shop.store.replies.sent_replies()] == texts
    assert not result_of(decided).appealable
    assert result_of(decided).decision == decision(outcome, reason="say it kinder")


def test_where_nobody_reviews_such_a_reply_is_refused_and_there_is_nothing_to_appeal(shop: Workshop) -> None:
    job = shop.run(new_draft("a", Sending("draft", "A delicate matter.")), UNREVIEWED)
    assert (job.state, result_of(job).appealable) == (State.REFUSED, False)
