"""What operators see of jobs at a terminal, and what they can do about them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import aigc
from engine.adapters import factory
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Delivery, Job, State
from engine.domain.result import TOO_MANY_ATTEMPTS, Failure
from engine.domain.result import Result as Made
from engine.domain.work import Sending
from engine.settings import EngineSettings
from tests.support.jobs import new_drawing, new_job, show
from tests.support.threads import new_draft

PROMPT = "a very private prompt"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlJobStore]:
    """Job "a1" was given up, "b2" waits; no broker answers."""
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("AIGC_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    store = factory.store(EngineSettings())
    store.add([new_job("a1", f"{PROMPT}\x1b[31m"), new_drawing("b2")])
    store.claim("a1", "host:1#2", 30)
    store.finish("a1", "host:1#2", State.FAILED, Made(failure=Failure(TOO_MANY_ATTEMPTS, {"attempts": 3})))
    show(store, Delivery("a1", "17.0042", done=True))
    yield store
    store.close()


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(aigc, ["jobs", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def job(store: SqlJobStore, job_id: str) -> Job:
    found = store.get(job_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ((), {"a1", "b2"}),
        (("--state", "failed"), {"a1"}),
        (("--state", "failed", "--state", "accepted"), {"a1", "b2"}),
        (("--failure", "too_many_attempts"), {"a1"}),
        (("--failure", "internal"), set()),
        (("--kind", "draw"), {"b2"}),
        (("--channel", "C1", "--user", "U1", "--workspace", "T1"), {"a1", "b2"}),
        (("--channel", "C9"), set()),
        (("--since", "2026-01-01"), set()),
        (("--since", "1970-01-01"), {"a1", "b2"}),
    ],
)
def test_what_is_asked_for_is_listed(store: SqlJobStore, options: tuple[str, ...], listed: set[str]) -> None:
    lines = run("list", "--json", *options).stdout.splitlines()
    assert {json.loads(line)["job"] for line in lines} == listed


def test_the_list_tells_states_and_codes_and_no_prompt(store: SqlJobStore) -> None:
    output = run("list").output
    assert "failed: too_many_attempts" in output
    assert "1970-01-01T00:01:40" in output
    assert PROMPT not in output + run("list", "--json").output


def test_where_there_is_nothing_to_list_it_says_so(store: SqlJobStore) -> None:
    result = run("list", "--user", "U9")
    assert (result.stdout, result.stderr) == ("", "No job is like that.\n")


def test_a_life_is_shown_with_what_to_do(store: SqlJobStore) -> None:
    output = run("show", "a1").output
    for words in (
        "accepted",
        "started          host:1#2",
        "too_many_attempts",
        "1 of 3 attempts",
        "17.0042",
        "retry a1",
    ):
        assert words in output
    assert PROMPT not in output


def test_the_prompt_is_shown_only_when_asked_for_and_steers_no_terminal(store: SqlJobStore) -> None:
    shown = run("show", "a1", "--prompt").output
    assert PROMPT in shown
    assert "\x1b" not in shown
    assert PROMPT not in run("show", "a1", "--json").output
    assert json.loads(run("show", "a1", "--json", "--prompt").output)["prompt"].startswith(PROMPT)


def test_a_life_is_told_to_programs(store: SqlJobStore) -> None:
    told = json.loads(run("show", "a1", "--json").output)
    assert [event["name"] for event in told["events"]] == ["accepted", "started", "failed"]
    assert (told["failure"], told["attempts"], told["message"], told["delivered"]) == (
        "too_many_attempts",
        1,
        "17.0042",
        True,
    )


def test_a_failed_job_is_started_again_in_the_operators_name(
    store: SqlJobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    result = run("retry", "a1")
    assert "waits again" in result.stdout
    assert "queue does not answer" in result.stderr
    assert (job(store, "a1").state, job(store, "a1").attempts) == (State.ACCEPTED, 0)
    assert store.events("a1")[-1].detail == "operator:ada"


def test_what_did_not_fail_is_not_started_again(store: SqlJobStore) -> None:
    assert "did not fail: waiting" in run("retry", "b2", code=1).output


def test_a_reply_that_was_not_sent_is_left_to_its_agent(store: SqlJobStore) -> None:
    store.add([new_draft("s3", Sending("draft", "Yes."))])
    store.claim("s3", "host:1#2", 30)
    store.finish("s3", "host:1#2", State.FAILED, Made(failure=Failure("internal")))
    assert "press Edit and send at the draft" in run("retry", "s3", code=1).output
    assert "jobs retry" not in run("show", "s3").output


def test_a_waiting_job_is_canceled_and_a_running_one_told_to_stop(store: SqlJobStore) -> None:
    assert "is canceled" in run("cancel", "b2").output
    assert "over (canceled)" in run("cancel", "b2", code=1).output
    store.retry("a1", "operator:ada")
    store.claim("a1", "host:1#3", 30)
    assert "told to stop" in run("cancel", "a1").output
    assert job(store, "a1").cancel_requested


def test_a_job_that_ends_before_it_is_canceled_is_told_to_be_over(
    store: SqlJobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = SqlJobStore.cancel

    def too_late(self: SqlJobStore, job_id: str, by: str) -> Job | None:
        store.claim(job_id, "host:1#3", 30)
        store.finish(job_id, "host:1#3", State.SUCCEEDED, Made())
        return cancel(self, job_id, by)

    monkeypatch.setattr(SqlJobStore, "cancel", too_late)
    assert "over (done)" in run("cancel", "b2", code=1).output


def test_the_log_tells_which_operator_canceled_a_job(store: SqlJobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    run("cancel", "b2")
    assert "operator:ada" in run("show", "b2").output


@pytest.mark.parametrize("command", ["show", "retry", "cancel"])
def test_an_unknown_job_is_an_error(store: SqlJobStore, command: str) -> None:
    assert "There is no job zz" in run(command, "zz", code=1).output


def test_a_mistaken_option_is_another(store: SqlJobStore) -> None:
    run("list", "--state", "lost", code=2)
    run("list", "--since", "yesterday", code=2)


def test_it_speaks_chinese(store: SqlJobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "没有任务 zz" in run("show", "zz", code=1).output
    assert "已重新排队" in run("retry", "a1").output
