"""The labels of an exported text: words that people read, and the China label for machines.

In a Markdown file the label is front matter, in a table (CSV) a column of its own, written by engine.steps.rows, in any
other text the last line (TC260-PG-20258A leaves the place open).
"""

from __future__ import annotations

import csv
import io

from engine.domain.provenance import AIGC, Labels
from engine.provenance.china import ChinaLabel, parse

_FRONT = "---\nAIGC: "
_FRONT_END = "\n---\n"


def labelled_text(text: str, words: str, label: ChinaLabel, *, markdown: bool) -> str:
    """`text` under `words`, which say that an AI made it, with the label."""
    body = f"{words}\n\n{text.strip()}\n"
    return f"{_FRONT}{label.bare()}{_FRONT_END}\n{body}" if markdown else f"{body}\n{label.wrapped()}\n"


def read_text_label(text: str) -> tuple[str, Labels]:
    """The text without what `labelled_text` put around it, and what its label says."""
    text = text.replace("\r\n", "\n").removeprefix("\ufeff").strip()
    label, body = None, text
    if (found := _of_table(text)) is not None:
        return text, Labels(found.producer, found.produce_id, by_ai=True)
    if text.startswith(_FRONT) and _FRONT_END in text:
        front, _, rest = text.removeprefix(_FRONT).partition(_FRONT_END)
        label, body = parse(front), rest
    else:
        rest, _, last = text.rpartition("\n")
        label, body = parse(last), rest
    if label is None:
        return text, Labels()
    _, _, written = body.strip().partition("\n\n")
    return written, Labels(label.producer, label.produce_id, by_ai=True)


def _of_table(text: str) -> ChinaLabel | None:
    """The first label in the last column that is called so."""
    if AIGC not in text.partition("\n")[0]:
        return None
    try:
        head, *lines = csv.reader(io.StringIO(text, newline=""))
    except csv.Error:
        return None
    if AIGC not in head:
        return None
    place = len(head) - 1 - head[::-1].index(AIGC)
    return next((label for cells in lines if len(cells) > place and (label := parse(cells[place]))), None)
