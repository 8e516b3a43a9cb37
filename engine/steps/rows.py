"""Writes one text for each row of a table, several at a time, and stores each as it is made.

A long run gives way: after TURN_S it is handed back and goes on when its turn comes, so that it neither meets the time
limit of an attempt nor keeps others waiting. What is stored is not written again, whoever goes on with it,
nor by a run that is asked for again after it failed.
Rows are not held for a reviewer, who could not read hundreds: what the policy would hold is left out, and says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from engine.domain.filling import fill
from engine.domain.provenance import AIGC
from engine.domain.recipe import Field, FieldType, Recipe, Words
from engine.domain.result import Artifact, ArtifactKind, Progress, Result
from engine.domain.rows import RowMade, row_of
from engine.domain.safety import Stage
from engine.domain.table import Table, csv_file, read_table
from engine.domain.work import ForEachRow, FromRecipe
from engine.errors import Interrupted, PromptTooLong, TransientError
from engine.ports import ArtifactStore, JobStore, Labeller, SafetyFilter
from engine.steps.rows_told import counted, heads, note, preview
from engine.steps.run import Board, GiveWay, Ledger, Meter, NothingMade, Refused, Run

AT_ONCE = 8
"""Rows written at the same time: the model batches them, or its server does."""
TURN_S = 60.0
"""How long an attempt works before it lets others have their turn."""
PAUSE_S = 5.0
"""Before it goes on after an error that may pass."""

OTHERS = "other_columns"
"""The field for the columns that the recipe does not ask for."""
MAX_OTHERS = 8_000
"""Longest that they may be together, in characters."""

Write = Callable[[Run], Result]
"""One text, as for a job of its own. Raises what `engine.steps.work.do` raises."""


def for_tables(recipe: Recipe) -> Recipe:
    """The recipe with all that fills it in as data, which somebody else wrote, and with room for other columns."""
    label = Words("What else is known", "其他信息")
    others = Field(OTHERS, label, required=False, type=FieldType.MULTILINE, max_chars=MAX_OTHERS)
    return replace(recipe, fields=tuple(replace(each, quoted=True) for each in (*recipe.fields, others)))


@dataclass(frozen=True, slots=True)
class Rows:
    """One attempt at a table; `recipe` is one `for_tables`."""

    run: Run
    work: ForEachRow
    recipe: Recipe
    write: Write
    safety: SafetyFilter
    store: JobStore
    artifacts: ArtifactStore
    labeller: Labeller
    turn_s: float = TURN_S
    clock: Callable[[], float] = time.monotonic
    lock: threading.Lock = field(default_factory=threading.Lock)

    def result(self) -> Result:
        """The finished table. Raises GiveWay, Interrupted, ArtifactMissing and what keeps all rows from being made."""
        table = read_table(self.artifacts.get(self.work.table))
        made = self._stored()
        self.run.ledger.left = lambda: self._finished(table, self._stored())
        self._show(len(made), table)
        for each in self._each(table, [number for number in range(len(table.rows)) if number not in made]):
            made[each.row] = each
            self._show(len(made), table)
        return self._finished(table, made)

    def _stored(self) -> dict[int, RowMade]:
        return {each.row: each for job in self.run.lineage for each in self.store.rows_made(job.id)}

    def _show(self, done: int, table: Table) -> None:
        self.run.board.put(Progress(step=done, steps=len(table.rows)), now=done in (0, len(table.rows)))

    def _each(self, table: Table, left: Sequence[int]) -> Iterator[RowMade]:
        """Rows as they are made, stored before they are told of. Raises GiveWay when there are more than fit a turn."""
        until, done, waiting = self.clock() + self.turn_s, False, list(reversed(left))
        running: set[Future[RowMade]] = set()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rows") as pool:
            while waiting or running:
                go_on = self.clock() < until and not self.run.canceled()
                while waiting and go_on and len(running) < AT_ONCE:
                    running.add(pool.submit(self._made, table, waiting.pop()))
                if not running:
                    break
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for made in self._results(ended, running, done):
                    done = True
                    yield made
        if self.run.canceled():
            raise Interrupted("stopped between rows")
        if waiting:
            raise GiveWay

    def _results(self, ended: set[Future[RowMade]], running: set[Future[RowMade]], done: bool) -> Iterator[RowMade]:
        """What may pass costs no attempt where something was made in this one, be it beside it: it goes on later."""
        failed = {future for future in ended if isinstance(future.exception(), TransientError)}
        for future in ended - failed:
            yield future.result()
            done = True
        for future in failed:
            try:
                future.result()
            except TransientError as error:
                if not done and all(beside.exception() for beside in running):
                    raise
                raise GiveWay(error.retry_after_s or PAUSE_S) from error

    def _made(self, table: Table, number: int) -> RowMade:
        """One row, stored. Raises TransientError, Interrupted, and errors that every row would meet."""
        made = replace(self._written(table, number), row=number)
        self.store.save_rows(self.run.job.id, [made])
        return made

    def _written(self, table: Table, number: int) -> RowMade:
        given, rest = row_of(self.recipe, table, number, self.work.fields)
        values, wrong = fill(self.recipe, {**given, **({OTHERS: rest} if rest else {})})
        if wrong:
            return RowMade(number, problem="field", detail=f"{wrong[0].field}: {wrong[0].code}")
        run = self._run_of(FromRecipe(self.recipe.name, values))
        try:
            self._admit(run, "\n".join(value for _, value in values))
            result = self.write(run)
        except Refused as refused:
            if refused.verdict.leaked:
                return RowMade(number, problem="leaked")
            named = ", ".join(category.value for category in refused.verdict.categories)
            return RowMade(number, problem="refused", detail=named)
        except NothingMade:
            return RowMade(number, problem="empty_output")
        except PromptTooLong as error:
            return RowMade(number, problem=error.code)
        finally:
            self._count(run)
        artifact = result.artifacts[0]
        return RowMade(number, artifact.text, shortfalls=artifact.shortfalls)

    def _run_of(self, work: FromRecipe) -> Run:
        """As if it were a job of its own that nobody reviews and nobody watches."""
        request = self.run.job.request
        own = replace(self.run.job, request=replace(request, work=work, params=replace(request.params, n=1)))
        return replace(
            self.run, lineage=(own,), board=Board(lambda progress: None), meter=Meter(), ledger=Ledger(), reviewed=False
        )

    def _admit(self, run: Run, cells: str) -> None:
        """What stands in a table is data: an order in it has no business there. Raises Refused."""
        verdict = self.safety.check_prompt(cells, run.where, Stage.CONTEXT)
        if not run.admit(verdict, cells):
            raise Refused(verdict)

    def _count(self, run: Run) -> None:
        with self.lock:
            self.run.ledger.judged.extend(run.ledger.judged)
            self.run.meter.add(run.meter.usage)

    def _finished(self, table: Table, made: Mapping[int, RowMade]) -> Result:
        """A table with what was made, and a preview of it."""
        job, locale = self.run.job, self.run.job.origin.locale
        rows = [made.get(number, RowMade(number, problem="stopped")) for number in range(len(table.rows))]
        blob = self.artifacts.put(self._csv(table, rows), "csv")
        self.run.meter.usage = replace(self.run.meter.usage, settings=counted(rows))
        text, seed = preview(rows, locale), job.request.params.seed
        return Result((Artifact(ArtifactKind.TEXT, 0, seed, text, blob=blob, mimetype="text/csv"),))

    def _csv(self, table: Table, rows: Sequence[RowMade]) -> bytes:
        """The table as it came, and beside each row its text, a note, and the label for people and for machines.

        CSV has no place for data about the file. A column keeps it a table, and each row keeps its label where rows
        are taken out one by one.
        """
        job, told = self.run.job, heads(self.run.job.origin.locale)
        label = f"{told.label} · {self.run.meter.usage.model} · {job.id}"
        labels = (label, self.labeller.words(f"{job.id}-0"))
        lines = (
            (*cells, each.text, note(each, job.origin.locale), *(labels if each.text else ("", "")))
            for cells, each in zip(table.rows, rows, strict=True)
        )
        return csv_file((*table.columns, told.text, told.note, told.labelled, AIGC), lines)
