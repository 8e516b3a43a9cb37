"""Who is the customer in a thread, what of it is read, and what is said where there is nothing to answer."""

from __future__ import annotations

import pytest

from bot.customers import MOST_CHARS, MOST_MESSAGES, Asking, Unreadable, latest_question, question, said
from bot.ports import Written

ASKED = Written("1.0", "U9", "Where is my parcel?")
AGENT = Written("2.0", "U2", "We are looking.")
AGAIN = Written("3.0", "U9", "It is late.")
MINE = Written("4.0", "U1", "Sorry!")
SENT = Written("5.0", "B1", "It comes today.", bot=True, own=True)
OTHER_APP = Written("6.0", "B2", "Ticket 4 opened.", bot=True)


def read(*messages: Written, message: str = "", up_to: bool = True, leave_out: str = "") -> list[tuple[str, bool]]:
    asking = Asking("U1", "T1", message, leave_out)
    return [(line.text, line.by_agent) for line in said(messages, asking, up_to_question=up_to)]


def why_not(*messages: Written, message: str = "") -> str:
    with pytest.raises(Unreadable) as raised:
        read(*messages, message=message)
    return raised.value.key


def test_the_writer_of_the_message_pointed_at_is_the_customer_and_everybody_else_an_agent() -> None:
    thread = (ASKED, AGENT, AGAIN, MINE, SENT, OTHER_APP)
    assert read(*thread, message="1.0") == [
        ("Where is my parcel?", False),
        ("We are looking.", True),
        ("It is late.", False),
        ("Sorry!", True),
        ("It comes today.", True),
    ]


def test_a_reply_that_is_pointed_at_is_answered_and_not_what_came_after_it() -> None:
    later = Written("3.5", "U9", "And my invoice?")
    assert read(ASKED, AGENT, AGAIN, later, message="3.0")[-1] == ("It is late.", False)
    assert read(ASKED, AGENT, AGAIN, later, message="1.0")[-1] == ("And my invoice?", False), "the whole thread"
    assert read(ASKED, AGENT, AGAIN, later, message="3.0", up_to=False)[-1] == ("And my invoice?", False)


def test_without_a_message_the_customer_is_who_began_and_the_request_itself_is_left_out() -> None:
    request = Written("4.0", "U1", "@AIGC draft a reply")
    assert read(ASKED, AGENT, request, leave_out="4.0") == [("Where is my parcel?", False), ("We are looking.", True)]
    mine_first = Written("0.5", "U1", "A customer will come here.")
    assert read(mine_first, ASKED) == [("A customer will come here.", True), ("Where is my parcel?", False)]


def test_what_an_agent_pasted_and_points_at_is_the_customers_and_their_other_messages_are_not() -> None:
    pasted = Written("1.0", "U1", "By mail: where is my parcel?")
    assert read(pasted, MINE, message="1.0") == [("By mail: where is my parcel?", False), ("Sorry!", True)]
    assert read(pasted) == [("By mail: where is my parcel?", False)], "nobody else wrote"


def test_what_was_forwarded_is_the_customers_whoever_forwards_it() -> None:
    forwarded = Written("1.0", "Mei", "Is it blue?", forwarded=True)
    comment = Written("1.0", "U1", "What do we say?")
    assert read(forwarded, comment, message="1.0") == [("Is it blue?", False), ("What do we say?", True)]


def test_people_of_the_customers_company_are_customers_too() -> None:
    theirs = Written("1.0", "U9", "Where is it?", team="T9")
    colleague = Written("2.0", "U8", "We need it.", team="T9")
    ours = Written("3.0", "U2", "Soon.", team="T1")
    assert [agent for _, agent in read(theirs, colleague, ours, message="1.0")] == [False, False, True]


def test_a_form_of_another_app_is_a_customer_where_it_is_pointed_at() -> None:
    form = Written("1.0", "B2", "Contact form: where is it?", bot=True)
    assert read(form, MINE, message="1.0") == [("Contact form: where is it?", False), ("Sorry!", True)]


def test_there_may_be_nothing_to_answer() -> None:
    assert why_not(ASKED, message="9.9") == "reply.gone"
    assert why_not(ASKED, SENT, message="5.0") == "reply.ours"
    assert why_not(Written("1.0", "U9", "", files=True), message="1.0") == "reply.only_files"
    assert why_not(Written("1.0", "U9", ""), message="1.0") == "reply.no_words"
    assert why_not(SENT) == "reply.nothing_said"


def test_the_latest_question_of_a_channel_is_somebody_elses_or_forwarded() -> None:
    assert latest_question((ASKED, AGENT, MINE, OTHER_APP), "U1") is AGENT
    forwarded = Written("9.0", "Mei", "Blue?", forwarded=True)
    assert latest_question((ASKED, forwarded, MINE), "U1") is forwarded
    with pytest.raises(Unreadable, match=r"reply\.nobody_wrote"):
        latest_question((MINE, OTHER_APP), "U1")


def test_a_long_thread_is_read_from_its_end() -> None:
    many = [Written(f"1.{number:03d}", "U9", f"line {number}") for number in range(50)]
    assert [text for text, _ in read(*many)] == [f"line {number}" for number in range(50 - MOST_MESSAGES, 50)]
    long = [Written(f"1.{number}", "U9", "x" * 2_500) for number in range(5)]
    assert len(read(*long)) == 2
    assert sum(len(text) for text, _ in read(Written("1.0", "U9", "y" * 20_000))) <= MOST_CHARS


def test_what_the_customer_wrote_last_is_read_however_much_agents_wrote_since() -> None:
    agents = [Written(f"2.{number:02d}", "U2", "We are still looking." * 50) for number in range(40)]
    lines = read(ASKED, *agents)
    assert lines[0] == ("Where is my parcel?", False)
    assert all(agent for _, agent in lines[1:])


def test_the_question_is_the_one_pointed_at() -> None:
    assert question((ASKED, AGENT, AGAIN), Asking("U1", "T1", "3.0")) is AGAIN
