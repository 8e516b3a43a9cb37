"""What people see of a job with the knowledge base."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import Now, Shown
from bot.slack.library_list import documents
from bot.slack.message import SlackRenderer
from engine.domain.job import Job, NewJob, Origin, State
from engine.domain.knowledge import Citation, Document, Learned, Lesson, Passage
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.result import Progress, Result
from engine.domain.work import Learning, Looking, Material
from tests.support.threads import as_job

GIVEN = Learning((Material("a" * 64 + ".pdf", "returns.pdf"), Material("b" * 64 + ".png", "*photo*.png")), "channel:C1")
LESSONS = (
    Lesson("returns.pdf", Learned.ADDED, 4, 4, "pages_left_out"),
    Lesson("*photo*.png", Learned.UNREADABLE, reason="unknown_type"),
)


def job_of(work: Learning | Looking, result: Result | None = None, locale: str = "en") -> Job:
    request = Request(Kind.COPY, "", CopyParams(), work=work)
    return as_job(NewJob("j1", "k", Origin("T1", "C1", "U1", locale=locale), request, 100.0), result)


def texts(job: Job, now: Now | None = None) -> str:
    (shown,) = SlackRenderer().show(job, now or Now(), {})
    return whole(shown)


def whole(shown: Shown) -> str:
    found = [shown.text]
    for block in shown.blocks:
        found += [block["text"]["text"]] if "text" in block else [e.get("text", "") for e in block.get("elements", ())]
    return "\n".join(str(text) for text in found)


def test_while_it_learns_it_says_how_far_it_is() -> None:
    shown = texts(job_of(GIVEN), Now(progress=Progress(step=1, steps=2, phase="learning")))
    assert "<@U1> gave to the knowledge base: returns.pdf, *photo*.png" in shown
    assert "1 of 2 files" in shown


def test_the_report_begins_with_what_was_not_read_and_says_who_may_be_answered() -> None:
    shown = texts(job_of(GIVEN, Result(lessons=LESSONS)))
    assert "1 added, 0 changed, 0 unchanged, 1 not read." in shown
    assert shown.index("photo") < shown.index("returns.pdf: added, in passages: 4. Only its first 500 pages")
    assert "for answers in <#C1> alone" in shown
    assert "AI" not in shown


def test_of_a_long_report_whole_lines_are_shown_and_the_others_counted() -> None:
    lessons = tuple(Lesson(f"{'&' * 60}{number}.md", Learned.ADDED, 1, 1) for number in range(40))
    (report,) = [
        line.split("\n") for line in texts(job_of(GIVEN, Result(lessons=lessons))).split("*\n") if "- " in line
    ]
    shown = [line for line in report if line.startswith("- ")]
    assert all(line.startswith(f"- {'&amp;' * 60}") and line.endswith("in passages: 1.") for line in shown)
    assert 1 < len(shown) < 40
    assert f"and {40 - len(shown)} more" in report


def test_it_is_told_in_chinese() -> None:
    shown = texts(job_of(GIVEN, Result(lessons=LESSONS), "zh"))
    assert "新增 1 个，更新 0 个，未变 0 个，未能读取 1 个。" in shown
    assert "只用于 <#C1> 里的回答" in shown


def test_what_was_found_is_shown_with_its_place_and_nothing_in_it_addresses_anybody() -> None:
    passage = Passage("p1", "d1", "v1", "Returns", "Ask <!channel> within 30 days.", "Refunds", "https://x.example/a|b")
    shown = texts(job_of(Looking("May I <return> it?"), Result(sources=(Citation(1, passage),))))
    assert "May I &lt;return&gt; it?" in shown
    assert "<https://x.example/a%7Cb|[1] Returns › Refunds>" in shown
    assert "<!channel>" not in shown


def test_where_nothing_was_found_it_says_so() -> None:
    assert "Nothing in the knowledge base answers this" in texts(job_of(Looking("Mars?"), Result()))
    assert "everybody in <#C0SUPPORT> may" in texts(job_of(Looking("Mars?", "C0SUPPORT"), Result()))


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELED])
def test_what_failed_or_was_stopped_says_so(state: State) -> None:
    assert texts(replace(job_of(GIVEN), state=state, result=Result()))


def test_documents_are_listed_latest_first_with_who_may_be_answered() -> None:
    found = [
        Document("d1", "s1", "everybody", "v", "Old", passages=2, added_at=1.0),
        Document("d2", "s2", "team:a&b", "v", "New <!here>", passages=3, added_at=2.0),
    ]
    listed = documents("en", found, "/aigc")
    assert listed.index("New") < listed.index("Old")
    assert "2 documents, 5 passages" in listed
    assert "team a&amp;b" in listed
    assert "<!here>" not in listed
    assert "learn this" in documents("en", [], "/aigc")
    assert "and 1 more" in documents("en", found[:1] * 41, "/aigc")
