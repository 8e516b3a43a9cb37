"""A summary of the thread's own sentences: what is wanted, answered, promised and open."""

from __future__ import annotations

from engine.domain.work import Purpose, Said
from engine.replies.summing import summed_up

CUSTOMER = Said("C", "Hi! My lamp from order A-1042 flickers. The lamp cost $49.90. Can I get a new lamp?")
AGENT = Said("A", "Hello, sorry for the trouble. We will send a new lamp by Friday.", by_agent=True)
LATER = Said("C", "Thanks! Which courier brings it? My address is the same.")


def test_a_summary_in_english() -> None:
    assert summed_up((CUSTOMER, AGENT, LATER), Purpose.SUMMARY, "en") == (
        "**What the customer wrote**\n- My lamp from order A-1042 flickers.\n- Can I get a new lamp?\n\n"
        "**Latest from the customer**\n- Which courier brings it?\n- My address is the same.\n\n"
        "**Last answer**\n- We will send a new lamp by Friday.\n\n"
        "**Open questions**\n- Which courier brings it?\n\n"
        "**Orders, dates and amounts**\n- A-1042\n- $49.90\n- Friday"
    )


def test_what_the_customer_began_with_comes_first_and_nothing_twice() -> None:
    more = (Said("C", "I pressed the ring of the lamp."), Said("C", "I want the money for the lamp back."))
    text = summed_up((Said("C", "Hello, the screen is black."), *more), Purpose.HANDOVER, "en")
    assert "wrote**\n- Hello, the screen is black.\n- I pressed the ring of the lamp.\n\n" in text
    assert "Latest from the customer**\n- I want the money for the lamp back.\n\n" in text


def test_a_long_row_of_signs_is_read_in_one_go() -> None:
    """The square of its length would take longer than a test may."""
    assert "- Hello." in summed_up((Said("C", "Hello."), Said("C", "- " * 50_000)), Purpose.SUMMARY, "en")


def test_a_hand_over_says_what_was_promised_and_what_is_next() -> None:
    waits = summed_up((CUSTOMER, AGENT, LATER), Purpose.HANDOVER, "en")
    assert "**Promised**\n- We will send a new lamp by Friday." in waits
    assert "**Next step**\n- Answer the open questions: the customer wrote last." in waits
    assert "Wait for the customer" in summed_up((CUSTOMER, AGENT), Purpose.HANDOVER, "en")


def test_headings_are_in_the_readers_language_and_quotations_in_the_threads() -> None:
    text = summed_up((Said("C", "订单A-1042的灯坏了，什么时候能换？"),), Purpose.HANDOVER, "zh")
    assert "**待解答的问题**\n- 订单A-1042的灯坏了，什么时候能换？" in text
    assert "**最近一次答复**\n- 还没有人答复。" in text
    assert "**已承诺**\n- 没有找到。" in text


def test_a_thread_of_greetings_is_summed_up_as_what_it_is() -> None:
    text = summed_up((Said("C", "Hello."), Said("C", "x" * 500)), Purpose.SUMMARY, "fr")
    assert "- " + "x" * 240 + "…" in text
    assert "**Open questions**\n- None found." in text
