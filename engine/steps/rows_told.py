"""The words in a finished table, in its requester's language: heads of columns, notes, and a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.result import Shortfall
from engine.domain.rows import RowMade
from engine.recipes.reasons import CODES, reason

PREVIEWED = 3
PREVIEW_CHARS = 600
"""Of one text."""


@dataclass(frozen=True, slots=True)
class Heads:
    text: str
    note: str
    labelled: str
    label: str
    row: str


HEADS = {
    "en": Heads("Text", "Note", "Label", "AI-generated", "Row"),
    "zh": Heads("文案", "备注", "标识", "AI生成", "第{}行"),
}
_PROBLEMS = {
    "en": {
        "refused": "left out by the safety check",
        "leaked": "left out by the safety check: the model repeated its own instructions; use a stronger model",
        "field": "a column is missing something",
        "empty_output": "the model wrote nothing",
        "prompt_too_long": "longer than the model can read",
        "stopped": "not made: stopped before",
    },
    "zh": {
        "refused": "未通过安全检查",
        "leaked": "未通过安全检查：模型重复了给它的内部指令，请换一个更强的模型",
        "field": "有一列的内容不合要求",
        "empty_output": "模型没有写出内容",
        "prompt_too_long": "超出模型能读的长度",
        "stopped": "未生成：在此之前已停止",
    },
}
_REFUSED = ("refused", "leaked")
_OTHER_LANGUAGE = {"en": "It is not in the language that you asked for.", "zh": "不是所要求的语言。"}
_CHECKS = {"en": "does not pass its checks", "zh": "未通过配方的检查"}


def heads(locale: str) -> Heads:
    return HEADS.get(locale, HEADS["en"])


def counted(rows: Sequence[RowMade]) -> dict[str, str | int | float | None]:
    """How many there are and have a text, and how many are not as they should be, where any is: for `Usage.settings`.

    What a stop left unwritten is neither left out nor failed.
    """
    problems = [each.problem for each in rows if each.problem]
    wrong = {
        "rows_refused": sum(problem in _REFUSED for problem in problems),
        "rows_lacking": problems.count("field"),
        "rows_failed": sum(problem not in (*_REFUSED, "field", "stopped") for problem in problems),
        "rows_short": sum(bool(each.text and each.shortfalls) for each in rows),
    }
    written = sum(bool(each.text) for each in rows)
    return {"rows": len(rows), "rows_written": written, **{name: count for name, count in wrong.items() if count}}


def note(made: RowMade, locale: str) -> str:
    """Why there is no text, or what it lacks; "" where all is well."""
    words = _PROBLEMS.get(locale, _PROBLEMS["en"])
    if made.problem:
        told = words.get(made.problem, made.problem)
        return f"{told}: {made.detail}" if made.detail else told
    if made.shortfalls:
        return f"{_CHECKS.get(locale, _CHECKS['en'])}: {' '.join(_short_of(each, locale) for each in made.shortfalls)}"
    return ""


def _short_of(found: Shortfall, locale: str) -> str:
    """One sentence; which language was asked for, a reader's own does not say."""
    if found.code == "other_language":
        return _OTHER_LANGUAGE.get(locale, _OTHER_LANGUAGE["en"])
    return reason(found, locale) if found.code in CODES else found.code


def preview(made: Sequence[RowMade], locale: str) -> str:
    """The first texts as Markdown."""
    shown = [each for each in made if each.text][:PREVIEWED]
    return "\n\n".join(f"**{_name(each.row + 1, locale)}**\n{_begun(each.text)}" for each in shown)


def _name(number: int, locale: str) -> str:
    name = heads(locale).row
    return name.format(number) if "{}" in name else f"{name} {number}"


def _begun(text: str) -> str:
    return text if len(text) <= PREVIEW_CHARS else text[:PREVIEW_CHARS].rstrip() + "…"
