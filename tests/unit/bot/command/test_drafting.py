"""Words in a channel that are about what somebody wrote there, and words that are not."""

from __future__ import annotations

import pytest

from bot.command import drafting
from bot.command.drafting import checked_note
from bot.errors import CommandError
from bot.wishes import Draft
from engine.domain.work import Purpose

REPLIES = [
    "draft a reply", "Draft a reply.", "please draft a reply", "can you write me an answer", "draft a reply to this",
    "write a response to the customer", "reply to her", "answer this", "reply", "起草回复", "请帮我起草回复",
    "写一下回复", "写一个回复", "回复客户", "草拟答复。", "回复一下",
]  # fmt: skip
SUMMARIES = [
    "summarise",
    "Summarize this thread",
    "sum up the conversation",
    "tl;dr",
    "总结一下",
    "总结这个话题",
    "摘要",
]
HANDOVERS = ["hand over", "handover", "hand this over", "hand off the thread", "交接", "写一份交接说明", "工作交接"]
OTHERS = [
    "draft a reply to the landlord about the broken heater", "write a launch post", "draw a handshake", "shorter",
    "reply rates of our newsletter", "summarise our quarterly report for the board", "总结我们的季度报告",
    "回复率怎么提高", "写一篇关于交接班的文章", "",
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "purpose"),
    [*((w, Purpose.REPLY) for w in REPLIES), *((w, Purpose.SUMMARY) for w in SUMMARIES)]
    + [(w, Purpose.HANDOVER) for w in HANDOVERS],
)
def test_what_is_wanted_of_a_thread(words: str, purpose: Purpose) -> None:
    assert drafting(words, revising=False) == Draft(purpose)


@pytest.mark.parametrize("words", OTHERS)
def test_what_is_wanted_of_something_else(words: str) -> None:
    assert drafting(words, revising=False) is None


def test_what_follows_is_a_note_to_heed() -> None:
    assert drafting("draft a reply: offer a replacement", revising=False) == Draft(Purpose.REPLY, "offer a replacement")
    assert drafting("起草回复，可以换新", revising=False) == Draft(Purpose.REPLY, "可以换新")
    with pytest.raises(CommandError):
        checked_note("x" * 8_001)


def test_where_there_is_a_result_a_summary_may_be_wanted_of_that() -> None:
    assert drafting("summarise", revising=True) is None
    assert drafting("总结一下", revising=True) is None
    assert drafting("summarise this thread", revising=True) == Draft(Purpose.SUMMARY)
    assert drafting("draft a reply", revising=True) == Draft(Purpose.REPLY)
