"""What is counted of requests from Slack, of calls to it and of deliveries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY
from slack_sdk.errors import SlackApiError

from bot.telemetry import answering, calling, count_submitted, measure_delivery
from engine.domain.job import Job, State
from engine.domain.request import Kind
from engine.domain.result import TOO_MANY_ATTEMPTS, Failure, Result
from tests.support.jobs import ORIGIN, new_job
from tests.support.metrics import Grown
from tests.support.waiting import until
from tests.unit.bot.listeners.conftest import Wire, wire  # noqa: F401 - the fixture


@pytest.fixture
def grown() -> Grown:
    return Grown()


@pytest.mark.parametrize(
    ("body", "surface"),
    [
        ({"command": "/aigc"}, "command"),
        ({"type": "event_callback"}, "event"),
        ({"type": "block_actions"}, "action"),
        ({"type": "view_submission"}, "view"),
        ({"type": "message_action"}, "shortcut"),
        ({"type": "whatever anybody writes"}, "other"),
        ({}, "other"),
    ],
)
def test_a_request_is_counted_by_where_it_came_from_and_how_it_was_answered(
    grown: Grown, body: dict[str, Any], surface: str
) -> None:
    with answering(body) as request:
        request.status = 200
    assert grown("aigc_requests_total", surface=surface, status="200") == 1
    assert grown("aigc_acknowledgement_seconds_count", surface=surface) == 1


async def test_a_signed_command_and_a_forged_one_are_counted(wire: Wire, grown: Grown) -> None:  # noqa: F811
    await wire.slash("copy a bottle")
    await wire.post("command=%2Faigc&text=copy", secret="another")
    assert grown("aigc_requests_total", surface="command", status="200") == 1
    assert grown("aigc_requests_total", surface="none", status="401") == 1
    assert until(lambda: grown("aigc_jobs_submitted_total", kind="copy")) == 1, "counted once it was answered"


def answered(data: dict[str, Any]) -> SlackApiError:
    return SlackApiError("no", data)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (answered({"ok": False, "error": "not_in_channel"}), "rejected"),
        (answered({"ok": False, "error": "ratelimited"}), "rate_limited"),
        (answered({}), "unavailable"),
        (TimeoutError(), "unavailable"),
    ],
)
def test_a_call_to_slack_is_counted_by_its_outcome(grown: Grown, error: Exception, outcome: str) -> None:
    with pytest.raises(type(error)), calling("chat.update"):
        raise error
    assert grown("aigc_slack_calls_total", method="chat.update", outcome=outcome) == 1
    with calling("chat.update"):
        pass
    assert grown("aigc_slack_calls_total", method="chat.update", outcome="ok") == 1
    assert grown("aigc_slack_call_seconds_count", method="chat.update") == 2


def test_a_delivery_is_measured_from_the_outcome_on(grown: Grown) -> None:
    job = Job("a", ORIGIN, new_job("a").request, 100.0, State.SUCCEEDED, "a", 1, finished_at=150.0)
    measure_delivery(job, 152.0)
    measure_delivery(replace(job, finished_at=None), 152.0)
    assert grown("aigc_job_deliver_seconds_sum", kind="copy") == 2
    assert grown("aigc_job_deliver_seconds_count", kind="copy") == 2


def test_a_job_that_was_given_up_is_counted_where_its_requester_hears_of_it(grown: Grown) -> None:
    """No worker ends it: it is over when it would be taken once more."""
    failed = Result(failure=Failure("too_many_attempts"))
    measure_delivery(
        Job("a", ORIGIN, new_job("a").request, 1.0, State.FAILED, "a", 1, finished_at=2.0, result=failed), 3.0
    )
    assert grown("aigc_outcomes_shown_total", kind="copy", state="failed", code="too_many_attempts") == 1


@pytest.mark.parametrize("kind", Kind)
def test_dead_letters_are_counted_from_zero_so_that_the_first_is_an_increase(kind: Kind) -> None:
    labels = {"kind": kind.value, "state": "failed", "code": TOO_MANY_ATTEMPTS}
    assert REGISTRY.get_sample_value("aigc_outcomes_shown_total", labels) is not None


async def test_no_label_is_made_of_what_people_or_slack_write(wire: Wire) -> None:  # noqa: F811
    await wire.slash("copy our secret falcon", user_id="U0FALCON1", channel_id="C0FALCON1")
    count_submitted(Kind.DRAW)
    values = {v for family in REGISTRY.collect() for sample in family.samples for v in sample.labels.values()}
    assert not [value for value in values if "falcon" in value.lower()]
