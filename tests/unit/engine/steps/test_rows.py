"""A text for each row: several at once, none twice, each stored as it is made, and a long run gives way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from engine.domain.job import Job, Origin, State
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.result import Artifact, ArtifactKind, Progress, Result, Shortfall, Usage
from engine.domain.rows import RowMade
from engine.domain.safety import LEAKS, Action, Category, Finding, Stage, Verdict
from engine.domain.table import read_table
from engine.domain.work import ForEachRow, FromRecipe
from engine.errors import BackendRejected, BackendUnavailable, Interrupted, PromptTooLong
from engine.steps.rows import AT_ONCE, PAUSE_S, Rows, for_tables
from engine.steps.run import Board, GiveWay, Ledger, Meter, NothingMade, Refused, Run
from tests.fakes import FakeArtifactStore, FakeLabeller, FakeSafety
from tests.support.recipes import RECOMMENDATION

HEAD = "customer,product,city\n"


@dataclass
class KeptRows:
    """The part of a JobStore that keeps rows."""

    rows: dict[str, list[RowMade]] = field(default_factory=dict)

    def save_rows(self, job_id: str, made: Sequence[RowMade]) -> None:
        self.rows.setdefault(job_id, []).extend(made)

    def rows_made(self, job_id: str) -> tuple[RowMade, ...]:
        return tuple(self.rows.get(job_id, ()))


@dataclass
class Place:
    """Where runs over one table happen."""

    store: KeptRows = field(default_factory=KeptRows)
    artifacts: FakeArtifactStore = field(default_factory=FakeArtifactStore)
    shown: list[Progress] = field(default_factory=list)
    written: list[dict[str, str]] = field(default_factory=list)
    meter: Meter = field(default_factory=lambda: Meter(Usage(model="m")))
    ledger: Ledger = field(default_factory=Ledger)
    canceled: Callable[[], bool] = lambda: False

    def rows(self, csv: str, write: Callable[[Run], Result] | None = None, **fields: Any) -> Rows:
        work = ForEachRow("recommendation", self.artifacts.put(csv.encode(), "csv"), csv.count("\n") - 1)
        request = Request(Kind.COPY, "", CopyParams(seed=5, n=3), work=work)
        job = Job("a", Origin("T1", "C1", "U1"), request, 100.0, State.RUNNING, "a", 1)
        run = Run((job,), self.canceled, Board(self.shown.append), self.meter, ledger=self.ledger)
        recipe = for_tables(RECOMMENDATION)
        store: Any = self.store
        tools = (FakeSafety(), store, self.artifacts, FakeLabeller())
        return Rows(run, work, recipe, write or self.write, *tools, **fields)

    def write(self, run: Run) -> Result:
        work = run.job.request.work
        assert isinstance(work, FromRecipe)
        values = dict(work.fields)
        self.written.append(values)
        run.meter.usage = Usage(model="m", prompt_tokens=2, completion_tokens=3, cost_usd=0.5)
        return Result((Artifact(ArtifactKind.TEXT, 0, 5, f"{values['customer']}: {values['product']}."),))

    def lines(self, result: Result) -> list[tuple[str, ...]]:
        (artifact,) = result.artifacts
        return list(read_table(self.artifacts.get(artifact.blob)).rows)


def table(number: int) -> str:
    return HEAD + "".join(f"c{row},tea,\n" for row in range(number))


def test_each_row_gets_its_text_beside_it_and_the_label() -> None:
    place = Place()
    result = place.rows(f"{HEAD}Ada,tea,Paris\n=Ben,soap,\n").result()
    assert place.lines(result) == [
        ("Ada", "tea", "Paris", "Ada: tea.", "", "AI-generated · m · a", "made by AI: a-0"),
        ("'=Ben", "soap", "", "'=Ben: soap.", "", "AI-generated · m · a", "made by AI: a-0"),
    ]
    (artifact,) = result.artifacts
    assert artifact.mimetype == "text/csv"
    assert artifact.text == "**Row 1**\nAda: tea.\n\n**Row 2**\n=Ben: soap."
    assert sorted(map(str, place.written)) == sorted(
        [
            "{'customer': 'Ada', 'product': 'tea', 'other_columns': 'city: Paris'}",
            "{'customer': '=Ben', 'product': 'soap'}",
        ]
    )


def test_all_that_stands_in_a_table_is_data_to_the_model() -> None:
    assert all(each.quoted for each in for_tables(RECOMMENDATION).fields)


def test_what_they_took_is_counted_together() -> None:
    place = Place()
    place.rows(table(3)).result()
    usage = place.meter.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.cost_usd) == (6, 9, 1.5)
    assert usage.settings == {"rows": 3, "rows_written": 3}


def test_progress_is_shown_in_rows() -> None:
    place = Place()
    place.rows(table(3)).result()
    assert (place.shown[0].step, place.shown[-1].step, place.shown[-1].steps) == (0, 3, 3)


def test_several_are_written_at_once_and_no_more() -> None:
    place, together, lock = Place(), threading.Barrier(AT_ONCE, timeout=20), threading.Lock()
    running, most = 0, 0

    def write(run: Run) -> Result:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1
        return place.write(run)

    place.rows(table(2 * AT_ONCE), write).result()
    assert most == AT_ONCE


def failing(error: Exception, row: str = "c1") -> Callable[[Place], Callable[[Run], Result]]:
    def made(place: Place) -> Callable[[Run], Result]:
        def write(run: Run) -> Result:
            work = run.job.request.work
            assert isinstance(work, FromRecipe)
            if dict(work.fields)["customer"] == row:
                raise error
            return place.write(run)

        return write

    return made


@pytest.mark.parametrize(
    ("error", "note"),
    [(NothingMade(), "the model wrote nothing"), (PromptTooLong("x"), "longer than the model can read")],
)
def test_a_row_that_cannot_be_written_says_why_and_the_others_go_on(error: Exception, note: str) -> None:
    place = Place()
    result = place.rows(table(3), failing(error)(place)).result()
    assert [line[3:5] for line in place.lines(result)] == [("c0: tea.", ""), ("", note), ("c2: tea.", "")]
    assert [bool(line[6]) for line in place.lines(result)] == [True, False, True], "what no AI wrote has no label"
    assert place.meter.usage.settings["rows_written"] == 2


def test_a_row_with_forbidden_words_is_left_out_and_the_audit_log_hears_of_it() -> None:
    place = Place()
    result = place.rows(f"{HEAD}Ada,forbidden,\nBen,tea,\n").result()
    assert place.lines(result)[0][3:5] == ("", "left out by the safety check: company-rule")
    assert [verdict.stage.value for verdict, _ in place.ledger.judged] == ["context"]
    assert place.ledger.held == []


def test_a_row_whose_model_repeats_its_instructions_blames_the_model() -> None:
    place = Place()
    finding = Finding(Category.PROMPT_INJECTION, 1.0, Action.REFUSE, LEAKS)
    leaked = Refused(Verdict(Action.REFUSE, Stage.OUTPUT, "default@1", (finding,)))
    note = place.lines(place.rows(table(2), failing(leaked)(place)).result())[1][4]
    assert note.startswith("left out by the safety check: the model repeated its own instructions")


def test_a_row_that_lacks_a_field_is_left_out() -> None:
    place = Place()
    result = place.rows(f"{HEAD}Ada,,\nBen,tea,\n").result()
    assert place.lines(result)[0][3:5] == ("", "a column is missing something: product: missing")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Shortfall("not_mentioned", {"what": "tea"}), 'It must mention "tea", in these very words.'),
        (Shortfall("other_language"), "It is not in the language that you asked for."),
        (Shortfall("of_another_version"), "of_another_version"),
    ],
)
def test_a_text_that_does_not_pass_its_checks_says_so_in_words(found: Shortfall, words: str) -> None:
    place = Place()

    def write(run: Run) -> Result:
        (artifact,) = place.write(run).artifacts
        return Result((replace(artifact, shortfalls=(found,)),))

    result = place.rows(table(1), write).result()
    assert place.lines(result)[0][4] == f"does not pass its checks: {words}"
    assert place.meter.usage.settings == {"rows": 1, "rows_written": 1, "rows_short": 1}


def test_rows_without_a_text_are_counted_by_why() -> None:
    place = Place()
    csv = f"{HEAD}Ada,forbidden,\nBen,,\nCleo,tea,\nDan,tea,\n"
    place.rows(csv, failing(NothingMade(), "Cleo")(place)).result()
    counts = {"rows_refused": 1, "rows_lacking": 1, "rows_failed": 1}
    assert place.meter.usage.settings == {"rows": 4, "rows_written": 1, **counts}


def test_a_long_run_gives_way_and_the_next_attempt_writes_only_the_rest() -> None:
    place, now = Place(), [0.0]

    def write(run: Run) -> Result:
        now[0] += 10.0
        return place.write(run)

    with pytest.raises(GiveWay):
        place.rows(table(30), write, turn_s=25.0, clock=lambda: now[0]).result()
    first = len(place.written)
    assert 0 < first < 30
    assert len(place.store.rows_made("a")) == first
    result = place.rows(table(30)).result()
    assert len(place.written) == 30
    assert [line[3] for line in place.lines(result)] == [f"c{row}: tea." for row in range(30)]


def test_what_may_pass_costs_no_attempt_once_something_is_made() -> None:
    place = Place()
    rows = table(2 * AT_ONCE)
    with pytest.raises(GiveWay) as caught:
        place.rows(rows, failing(BackendUnavailable("busy"), f"c{2 * AT_ONCE - 1}")(place)).result()
    assert caught.value.delay_s == PAUSE_S
    place = Place()
    with pytest.raises(BackendUnavailable):
        place.rows(table(1), failing(BackendUnavailable("busy"), "c0")(place)).result()


@pytest.mark.parametrize("later", [False, True])
def test_what_may_pass_costs_no_attempt_beside_a_row_that_is_made(later: bool) -> None:
    """Whether that row is made with it or after it."""
    place, failed, together = Place(), threading.Event(), threading.Barrier(2, timeout=20)

    def write(run: Run) -> Result:
        work = run.job.request.work
        assert isinstance(work, FromRecipe)
        if not later:
            together.wait()
        if dict(work.fields)["customer"] == "c0":
            failed.set()
            raise BackendUnavailable("busy")
        assert failed.wait(20)
        return place.write(run)

    with pytest.raises(GiveWay):
        place.rows(table(2), write).result()
    assert [made.row for made in place.store.rows_made("a")] == [1]


def test_what_every_row_would_meet_ends_the_run() -> None:
    place = Place()
    with pytest.raises(BackendRejected):
        place.rows(table(3), failing(BackendRejected("no key"))(place)).result()


def test_stopped_it_leaves_what_is_done() -> None:
    place = Place()
    place.canceled = lambda: len(place.written) >= 2
    with pytest.raises(Interrupted):
        place.rows(table(40)).result()
    assert place.ledger.left is not None
    lines = place.lines(place.ledger.left())
    assert len(lines) == 40
    assert lines[-1][3:5] == ("", "not made: stopped before")
    assert sum(1 for line in lines if line[3]) == len(place.written)
