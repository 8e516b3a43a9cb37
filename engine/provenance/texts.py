"""The labels of an exported text: words that people read, and the China label for machines.

In a Markdown file the label is front matter, in any other text the last line (TC260-PG-20258A leaves the place open).
"""

from __future__ import annotations

from engine.domain.provenance import Labels
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
