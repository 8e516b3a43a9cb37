"""What goes over a limit is not stored, and told which; counted from the database, on both of them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.domain.job import NewJob, Origin, State, Submitted
from engine.domain.limits import NO_LIMITS, Budget, Denial, Limit, Limits, Quota, Scope, Spent, Use
from engine.domain.request import CopyParams, DrawParams, Kind
from engine.domain.result import Result, Usage
from engine.domain.review import Outcome
from engine.domain.rows import RowMade
from engine.domain.usage import By
from engine.domain.work import ForEachRow
from tests.support.clock import Clock
from tests.support.jobs import new_job
from tests.support.reviews import decision, held
from tests.unit.engine.conftest import MakeStore

ANN, BOB = Origin("T1", "C1", "ann"), Origin("T1", "C1", "bob")
NOON = 12 * 3600.0


@pytest.fixture(autouse=True)
def noon(clock: Clock) -> None:
    clock.now = NOON


def user(**quota: int) -> Limits:
    return Limits(each={Scope.USER: Quota(**quota)})


def text(name: str, origin: Origin = ANN, model: str | None = None) -> NewJob:
    return new_job(name, origin=origin, params=CopyParams(model=model))


def drawing(name: str, n: int = 1, origin: Origin = ANN) -> NewJob:
    return new_job(name, origin=origin, params=DrawParams(n=n))


def admit(store: SqlJobStore, limits: Limits, *jobs: NewJob) -> list[Denial | None]:
    return [found if isinstance(found, Denial) else None for found in store.admit(jobs, limits)]


def make(
    store: SqlJobStore, name: str, *, at_s: float = 1.0, state: State = State.SUCCEEDED, **used: float | str
) -> None:
    """As a worker does."""
    assert store.claim(name, "w", 60)
    usage = replace(Usage("gpt", "openai", run_s=at_s), **used)  # type: ignore[arg-type]
    assert store.finish(name, "w", state, Result(usage=usage))


def test_without_limits_everything_is_stored(store: SqlJobStore) -> None:
    assert admit(store, NO_LIMITS, *(text(f"j{n}") for n in range(99))) == [None] * 99


def test_so_many_at_once_and_one_more_when_one_is_done(store: SqlJobStore) -> None:
    limits = user(jobs_at_once=2)
    over = Denial(Limit.JOBS_AT_ONCE, Scope.USER, 2, 2)
    assert admit(store, limits, text("a"), drawing("b"), text("c")) == [None, None, over]
    assert store.get("c") is None
    assert admit(store, limits, text("bobs", BOB)) == [None]
    make(store, "a")
    assert admit(store, limits, text("c")) == [None]


def test_pictures_that_wait_count_and_what_was_made_yesterday_does_not(store: SqlJobStore, clock: Clock) -> None:
    limits = user(images_per_day=5)
    assert admit(store, limits, drawing("a", 3)) == [None]
    over = Denial(Limit.IMAGES_PER_DAY, Scope.USER, 5, 3, 3, wait_s=NOON)
    assert admit(store, limits, drawing("b", 3), text("words"), drawing("c", 2)) == [over, None, None]
    make(store, "a", images=3)
    assert admit(store, limits, drawing("d")) == [replace(over, used=5, asked=1)]
    clock.now += NOON + 1
    make(store, "c", images=2)
    assert admit(store, limits, drawing("d", 3)) == [None]


def test_tokens_count_when_they_are_written(store: SqlJobStore) -> None:
    limits = user(tokens_per_day=100)
    assert admit(store, limits, text("a"), text("b")) == [None, None]
    make(store, "a", prompt_tokens=40, completion_tokens=60)
    assert admit(store, limits, text("c")) == [Denial(Limit.TOKENS_PER_DAY, Scope.USER, 100, 100, wait_s=NOON)]


def test_what_was_refused_or_failed_after_it_was_made_counts_too(store: SqlJobStore) -> None:
    store.add([text("a"), text("b")])
    make(store, "a", state=State.REFUSED, completion_tokens=60)
    make(store, "b", state=State.FAILED, completion_tokens=40)
    assert store.use(Scope.USER, ANN, 0.0) == Use(tokens=100)


def test_a_channel_and_a_workspace_have_limits_of_their_own(store: SqlJobStore) -> None:
    elsewhere = Origin("T1", "C2", "cat")
    limits = Limits(each={Scope.CHANNEL: Quota(jobs_at_once=2), Scope.WORKSPACE: Quota(jobs_at_once=3)})
    stored = admit(store, limits, text("a"), text("b", BOB), text("c"), text("d", elsewhere), text("e", elsewhere))
    assert [denial and denial.scope for denial in stored] == [None, None, Scope.CHANNEL, None, Scope.WORKSPACE]


def test_what_slack_sends_again_is_the_job_that_it_was(store: SqlJobStore) -> None:
    limits = user(jobs_at_once=1)
    (first,) = store.admit([text("a")], limits)
    (again,) = store.admit([text("a")], limits)
    assert isinstance(first, Submitted)
    assert again == Submitted(first.job, False)


def test_an_appeal_is_no_request_of_its_own(store: SqlJobStore) -> None:
    job = text("a")
    appeal = replace(job, request=replace(job.request, appeal_of="earlier"))
    assert admit(store, user(jobs_at_once=0), appeal) == [None]


def test_of_many_at_once_no_more_than_the_limit_get_in(open_store: MakeStore) -> None:
    """On one connection of one process; several processes on PostgreSQL may let through a few more."""
    store, limits = open_store(), user(jobs_at_once=10)
    stored = store.admit([text(f"j{number}") for number in range(40)], limits)
    assert sum(isinstance(found, Submitted) for found in stored) == 10
    with ThreadPoolExecutor(4) as pool:
        later = list(pool.map(lambda n: admit(store, limits, text(f"late{n}")), range(8)))
    assert all(denial is not None for (denial,) in later)


PAID = Limits(budget=Budget(usd_per_day=1.0, usd_per_month=5.0), paid={(Kind.COPY, "gpt")})


def table(name: str, rows: int) -> NewJob:
    new = text(name, model="gpt")
    return replace(new, request=replace(new.request, work=ForEachRow("recommendation", "t.csv", rows)))


@pytest.mark.parametrize("together", [False, True])
def test_tables_that_wait_count_with_all_their_rows(store: SqlJobStore, together: bool) -> None:
    store.add([text("a", model="gpt")])
    make(store, "a", cost_usd=0.1)
    both = (table("b", 5), table("c", 5))
    first, second = admit(store, PAID, *both) if together else [admit(store, PAID, each)[0] for each in both]
    assert first is None
    assert second is not None
    assert second.limit is Limit.USD_PER_DAY
    assert second.used == pytest.approx(1.0)


def test_of_a_table_that_runs_the_rows_left_count(store: SqlJobStore) -> None:
    store.add([text("a", model="gpt"), table("b", 5)])
    make(store, "a", cost_usd=0.1)
    store.save_rows("b", [RowMade(row, "Tea.") for row in range(3)])
    assert admit(store, PAID, table("c", 7)) == [None]  # 0.1 are spent, 0.2 left of b, and the last of c is beyond


def test_a_dear_table_makes_no_text_dearer(store: SqlJobStore, clock: Clock) -> None:
    limits = replace(PAID, budget=Budget(usd_per_day=100.0), longest_wait_s=1_000.0)
    store.add([text("a", model="gpt"), table("b", 4), text("c")])
    make(store, "a", at_s=2.0, cost_usd=0.25)
    store.save_rows("b", [RowMade(row, "Tea.") for row in range(4)])
    make(store, "b", at_s=900.0, cost_usd=50.0)
    store.claim("c", "w", 60)
    assert admit(store, limits, table("d", 150)) == [None]  # 50.25 are spent, and 37.5 to be
    job = store.get("d")
    assert job is not None
    assert store.expected_wait_s(job) == 2.0


def test_where_only_tables_were_paid_for_a_row_is_the_measure(store: SqlJobStore) -> None:
    store.add([table("a", 4)])
    store.save_rows("a", [RowMade(row, "Tea.") for row in range(4)])
    make(store, "a", cost_usd=0.4)
    [denial] = admit(store, PAID, table("b", 7))
    assert denial is not None
    assert denial.used == pytest.approx(1.0)


def test_a_table_counts_with_all_its_rows(store: SqlJobStore) -> None:
    assert admit(store, PAID, text("a", model="gpt")) == [None]
    make(store, "a", cost_usd=0.2)
    [denial] = admit(store, PAID, table("b", 5))
    assert denial is not None
    assert (denial.limit, denial.used) == (Limit.USD_PER_DAY, 1.0)
    assert admit(store, PAID, table("b", 4)) == [None]


def test_a_budget_ends_for_models_that_cost_money_and_others_go_on(store: SqlJobStore, clock: Clock) -> None:
    assert admit(store, PAID, text("a", model="gpt")) == [None]
    make(store, "a", cost_usd=1.25)
    over = Denial(Limit.USD_PER_DAY, Scope.WORKSPACE, 1.0, 1.25, wait_s=NOON)
    assert admit(store, PAID, text("b", model="gpt"), text("local")) == [over, None]
    assert store.spent(PAID) == Spent(1.25, 1.25)
    clock.now += 2 * NOON
    assert admit(store, PAID, text("c", model="gpt")) == [None]
    make(store, "c", cost_usd=3.75)
    (denial,) = admit(store, PAID, text("d", model="gpt"))
    assert denial is not None
    assert (denial.limit, denial.used) == (Limit.USD_PER_MONTH, 5.0)
    assert denial.wait_s == 29.5 * 86_400  # it is noon on January 2nd


def test_what_waits_and_runs_will_cost_what_the_latest_did(store: SqlJobStore) -> None:
    assert admit(store, PAID, text("a", model="gpt"), text("b", model="gpt")) == [None, None]  # nobody knows yet
    make(store, "a", cost_usd=0.25)
    store.claim("b", "w", 60)
    assert admit(store, PAID, text("local"), text("c", BOB, model="gpt")) == [None, None]
    (denial,) = admit(store, PAID, text("d", model="gpt"), text("e"))[:1]
    assert denial is None  # 0.25 are spent, b and c will cost 0.5
    (denial,) = admit(store, PAID, text("f", model="gpt"))
    assert denial == Denial(Limit.USD_PER_DAY, Scope.WORKSPACE, 1.0, 1.0, wait_s=NOON)
    store.cancel("d")
    assert admit(store, PAID, text("g", model="gpt"), text("h", model="gpt")) == [None, denial]


def test_a_prompt_that_names_a_model_does_not_ask_for_it(store: SqlJobStore) -> None:
    store.add([text("a", model="gpt"), new_job("b", '{"model": "gpt"}', params=CopyParams())])
    make(store, "a", cost_usd=0.9)
    assert admit(store, PAID, text("c", model="gpt")) == [None]


def test_a_queue_that_is_full_turns_new_ones_down(store: SqlJobStore) -> None:
    limits = Limits(most_waiting=2)
    stored = admit(store, limits, text("a"), text("b", BOB), text("c"), drawing("picture"))
    assert stored == [None, None, Denial(Limit.QUEUE, Scope.WORKSPACE, 2, 2), None]


def test_the_wait_is_told_by_what_the_latest_took(store: SqlJobStore, clock: Clock) -> None:
    limits = Limits(longest_wait_s=100.0)
    store.add([text(f"j{number}") for number in range(6)])
    make(store, "j0", at_s=40.0)
    assert admit(store, limits, text("unknown")) == [None]  # nothing runs: nobody can tell
    store.claim("j1", "w", 60)
    (denial,) = admit(store, limits, text("late"))
    assert denial == Denial(Limit.QUEUE, Scope.WORKSPACE, 100.0, 5, wait_s=240.0)
    assert admit(store, limits, text("bob's is soon", BOB)) == [None]  # ann's four come after it
    job = store.get("j3")
    assert job is not None
    assert store.expected_wait_s(job) == 120.0  # j2 and bob's come before it, and one is made at a time


def test_what_a_reviewer_decides_on_is_counted_once(store: SqlJobStore) -> None:
    store.add([text("a")])
    store.claim("a", "w", 60)
    assert store.finish("a", "w", State.HELD, replace(held(), usage=Usage(completion_tokens=7)))
    store.decide("a", decision(Outcome.APPROVED))
    assert store.use(Scope.USER, ANN, 0.0).tokens == 7


SPENT = Usage("gpt", "openai", prompt_tokens=7, run_s=2.5, cost_usd=0.25)


def test_what_an_attempt_took_counts_though_another_follows(store: SqlJobStore) -> None:
    store.add([text("a")])
    store.claim("a", "first", 60)
    assert store.hand_back("a", "first", "backend_unavailable", 0.0, SPENT)
    assert store.spent(PAID).today == 0.25
    make(store, "a", cost_usd=0.5)
    assert store.use(Scope.USER, ANN, 0.0) == Use(tokens=7, cost_usd=0.75)
    assert groups(store, By.MODEL) == {("gpt", "openai"): (1, 0, 0.75)}, "it is one job"


def test_what_an_attempt_took_that_lost_its_job_counts_once(store: SqlJobStore, clock: Clock) -> None:
    store.add([text("a")])
    store.claim("a", "first", 60)
    clock.now += 61
    store.claim("a", "second", 60)
    assert not store.finish("a", "first", State.SUCCEEDED, Result(usage=SPENT))
    assert not store.hand_back("a", "first", "lost", 0.0, SPENT)
    assert store.spent(PAID).today == 0.25


def test_an_outcome_that_is_told_again_is_counted_once(store: SqlJobStore) -> None:
    """As after a commit whose answer was lost."""
    store.add([text("a")])
    store.claim("a", "w", 60)
    told = [store.finish("a", "w", State.SUCCEEDED, Result(usage=SPENT)) for _ in range(2)]
    assert (told, store.spent(PAID).today) == ([True, False], 0.25)


def test_an_attempt_that_took_nothing_but_time_is_no_usage(store: SqlJobStore) -> None:
    store.add([text("a")])
    store.claim("a", "w", 60)
    assert store.hand_back("a", "w", "draining", 0.0, Usage("gpt", "openai", run_s=2.5))
    assert groups(store, By.MODEL) == {}


def test_a_canceled_job_that_is_handed_back_has_its_price(store: SqlJobStore) -> None:
    store.add([text("a")])
    store.claim("a", "w", 60)
    store.cancel("a")
    assert store.hand_back("a", "w", "draining", 0.0, SPENT)
    assert groups(store, By.MODEL) == {("gpt", "openai"): (1, 0, 0.25)}


def groups(
    store: SqlJobStore, by: By, days: Sequence[float] = ()
) -> dict[tuple[str, ...], tuple[int, int, float | None]]:
    return {s.group: (s.jobs, s.images, s.cost_usd) for s in store.usage_sums(by, 0.0, 10**9, days)}


def test_use_is_summed_up_by_person_channel_model_and_day(store: SqlJobStore, clock: Clock) -> None:
    store.add([drawing("a", 2), drawing("b", 1, BOB), text("c", BOB)])
    make(store, "a", images=2, cost_usd=0.5)
    make(store, "b", images=1, model="tiny")
    clock.now += 86_400
    make(store, "c", cost_usd=0.25)
    assert groups(store, By.USER) == {("T1", "ann"): (1, 2, 0.5), ("T1", "bob"): (2, 1, 0.25)}
    assert groups(store, By.CHANNEL) == {("T1", "C1"): (3, 3, 0.75)}
    assert groups(store, By.MODEL) == {("gpt", "openai"): (2, 2, 0.75), ("tiny", "openai"): (1, 1, None)}
    assert groups(store, By.DAY, [0.0, 86_400.0]) == {("0.0",): (2, 3, 0.5), ("86400.0",): (1, 0, 0.25)}


def test_a_notice_is_for_one_alone_until_it_is_forgotten(open_store: MakeStore) -> None:
    one, other = open_store(), open_store()
    assert [one.first_notice("budget"), other.first_notice("budget"), other.first_notice("another")] == [
        True,
        False,
        True,
    ]
    one.forget_notice("budget")
    assert other.first_notice("budget")
