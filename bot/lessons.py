"""Says what became of files that were given to the knowledge base, at a terminal and in Slack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.locales import t, t_or
from engine.domain.knowledge import Learned, Lesson


def lesson_line(locale: str, lesson: Lesson) -> str:
    """One file: what was learned of it, or why it could not be read."""
    if lesson.learned is Learned.UNREADABLE:
        why = t_or(locale, f"knowledge.unreadable.{lesson.reason}", "knowledge.unreadable.damaged", **lesson.params)
        return t(locale, "knowledge.lesson.unreadable", name=lesson.name, why=why)
    line = t(
        locale,
        f"knowledge.lesson.{lesson.learned.value}",
        name=lesson.name,
        passages=lesson.passages,
        embedded=lesson.embedded,
    )
    if not lesson.reason:
        return line
    return f"{line} {t_or(locale, f'knowledge.left_out.{lesson.reason}', 'knowledge.left_out.text_left_out')}"


def summary(locale: str, lessons: Sequence[Lesson]) -> str:
    """All of them, in one line."""
    counts = Counter(lesson.learned for lesson in lessons)
    return t(locale, "knowledge.summary", **{learned.value: counts[learned] for learned in Learned})


def report(locale: str, lessons: Sequence[Lesson]) -> Iterator[str]:
    """The whole of it: what was not read first."""
    yield summary(locale, lessons)
    for lesson in sorted(lessons, key=lambda each: each.learned is not Learned.UNREADABLE):
        yield f"- {lesson_line(locale, lesson)}"
