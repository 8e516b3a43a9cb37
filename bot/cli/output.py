"""How lists and an evaluation's tables are shown, and how far it is, in a terminal, a pipe and a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table
from rich.text import Text as Plain

if TYPE_CHECKING:
    from engine.evals.tables import Table as Text

WIDTH = 100
"""Characters that every table fits: a narrower terminal wraps its lines, and no figure is cut off."""

_UNLIMITED = 10_000
"""Characters of a line in a pipe or a file, where nothing has to give way."""
_LEAST = 12
"""Characters that a column which may be folded keeps, if it has so many."""


@dataclass(frozen=True, slots=True)
class Column:
    """Of a list; what is `whole`, an id, a time or a figure, is never cut or folded."""

    name: str
    whole: bool = False
    figures: bool = False


def print_list(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """As a table; in a terminal too narrow for one, each row as a paragraph that begins with its first cell."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _UNLIMITED
    cells = [[row[place] for row in rows] for place in range(len(columns))]
    for split in (False, True):
        widths = [_width(column, found, split=split) for column, found in zip(columns, cells, strict=True)]
        if sum(widths) + 3 * len(widths) + 1 <= console.width:
            console.print(_list(columns, rows, widths))
            return
    for first, *others in rows:
        named = [f"{column.name}: {cell}" for column, cell in zip(columns[1:], others, strict=True) if cell]
        console.print(Plain(first, style="bold"))
        console.print(Padding(Plain(" · ".join(named)), (0, 0, 0, 2), expand=False))


def _width(column: Column, cells: Sequence[str], *, split: bool) -> int:
    """What the column cannot do without; its heading takes several lines where it is `split`."""
    longest = max(map(cell_len, (*cells, *(column.name.split() if split else [column.name]))))
    return longest if column.whole else min(longest, _LEAST)


def _list(columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Table:
    table = Table()
    for column, width in zip(columns, widths, strict=True):
        fixed = width if column.whole else None
        justify: Literal["left", "right"] = "right" if column.figures else "left"
        table.add_column(escape(column.name), width=fixed, justify=justify, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


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
