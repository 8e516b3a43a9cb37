"""What the Slack side counts and measures, for Prometheus and as spans: requests, calls to Slack, deliveries.

Labels are words of Slack's or our own: never a person, channel, workspace or text.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from prometheus_client import Counter, Histogram
from slack_sdk.errors import SlackApiError

from engine.domain.job import Job, State
from engine.domain.request import Kind
from engine.domain.result import TOO_MANY_ATTEMPTS
from engine.telemetry import traces
from engine.telemetry.metrics import SECONDS
from engine.telemetry.subject import of_job

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)

_REQUESTS = Counter("aigc_requests", "Requests from Slack, by how they were answered.", ["surface", "status"])
_ACKNOWLEDGED = Histogram(
    "aigc_acknowledgement_seconds", "Until a request was acknowledged; Slack waits 3 s.", ["surface"], buckets=_FAST
)
_SUBMITTED = Counter("aigc_jobs_submitted", "Jobs that were stored.", ["kind"])
_DELIVERED = Histogram(
    "aigc_job_deliver_seconds", "From an outcome until its message showed it.", ["kind"], buckets=SECONDS
)
_SHOWN = Counter(
    "aigc_outcomes_shown", "Outcomes that people were shown; code: why a job failed.", ["kind", "state", "code"]
)
for _kind in Kind:  # of a series that begins with its first dead letter, Prometheus sees no increase
    _SHOWN.labels(_kind.value, State.FAILED.value, TOO_MANY_ATTEMPTS)
_CALLS = Counter("aigc_slack_calls", "Calls to Slack, by outcome.", ["method", "outcome"])
_CALL_TIME = Histogram("aigc_slack_call_seconds", "What a call to Slack took.", ["method"], buckets=_FAST)

_SURFACES = {
    "event_callback": "event",
    "block_actions": "action",
    "view_submission": "view",
    "view_closed": "view",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}


class Request:
    """One request of Slack's; `status` is set once it is answered."""

    status = 500


@contextmanager
def answering(body: Mapping[str, Any]) -> Iterator[Request]:
    """Everything between a request and its acknowledgement."""
    surface, request, began = _surface(body), Request(), time.perf_counter()
    with of_job(), traces.span("slack.request", {"aigc.surface": surface}):
        try:
            yield request
        finally:
            _ACKNOWLEDGED.labels(surface).observe(time.perf_counter() - began)
            _REQUESTS.labels(surface, str(request.status)).inc()


def count_turned_away(status: int) -> None:
    """A request that is none of Slack's, or none that can be read: it gets no further."""
    _REQUESTS.labels("none", str(status)).inc()


@contextmanager
def calling(method: str) -> Iterator[None]:
    """One call to Slack, e.g. "chat.postMessage", or a file on its way."""
    began, outcome = time.perf_counter(), "unavailable"
    with traces.span(f"slack.{method}", client=True):
        try:
            yield
            outcome = "ok"
        except SlackApiError as error:
            outcome = _outcome(error)
            raise
        finally:
            traces.mark({"aigc.outcome": outcome})
            _CALLS.labels(method, outcome).inc()
            _CALL_TIME.labels(method).observe(time.perf_counter() - began)


def count_submitted(kind: Kind) -> None:
    _SUBMITTED.labels(kind.value).inc()


def measure_delivery(job: Job, now: float) -> None:
    """The job's message shows its outcome from `now` on, in seconds since the epoch."""
    kind, failure = job.request.kind.value, job.result.failure if job.result else None
    _DELIVERED.labels(kind).observe(max(0.0, now - (job.finished_at or now)))
    _SHOWN.labels(kind, job.state.value, failure.code if failure else "").inc()


def _surface(body: Mapping[str, Any]) -> str:
    return "command" if "command" in body else _SURFACES.get(str(body.get("type")), "other")


def _outcome(error: SlackApiError) -> str:
    """Slack said no ("rejected"), not now ("rate_limited"), or nothing that makes sense ("unavailable")."""
    status = getattr(error.response, "status_code", 200)
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, Mapping) else None
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return "rate_limited"
    return "rejected" if status < 500 and code else "unavailable"
