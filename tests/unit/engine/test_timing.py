"""All times fit each other, whatever the settings say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.celery_queue import make_celery
from engine.service import FINISH_PAUSES_S
from engine.settings import EngineSettings
from engine.timing import DEFAULT, LONGEST_DELAY_S, Timing

SECONDS = st.floats(0.01, 1e5)
TIMINGS = st.builds(Timing, SECONDS, SECONDS, SECONDS, SECONDS, SECONDS, st.integers(1, 20))


@given(TIMINGS)
@settings(deadline=None)
def test_a_lease_outlasts_a_renewal_that_has_to_wait_and_several_that_fail(timing: Timing) -> None:
    assert timing.renew_after_s + timing.look_s + timing.database_wait_s < timing.lease_s
    assert timing.renew_after_s + 3 * timing.look_s < timing.lease_s


@given(TIMINGS)
@settings(deadline=None)
def test_the_broker_delivers_nothing_again_that_is_still_held(timing: Timing) -> None:
    assert timing.visibility_timeout_s > timing.longest_run_s + timing.drain_s
    assert timing.visibility_timeout_s > LONGEST_DELAY_S


@given(TIMINGS)
@settings(deadline=None)
def test_an_outcome_is_recorded_before_its_run_counts_as_hung(timing: Timing) -> None:
    tries = len(FINISH_PAUSES_S)
    assert sum(FINISH_PAUSES_S) + tries * timing.database_wait_s < timing.grace_s
    assert timing.longest_run_s > timing.job_timeout_s


@given(TIMINGS)
@settings(deadline=None)
def test_jobs_are_handed_back_before_the_worker_ends_and_it_ends_before_it_is_killed(timing: Timing) -> None:
    assert timing.finish_s < timing.drain_s < timing.stop_s


@given(TIMINGS)
@settings(deadline=None)
def test_what_is_tried_again_waits_ever_longer_up_to_what_the_broker_can_hold(timing: Timing) -> None:
    for waits in (timing.retry_in_s, timing.restart_in_s):
        delays = [waits(attempts) for attempts in range(1, 25)]
        assert delays == sorted(delays)
        assert delays[-1] <= LONGEST_DELAY_S
    assert timing.restart_in_s(1) == 0


def test_a_killed_workers_job_is_queued_again_within_half_a_minute() -> None:
    assert Timing.of(EngineSettings()).recovery_s < 30


def test_the_defaults_are_those_of_the_settings() -> None:
    assert Timing.of(EngineSettings()) == DEFAULT


@pytest.mark.parametrize("job_timeout_s", [1.0, 900.0, 7200.0])
def test_the_broker_is_told(job_timeout_s: float) -> None:
    told = EngineSettings(job_timeout_s=job_timeout_s)
    app = make_celery(told)
    assert app.conf.broker_transport_options["visibility_timeout"] == Timing.of(told).visibility_timeout_s
    assert app.conf.task_time_limit is app.conf.task_soft_time_limit is None
    assert (app.conf.task_acks_late, app.conf.worker_prefetch_multiplier) == (True, 1)


def test_a_model_that_hangs_is_noticed_before_its_jobs_time_out() -> None:
    assert DEFAULT.hang_s < DEFAULT.job_timeout_s
