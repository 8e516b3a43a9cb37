"""How an evaluation shows its tables and how far it is, in a terminal and in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table

if TYPE_CHECKING:
    from engine.evals.tables import Table as Text

WIDTH = 100
"""Characters that every table fits: a narrower terminal wraps its lines, and no figure is cut off."""


def print_tables(found: Sequence[Text]) -> None:
    console = Console(highlight=False)
    for table in found:
        shown = Table(*(name.strip("`") for name in table.header))
        for row in table.rows:
            shown.add_row(*map(escape, row))
        console.print(shown)


def print_by_file(found: Sequence[Text]) -> None:
    """What the first column names stands over the tables, which then fit a terminal."""
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH)
    for name in dict.fromkeys(row[0] for table in found for row in table.rows):
        console.print(f"\n[bold]{escape(name)}[/]")
        for table in found:
            if rows := [row[1:] for row in table.rows if row[0] == name]:
                console.print(_narrow(table.header, rows))


def _narrow(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """The first of the header is the title; figures stay whole."""
    title = f"\n{header[0].strip('`')}"
    shown = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, padding=0)
    for name, *cells in zip(header[1:], *rows, strict=True):
        longest = max(map(len, (*cells, *name.split())))
        shown.add_column(name, min_width=min(longest, WIDTH // 3), overflow="fold")
    for row in rows:
        shown.add_row(*map(escape, row))
    return shown


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """What is being done, on standard error: a bar, or in a log one line at the start and the end of each part."""
    console = Console(stderr=True, highlight=False)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    silent = not console.is_terminal
    with Progress(*columns, console=console, transient=True, refresh_per_second=4, disable=silent) as bars:
        bar = bars.add_task("setting up", total=None)

        def show(what: str, done: int, total: int) -> None:
            if silent:
                if done in (0, total):
                    console.print(f"{what}: {done} of {total}", markup=False)
            elif done == 0:
                bars.reset(bar, description=escape(what), total=total)
            else:
                bars.update(bar, completed=done)

        yield show
