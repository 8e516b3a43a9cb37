"""Reviews in a real browser, with the processes and the policy of `aigc play`: Ada asks, Ben decides in #reviews."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Company
from tests.browser.steps import (
    field,
    message_with,
    messages,
    modal,
    open_thread,
    open_workspace,
    press,
    submit,
    type_in_composer,
)
from tests.support.slack import BEN, GENERAL

pytestmark = pytest.mark.timeout(600)

REVIEWS = "C0REVIEWS0"
WRITTEN = "Steel outside, cold inside."
"""What the instant model writes, whatever it is asked."""
MADE_MS = 120_000
"""Longest that a worker may take here, beside other tests on two cores."""


@pytest.fixture
def address(company: Company) -> str:
    """Of `aigc play`."""
    return company.url


def see(message: Locator, text: str) -> None:
    expect(message).to_contain_text(text, timeout=MADE_MS)


def ask(page: Page, address: str, wish: str, channel: str = GENERAL) -> Locator:
    """As Ada; her message."""
    open_workspace(page, address, channel=channel)
    type_in_composer(page, f"/aigc copy {wish}")
    return message_with(page, wish)


def review_of(page: Page, address: str, wish: str, user: str = BEN) -> Locator:
    open_workspace(page, address, user=user, channel=REVIEWS)
    message = message_with(page, wish)
    expect(message).to_be_visible(timeout=MADE_MS)
    return message


def test_what_is_held_is_shown_once_a_reviewer_approves_it(page: Page, address: str) -> None:
    wish = "a guaranteed cure for monday"
    waits = ask(page, address, wish)
    see(waits, "Waiting for a review")
    see(waits, "Why: a company rule.")
    expect(waits).not_to_contain_text(WRITTEN)
    review = review_of(page, address, wish)
    see(review, WRITTEN)
    see(review, "a company rule: score 1.00 by company (claims), in the request")
    press(review, "Approve")
    see(review, "Approved by @Ben")
    expect(review.get_by_role("button", name="Approve")).to_have_count(0)
    open_workspace(page, address)
    shown = message_with(page, wish)
    see(shown, WRITTEN)
    see(shown, "A reviewer approved this.")
    open_thread(page, shown)
    see(messages(page, thread=True).last, "@Ada A reviewer approved this.")


def test_what_is_rejected_is_gone_and_the_reason_told(page: Page, address: str) -> None:
    wish = "a guaranteed cure for tuesday"
    see(ask(page, address, wish), "Waiting for a review")
    review = review_of(page, address, wish)
    press(review, "Reject")
    field(modal(page), "Reason").fill("We promise no cures.")
    submit(page)
    see(review, "Rejected by @Ben")
    see(review, "We promise no cures.")
    expect(review).not_to_contain_text(WRITTEN)
    open_workspace(page, address)
    told = message_with(page, wish)
    see(told, "The reason given: We promise no cures.")
    expect(told.get_by_role("button", name="Ask for a review")).to_have_count(0)
