"""Preference data and figures about drafts, at a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import aigc
from bot.cli.feedback import told
from engine.adapters import factory
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Delivery, State
from engine.domain.replies import Rating, ReplyStats
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.work import Drafting, Sending
from engine.settings import EngineSettings
from tests.support.jobs import show
from tests.support.threads import QUESTION, drafting, new_draft


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlJobStore]:
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path))
    store = factory.store(EngineSettings(data_dir=tmp_path))
    yield store
    store.close()


def made(store: SqlJobStore, job_id: str, work: Drafting | Sending, text: str) -> None:
    store.add([new_draft(job_id, work)])
    assert store.claim(job_id, "worker", 30)
    assert store.finish(job_id, "worker", State.SUCCEEDED, Result((Artifact(ArtifactKind.TEXT, 0, 5, text),)))
    show(store, Delivery(job_id, f"{job_id}.1", shown="x", done=True))


def sent(store: SqlJobStore, draft_id: str, text: str) -> None:
    made(store, f"sent {draft_id}", Sending(draft_id, text, reason="shorter"), text)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(aigc, ["feedback", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_what_was_sent_is_chosen_and_the_draft_that_it_was_made_of_rejected(store: SqlJobStore, tmp_path: Path) -> None:
    for draft_id in ("edited", "kept", "disliked", "liked", "unrated"):
        made(store, draft_id, drafting(), "Within 30 days. [1]")
    sent(store, "edited", "Yes, within 30 days.")
    sent(store, "kept", "Within 30 days.")
    for draft_id, up in (("edited", True), ("disliked", False), ("liked", True), ("gone", True)):
        store.replies.rate(Rating(draft_id, "T1", "U1", up=up, at=100.0, reason="" if up else "wrong"))
    run("export", str(tmp_path / "out.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {row["draft"]: (row["chosen"], row["rejected"], row["thumbs"]) for row in rows} == {
        "edited": ("Yes, within 30 days.", "Within 30 days.", [{"up": True, "reason": ""}]),
        "kept": ("Within 30 days.", None, []),
        "disliked": (None, "Within 30 days.", [{"up": False, "reason": "wrong"}]),
        "liked": ("Within 30 days.", None, [{"up": True, "reason": ""}]),
    }
    assert {row["prompt"] for row in rows} == {f"Customer: {QUESTION.text}"}
    assert (rows[0]["reason"], rows[0]["distance"]) == ("shorter", 6)


def test_what_is_older_or_forgotten_is_not_exported(store: SqlJobStore) -> None:
    made(store, "draft", drafting(), "Within 30 days.")
    sent(store, "draft", "Yes.")
    assert run("export", "-", "--since", "2999-01-01") == ""
    store.retention.forget(1e12)
    assert run("export", "-") == ""


def test_figures(store: SqlJobStore) -> None:
    assert "No draft was sent." in run("stats")
    made(store, "draft", drafting(), "Within 30 days.")
    sent(store, "draft", "Within 30 days.")
    assert "Sent: 1 drafts, 1 of them unchanged (100%)." in run("stats")
    assert json.loads(run("stats", "--json"))["share_unchanged"] == 1.0
    assert "No draft was sent." in run("stats", "--workspace", "T2")


def test_figures_in_words() -> None:
    assert list(told(ReplyStats(4, 1, 12.5, 3, 2))) == [
        "Sent: 4 drafts, 1 of them unchanged (25%).",
        "Changed by the agent: 12.5 characters at the median.",
        "Thumbs: 3 up, 2 down.",
    ]
