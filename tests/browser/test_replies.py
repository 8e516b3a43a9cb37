"""An agent's path in a real browser: a question, a draft with sources, edited, sent, rated, kept and found again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import engine
from engine.bootstrap import build_knowledge
from engine.domain.knowledge import EVERYBODY
from engine.settings import EngineSettings
from tests.browser.conftest import Company
from tests.browser.steps import (
    choose,
    field,
    go_to,
    message_with,
    messages,
    modal,
    open_thread,
    open_workspace,
    press,
    submit,
    type_in_composer,
)
from tests.support.slack import ADA_DM, BEN, MEI, MEI_DM, SUPPORT

pytestmark = pytest.mark.timeout(600)

DOCUMENTS = Path(engine.__file__).parent / "evals/replies/company/documents"
KNOWN = ("moth-troubleshooting.en.md", "returns.zh.md")
ASKED = "Hi! My moth lamp from order PF-20817 does not switch on. What can I do?"
SUED = "My kettle broke after two weeks. Refund me, or my lawyer takes you to court."
LONG = "Hello, the lamp from order PF-20990 stays dark."
ASKED_ZH = "你好，签收之后多少天内可以退货？"
REVIEWS = "C0REVIEWS0"
MADE_MS = 120_000
"""Longest that a worker may take here, beside other tests on two cores."""


@pytest.fixture(scope="module")
def address(company: Company) -> str:
    """Of `aigc play` in a company that knows two documents."""
    with build_knowledge(EngineSettings(data_dir=company.data, database_url="")) as base:
        for name in KNOWN:
            lesson = base.learn(name, (DOCUMENTS / name).read_bytes(), scope=EVERYBODY)
            assert lesson.passages
    return company.url


def see(message: Locator, text: str | re.Pattern[str]) -> None:
    expect(message).to_contain_text(text, timeout=MADE_MS)


def say(page: Page, text: str) -> None:
    """A message that is there once this returns."""
    type_in_composer(page, text)
    expect(message_with(page, text)).to_be_visible()


def draft_of(page: Page, question: str, pointer: str) -> Locator:
    """Ask for a draft from the menu of a message in #support, and follow the pointer to it.

    A draft quotes what it answers: the last message may still be an earlier draft while the page is loading.
    """
    choose(page, message_with(page, question), "draft_reply")
    told = message_with(page, pointer)
    expect(told).to_be_visible(timeout=MADE_MS)
    told.get_by_role("link").click()
    return messages(page).filter(has_text=question).last


def keep_after_all(page: Page, status: Locator) -> None:
    """Saved, taken back and saved."""
    press(status, "Save as canned reply")
    kept = message_with(page, "Saved. The next draft", thread=True)
    expect(kept).to_be_visible(timeout=MADE_MS)
    press(kept, "Undo")
    expect(message_with(page, "Removed: no new draft", thread=True)).to_be_visible(timeout=MADE_MS)
    expect(kept).to_have_count(0)
    press(status, "Save as canned reply")
    expect(kept).to_be_visible(timeout=MADE_MS)


def test_an_agents_path_from_the_question_to_the_answer_that_is_found_next_time(page: Page, address: str) -> None:
    open_workspace(page, address, user=BEN, channel=SUPPORT)
    say(page, ASKED)
    open_workspace(page, address, channel=SUPPORT)
    draft = draft_of(page, ASKED, "Your draft is being written")
    see(draft, "Reply to a customer in #support")
    see(draft, "Hold the touch ring for six seconds")
    see(draft, "AI-generated")

    press_like(draft, r"^\[1\] Moth lamp")
    expect(modal(page)).to_contain_text("transport lock")
    modal(page).get_by_role("button", name="Close").last.click()

    press(draft, "Shorter")
    open_thread(page, draft)
    shorter = messages(page, thread=True).filter(has_text="asked for a change").last
    see(shorter, re.compile(r"v2 · AI-generated"))

    press(shorter, "Edit and send")
    text = field(modal(page), "Reply")
    expect(text).to_have_value(re.compile(r"touch ring.*\[1\]", re.DOTALL))
    text.fill("The transport lock is still on: hold the touch ring for six seconds [1]. Then it is off for good.")
    field(modal(page), "What did you change, and why?").fill("kinder")
    submit(page)
    status = messages(page, thread=True).filter(has_text="Your reply").last
    see(status, "is sent to #support")
    press(shorter, "Edit and send")
    see(message_with(page, "sent to #support already", thread=True), "Only visible to you")

    keep_after_all(page, status)
    press(shorter, "Not a good draft")
    field(modal(page), "What is wrong with this draft?").fill("It did not greet.")
    submit(page)
    expect(message_with(page, "Thank you: that is kept", thread=True)).to_be_visible(timeout=MADE_MS)

    go_to(page, SUPPORT)
    open_thread(page, message_with(page, ASKED))
    reply = messages(page, thread=True).last
    see(reply, "hold the touch ring for six seconds. Then it is off for good.")
    see(reply, "Drafted with AI, sent by @Ada")

    open_workspace(page, address, user=BEN, channel=SUPPORT)
    expect(message_with(page, "Your draft is being written")).to_have_count(0)
    say(page, "Hello, the Moth lamp does not switch on, what can I do?")
    open_workspace(page, address, channel=SUPPORT)
    type_in_composer(page, "/aigc reply")
    pointers = messages(page).filter(has_text="Your draft is being written")
    expect(pointers).to_have_count(2, timeout=MADE_MS)
    go_to(page, ADA_DM)
    again = message_with(page, "Hello, the Moth lamp")
    see(again, "Canned reply ›")
    see(again, "The transport lock is still on")


def test_a_reply_that_two_look_at_is_posted_once_the_second_approves_it(page: Page, address: str) -> None:
    open_workspace(page, address, user=BEN, channel=SUPPORT)
    say(page, SUED)
    open_workspace(page, address, channel=SUPPORT)
    draft = draft_of(page, SUED, "Your draft is being written")
    see(draft, "AI-generated")
    press(draft, "Edit and send")
    field(modal(page), "Reply").fill("You get your money back within five days.")
    submit(page)
    open_thread(page, draft)
    status = messages(page, thread=True).filter(has_text="You get your money back").last
    see(status, re.compile("waits for a second pair of eyes.*it is about a legal matter", re.DOTALL))

    open_workspace(page, address, user=BEN, channel=REVIEWS)
    review = message_with(page, "You get your money back")
    see(review, "@Ada wants to send a reply to a customer in #support")
    press(review, "Reject")
    field(modal(page), "Reason").fill("Promise no days.")
    submit(page)
    rejected = message_with(page, "Promise no days.")
    see(rejected, "The reply is not sent.")
    expect(rejected).not_to_contain_text("money back within")

    open_workspace(page, address, channel=ADA_DM)
    draft = message_with(page, SUED)
    open_thread(page, draft)
    see(message_with(page, "@Ada A reviewer did not approve your reply", thread=True), "Promise no days.")
    press(draft, "Edit and send")
    expect(modal(page)).to_contain_text("The reason given: Promise no days.")
    expect(field(modal(page), "Reply")).to_have_value("You get your money back within five days.")
    field(modal(page), "Reply").fill("We look at the kettle first.")
    submit(page)
    waiting = messages(page, thread=True).filter(has_text="We look at the kettle").last
    see(waiting, "waits for a second pair of eyes")

    open_workspace(page, address, user=BEN, channel=REVIEWS)
    review = message_with(page, "We look at the kettle first.")
    press(review, "Approve")
    see(review, "Approved by @Ben")
    go_to(page, SUPPORT)
    open_thread(page, message_with(page, SUED))
    replies = messages(page, thread=True)
    see(replies.last, re.compile("We look at the kettle first.*Drafted with AI, sent by @Ada", re.DOTALL))
    expect(replies.filter(has_text="Drafted with AI")).to_have_count(1)
    open_workspace(page, address, channel=ADA_DM)
    open_thread(page, message_with(page, SUED))
    see(message_with(page, "@Ada A reviewer approved your reply", thread=True), "it is sent")


def test_a_thread_is_summed_up_and_handed_over(page: Page, address: str) -> None:
    open_workspace(page, address, user=BEN, channel=SUPPORT)
    say(page, LONG)
    open_thread(page, message_with(page, LONG))
    type_in_composer(page, "I pressed the ring for six seconds already.", thread=True)
    expect(message_with(page, "six seconds already", thread=True)).to_be_visible()
    open_workspace(page, address, channel=SUPPORT)
    for entry, told, made in (
        ("summarise_thread", "The summary is being written", "Summary of a thread in #support"),
        ("hand_over", "The hand-over is being written", "Hand-over of a thread in #support"),
    ):
        choose(page, message_with(page, LONG), entry)
        pointer = message_with(page, told)
        expect(pointer).to_be_visible(timeout=MADE_MS)
        pointer.get_by_role("link").click()
        summary = message_with(page, made)
        see(summary, re.compile(f"{LONG}.*AI-generated", re.DOTALL))
        press(summary, "Copy text")
        expect(modal(page)).to_contain_text("Steel outside, cold inside.")
        modal(page).get_by_role("button", name="Close").last.click()
        go_to(page, SUPPORT)


def test_in_chinese_a_draft_is_asked_for_in_the_thread_and_sent_there(page: Page, address: str) -> None:
    open_workspace(page, address, user=BEN, channel=SUPPORT)
    say(page, ASKED_ZH)
    open_workspace(page, address, user=MEI, channel=SUPPORT)
    question = message_with(page, ASKED_ZH)
    open_thread(page, question)
    type_in_composer(page, "@AIGC 起草回复", thread=True)
    expect(message_with(page, "正在起草回复", thread=True)).to_be_visible(timeout=MADE_MS)
    go_to(page, MEI_DM)
    draft = message_with(page, ASKED_ZH)
    see(draft, "AI生成")
    see(draft, "45 天")
    press(draft, "编辑并发送")
    submit(page)
    open_thread(page, draft)
    see(messages(page, thread=True).last, "您的回复已发到 #support")
    go_to(page, SUPPORT)
    open_thread(page, question)
    see(messages(page, thread=True).last, "AI辅助起草，由 @小梅 Mei 发送")


def press_like(message: Locator, label: str) -> None:
    message.get_by_role("button", name=re.compile(label)).click()
