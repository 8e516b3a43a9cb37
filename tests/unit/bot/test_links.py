"""Links to images under review: for one person, one image and a short time."""

from __future__ import annotations

import pytest

from bot.links import LIFE_S, Links, Ticket
from tests.support.clock import Clock


def parts(url: str) -> tuple[Ticket, str]:
    job_id, number, user, until, signature = url.removeprefix("https://bot.example/review/").split("/")
    return Ticket(job_id, int(number), user, int(until)), signature


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def links(clock: Clock) -> Links:
    return Links("signing-secret", "https://bot.example/", clock)


def test_a_link_of_ours_works_until_its_time_is_up(links: Links, clock: Clock) -> None:
    ticket, signature = parts(links.make("a1", 0, "U9"))
    assert ticket == Ticket("a1", 0, "U9", 1000 + LIFE_S)
    assert links.valid(ticket, signature)
    clock.now += LIFE_S + 1
    assert not links.valid(ticket, signature)


@pytest.mark.parametrize(
    "changed",
    [
        Ticket("a2", 0, "U9", 1900),
        Ticket("a1", 1, "U9", 1900),
        Ticket("a1", 0, "U8", 1900),
        Ticket("a1", 0, "U9", 9999),
    ],
)
def test_nothing_in_a_link_can_be_changed(links: Links, changed: Ticket) -> None:
    _, signature = parts(links.make("a1", 0, "U9"))
    assert not links.valid(changed, signature)


def test_every_bot_of_an_installation_knows_the_links_of_the_others(clock: Clock) -> None:
    url = Links("one", "https://bot.example", clock).make("a1", 0, "U9")
    assert Links("one", "", clock).valid(*parts(url))
    assert not Links("two", "", clock).valid(*parts(url))


@pytest.mark.parametrize("signature", ["", "é", "0" * 64])
def test_what_is_no_signature_opens_nothing(links: Links, signature: str) -> None:
    assert not links.valid(Ticket("a1", 0, "U9", 1900), signature)


def test_without_an_address_there_is_no_link() -> None:
    assert Links("one", "").make("a1", 0, "U9") == ""
