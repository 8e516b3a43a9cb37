"""What a thread is about that two people may have to look at."""

from __future__ import annotations

import pytest

from engine.replies.topics import topics


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I want my money back", ("refund",)),
        ("The refunds page", ("refund",)),
        ("怎么退款", ("refund",)),
        ("This is unacceptable: it arrived broken", ("complaint",)),
        ("It doesn't work", ("complaint",)),
        ("我要投诉，灯坏了", ("complaint",)),
        ("My lawyer will write to you", ("legal",)),
        ("我要找消协", ("legal",)),
        ("Refund me or I will sue, this is awful", ("refund", "complaint", "legal")),
        ("How do I change the bulb?", ()),
        ("The court of the issue is courteous", ("legal",)),
        ("怎么换灯泡", ()),
    ],
)
def test_topics(text: str, found: tuple[str, ...]) -> None:
    assert topics([text]) == found
