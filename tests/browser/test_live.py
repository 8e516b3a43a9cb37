"""The page follows what happens: text that grows, an app at work, a connection that was lost."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect
from slack_sdk import WebClient

from tests.browser.conftest import NewPage
from tests.browser.steps import (
    composer,
    last_message,
    message_with,
    messages,
    open_thread,
    open_workspace,
    type_in_composer,
)
from tests.support.slack import ADA, BEN, BOT_TOKEN, GENERAL, MARKETING, RunningPlayground


def test_text_grows_while_the_app_writes_it(page: Page, workspace: RunningPlayground) -> None:
    client = WebClient(BOT_TOKEN, base_url=workspace.api_url)
    root = workspace.act(user=ADA, do="message", channel=GENERAL, text="a poem")["ts"]
    open_workspace(page, workspace.url)
    open_thread(page, message_with(page, "a poem"))
    place = {"channel": GENERAL, "thread_ts": root}
    client.assistant_threads_setStatus(channel_id=GENERAL, thread_ts=root, status="is thinking…")
    expect(page.locator("[data-messages=thread] [data-status]")).to_have_text("AIGC is thinking…")
    stream = client.chat_startStream(
        **place, recipient_user_id=ADA, recipient_team_id="T0PLAYGRND", markdown_text="# Rain\n\nIt "
    )
    grown = message_with(page, "Rain", thread=True)
    expect(grown).to_have_attribute("data-streaming", "")
    expect(page.locator("[data-messages=thread] [data-status]")).to_have_count(0)
    client.chat_appendStream(channel=GENERAL, ts=str(stream["ts"]), markdown_text="falls **softly**.")
    expect(grown).to_contain_text("It falls softly.")
    client.chat_stopStream(channel=GENERAL, ts=str(stream["ts"]))
    expect(grown).not_to_have_attribute("data-streaming", re.compile(".*"))


def test_what_happened_while_the_connection_was_lost_is_caught_up_with(
    browser: Browser, workspace: RunningPlayground
) -> None:
    page = browser.new_page()  # its console may complain
    open_workspace(page, workspace.url)
    page.route("**/people/**", lambda route: route.abort())
    page.evaluate("() => location.reload()")
    expect(page.get_by_text("The local workspace does not answer.")).to_be_visible(timeout=30_000)
    workspace.act(user=BEN, do="message", channel=GENERAL, text="Said meanwhile")
    page.unroute("**/people/**")
    page.get_by_role("button", name="Try again").click()
    expect(last_message(page)).to_contain_text("Said meanwhile")
    page.close()


def test_a_lost_event_stream_is_said_and_comes_back_with_what_was_missed(
    browser: Browser, workspace: RunningPlayground
) -> None:
    page = browser.new_page()  # its console may complain
    page.route("**/people/events*", lambda route: route.abort())
    open_workspace(page, workspace.url)
    expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible()
    workspace.act(user=BEN, do="message", channel=GENERAL, text="Said meanwhile")
    page.unroute("**/people/events*")
    expect(last_message(page)).to_contain_text("Said meanwhile")
    expect(page.get_by_text("Connection lost. Trying again…")).to_be_hidden()
    page.close()


def test_two_people_talk_in_two_windows(new_page: NewPage, workspace: RunningPlayground) -> None:
    ada, ben = new_page(), new_page()
    open_workspace(ada, workspace.url, user=ADA)
    open_workspace(ben, workspace.url, user=BEN)
    type_in_composer(ada, "Hello Ben")
    expect(last_message(ben)).to_contain_text("Hello Ben")
    type_in_composer(ben, "Hello Ada")
    expect(last_message(ada)).to_contain_text("Hello Ada")
    expect(messages(ada)).to_have_count(2)


def test_earlier_messages_come_when_asked_for(page: Page, workspace: RunningPlayground) -> None:
    for number in range(110):
        workspace.act(user=BEN, do="message", channel=GENERAL, text=f"message {number}")
    open_workspace(page, workspace.url)
    expect(messages(page)).to_have_count(100)
    page.get_by_role("button", name="Earlier messages").click()
    expect(messages(page)).to_have_count(110)
    expect(page.get_by_role("button", name="Earlier messages")).to_be_hidden()


def test_a_draft_waits_in_its_place(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    composer(page).fill("half a thou")
    open_workspace(page, workspace.url, channel=MARKETING)
    expect(composer(page)).to_have_value("")
    open_workspace(page, workspace.url)
    expect(composer(page)).to_have_value("half a thou")
