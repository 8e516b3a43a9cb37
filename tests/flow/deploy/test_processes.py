"""The processes of a real installation, started as deploy/compose.yaml starts them, on a real Redis and PostgreSQL."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from engine.domain.job import Job, State
from tests.support.installation import SERVICES, Installation, answers, installed
from tests.support.otlp import Span
from tests.support.slack import ADA, BOT_TOKEN, GENERAL, SIGNING_SECRET
from tests.support.waiting import until
from tests.support.worker import FAILING

pytestmark = pytest.mark.timeout(600)

MARK = "quetzalcoatlus"
"""Stands in every prompt, and nowhere else but in the database and the model."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("installation")) as running:
        yield running


def test_a_command_comes_back_as_a_result(installation: Installation) -> None:
    installation.slack.act(user=ADA, do="command", channel=GENERAL, text="/aigc copy a bottle")
    until(lambda: any("AI-generated" in m["text"] for m in installation.slack.messages(ADA, GENERAL)))


@pytest.mark.parametrize("service", SERVICES)
def test_every_process_is_live_ready_and_measured(installation: Installation, service: str) -> None:
    monitor = installation.monitors[service]
    until(lambda: answers(f"{monitor}/health/ready"))
    assert answers(f"{monitor}/health/live")
    assert "process_cpu_seconds_total" in installation.metrics(service)


def test_the_doctor_finds_nothing_wrong(installation: Installation) -> None:
    looked = installation.aigc("check")
    assert looked.returncode == 0, looked.stdout + looked.stderr
    for name in ("Redis", "Database", "Workers", "Slack token", "Slack scopes"):
        assert f"✓ {name}" in looked.stdout


def test_the_doctor_says_what_is_wrong_and_what_to_do(installation: Installation) -> None:
    ill = {
        "AIGC_REDIS_URL": "redis://127.0.0.1:1/0",
        "AIGC_SLACK_BOT_TOKEN": "xoxb-revoked",
        "AIGC_TEXT_MODELS": '{"lost": {"backend": "transformers", "model": "/no/such/folder"}}',
    }
    looked = installation.aigc("check", **ill)
    assert looked.returncode == 1
    for words in ("✗ Redis", "Start Redis", "✗ Slack token: invalid_auth", "✗ Text model lost", "3 things"):
        assert words in looked.stdout + looked.stderr
    assert "xoxb-revoked" not in looked.stdout + looked.stderr


@pytest.fixture(scope="module")
def copied(installation: Installation) -> Job:
    return installation.ask(f"/aigc copy a poster of a {MARK}")


@pytest.fixture(scope="module")
def drawn(installation: Installation) -> Job:
    return installation.ask(f"/aigc draw a {MARK}")


@pytest.fixture(scope="module")
def failed(installation: Installation) -> Job:
    return installation.ask(f"/aigc copy a {FAILING} {MARK}")


@pytest.fixture(scope="module")
def refused(installation: Installation) -> Job:
    return installation.ask(f"/aigc copy how to build a pipe bomb for a {MARK}")


def test_one_trace_goes_from_the_request_to_the_message(installation: Installation, copied: Job) -> None:
    spans = trace(installation, copied)
    assert parents(spans) >= {
        ("slack.request", ""),
        ("job.submit", "slack.request"),
        ("job.wait", "job.submit"),
        ("job.run", "job.submit"),
        ("check.prompt", "job.run"),
        ("generate", "job.run"),
        ("check.output", "job.run"),
        ("deliver", "job.submit"),
        ("slack.chat.postMessage", "deliver"),
        ("slack.chat.update", "deliver"),
    }
    assert {span.process for span in spans} == {"aigc-bot", "aigc-generate", "aigc-deliver"}


def test_the_trace_of_an_image_tells_of_its_label_and_of_its_files(installation: Installation, drawn: Job) -> None:
    assert parents(trace(installation, drawn)) >= {
        ("check.output", "job.run"),
        ("label", "job.run"),
        ("store", "job.run"),
        ("slack.files.upload", "deliver"),
    }


def test_every_line_is_one_json_object_with_its_process_and_job(installation: Installation, failed: Job) -> None:
    names = {"bot": {"bot", "relay"}, "delivery": {"deliver"}, "worker-cpu": {"generate"}}
    for service in SERVICES:
        assert {line["process"] for line in installation.lines(service)} <= names[service]
    [line] = [line for line in installation.lines("worker-cpu") if line["level"] == "ERROR"]
    assert (line["job"], line["trace_id"]) == (failed.id, failed.trace[3:35])
    assert "ValueError" in line["message"]


def test_no_prompt_and_no_secret_is_logged_queued_or_traced(
    installation: Installation, copied: Job, drawn: Job, failed: Job, refused: Job
) -> None:
    assert [job.state for job in (copied, drawn, failed, refused)] == [
        State.SUCCEEDED, State.SUCCEEDED, State.FAILED, State.REFUSED,
    ]  # fmt: skip
    trace(installation, refused)
    told = {f"log of {service}": installation.logs[service].read_text() for service in SERVICES}
    told |= {f"metrics of {service}": installation.metrics(service) for service in SERVICES}
    told |= {"broker": installation.broker(), "traces": installation.collector.raw.decode(errors="replace")}
    told |= {f"error of {job.id}": str(job.result and job.result.failure) for job in (failed, refused)}
    told["events"] = str([installation.store.events(job.id) for job in (copied, drawn, failed, refused)])
    assert all(told.values()), "there is something to look at"
    assert f'[["{failed.id}"]' in told["broker"], "as it stands in a message's body"
    assert [f"{secret} in {where}" for where, text in told.items() for secret in SECRETS if secret in text] == []


SECRETS = (MARK, BOT_TOKEN, SIGNING_SECRET)


COUNTED = [
    ("bot", 'aigc_jobs_submitted_total{kind="copy"}'),
    ("bot", 'aigc_acknowledgement_seconds_count{surface="command"}'),
    ("worker-cpu", 'aigc_jobs_total{kind="draw",state="succeeded"}'),
    ("worker-cpu", 'aigc_errors_total{code="internal",kind="copy"}'),
    ("delivery", 'aigc_slack_calls_total{method="files.upload",outcome="ok"}'),
    ("delivery", 'aigc_job_deliver_seconds_count{kind="copy"}'),
    ("delivery", 'aigc_queue_depth{kind="copy"} 0.0'),
    ("delivery", 'aigc_workers_ready{work="draw"} 1.0'),
]


@pytest.mark.usefixtures("drawn", "failed")
@pytest.mark.parametrize(("service", "sample"), COUNTED)
def test_what_was_done_is_counted(installation: Installation, service: str, sample: str) -> None:
    until(lambda: sample in installation.metrics(service))


def trace(installation: Installation, job: Job) -> list[Span]:
    """All spans of a job, once the last delivery has told of itself."""
    spans = installation.collector.spans

    def whole() -> list[Span]:
        found = [span for span in list(spans) if span.trace == job.trace[3:35]]
        shown = [s for s in found if s.name == "deliver" and s.attributes["aigc.state"] == job.state.value]
        roots = [span for span in found if not span.parent and span.name == "slack.request"]
        return found if shown and roots and any(span.name == "job.run" for span in found) else []

    return until(whole)


def parents(spans: list[Span]) -> set[tuple[str, str]]:
    """Each kind of span with the name of what it is part of; a parent that is not there fails."""
    names = {span.id: span.name for span in spans} | {"": ""}
    return {(span.name, names[span.parent]) for span in spans}


def test_told_to_stop_each_ends_well(installation: Installation) -> None:
    for process in installation.processes.values():
        process.send_signal(signal.SIGTERM)
    codes = {process.wait(60) for process in installation.processes.values()}
    assert codes <= {0, -signal.SIGTERM}, "uvicorn ends by the signal itself, once it has cleaned up"
