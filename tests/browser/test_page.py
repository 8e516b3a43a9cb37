"""A person at the page: what they type, press and read."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import (
    act_as,
    choose,
    composer,
    go_to,
    image_is_shown,
    last_message,
    message_with,
    messages,
    open_home,
    open_thread,
    open_workspace,
    press,
    type_in_composer,
)
from tests.support.slack import ADA, ADA_DM, BEN, GENERAL, MARKETING, MEI, RunningPlayground


def test_a_command_is_answered_in_the_channel(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc copy a steel bottle")
    expect(last_message(page)).to_contain_text("You asked: copy a steel bottle")
    expect(last_message(page)).to_contain_text("AI-generated")
    expect(composer(page)).to_have_value("")


def test_a_slash_lists_the_commands_and_how_they_are_used(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    field = composer(page)
    field.press_sequentially("/ai")
    offers = page.locator("[data-suggestions]:visible [role=option]")
    expect(offers).to_have_count(6)
    expect(offers.nth(1)).to_have_text("/aigc copy<brief>")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("/aigc copy ")
    expect(offers).to_have_count(0)


def test_an_unknown_command_is_refused_and_what_was_typed_stays(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/nope")
    expect(page.locator("[data-composer-problem]").first).to_contain_text("/nope is not a valid command")
    expect(composer(page)).to_have_value("/nope")


def test_a_mention_is_completed_from_its_first_letters(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    field = composer(page)
    field.press_sequentially("@ai")
    field.press("Tab")
    field.press_sequentially("write a haiku")
    field.press("Enter")
    expect(last_message(page)).to_contain_text("@AIGC write a haiku")


def test_a_button_changes_its_message_in_place(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc copy tea")
    press(message_with(page, "You asked: copy tea"), "Again")
    expect(last_message(page)).to_contain_text("Done again by @Ada")
    expect(messages(page)).to_have_count(1)


def test_a_dangerous_button_asks_first(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc copy tea")
    press(last_message(page), "Remove")
    sure = page.get_by_role("alertdialog", name="Remove it?")
    sure.get_by_role("button", name="No").click()
    expect(messages(page)).to_have_count(1)
    press(last_message(page), "Remove")
    sure.get_by_role("button", name="Yes").click()
    expect(messages(page)).to_have_count(0)


def test_an_answer_to_one_person_is_seen_by_no_other(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc whisper")
    whispered = message_with(page, "Between us.")
    expect(whispered).to_contain_text("Only visible to you")
    act_as(page, BEN)
    expect(messages(page)).to_have_count(0)
    act_as(page, ADA)
    choose(page, message_with(page, "Between us."), "dismiss")
    expect(messages(page)).to_have_count(0)


def test_a_reply_in_a_thread_is_answered_there(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc copy tea")
    open_thread(page, message_with(page, "You asked: copy tea"))
    type_in_composer(page, "shorter", thread=True)
    expect(message_with(page, "Revised: shorter", thread=True)).to_be_visible()
    expect(message_with(page, "You asked: copy tea")).to_contain_text("2 replies")
    expect(message_with(page, "You asked: copy tea", thread=True)).to_be_visible()
    expect(messages(page)).to_have_count(1)
    composer(page, thread=True).press("Escape")
    expect(page.locator("[data-pane=thread]")).to_be_hidden()


def test_a_command_in_a_thread_is_refused_with_the_reason(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc copy tea")
    thread = open_thread(page, message_with(page, "You asked: copy tea"))
    type_in_composer(page, "/aigc copy coffee", thread=True)
    expect(thread.locator("[data-composer-problem]")).to_contain_text("do not work in threads")


def test_a_picture_is_shown_and_a_click_shows_it_in_full(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc draw")
    image = last_message(page).get_by_role("img", name="A red bicycle", exact=True)
    expect(image).to_be_visible()
    page.wait_for_function("() => [...document.images].every(image => image.complete)")
    assert image_is_shown(image)
    last_message(page).get_by_role("button", name="Enlarge A red bicycle").click()
    full = page.locator("[data-lightbox]")
    expect(full.get_by_role("img", name="A red bicycle")).to_be_visible()
    expect(full).to_contain_text("A red bicycle")
    page.keyboard.press("Escape")
    expect(full).to_have_count(0)


def test_one_page_shows_what_another_person_does_without_a_reload(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    workspace.act(user=BEN, do="message", channel=GENERAL, text="Hello from Ben")
    expect(last_message(page)).to_contain_text("Hello from Ben")
    ts = workspace.messages(ADA, GENERAL)[-1]["ts"]
    workspace.act(user=BEN, do="edit", channel=GENERAL, ts=ts, text="Goodbye from Ben")
    expect(last_message(page)).to_contain_text("Goodbye from Ben")
    workspace.act(user=BEN, do="react", channel=GENERAL, ts=ts, name="tada")
    expect(last_message(page).locator("[data-reaction=tada]")).to_have_text("🎉1")
    workspace.act(user=BEN, do="delete", channel=GENERAL, ts=ts)
    expect(messages(page)).to_have_count(0)


def test_unread_messages_elsewhere_are_counted_until_they_are_read(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    for text in ("one", "two"):
        workspace.act(user=BEN, do="message", channel=MARKETING, text=text)
    place = page.locator(f"[data-place='{MARKETING}']")
    expect(place.get_by_label("2 unread")).to_be_visible()
    expect(page).to_have_title("(2) #general · Local workspace")
    go_to(page, MARKETING)
    go_to(page, GENERAL)
    expect(place.get_by_label("unread")).to_have_count(0)


def test_a_person_with_a_chinese_locale_reads_a_chinese_page(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    act_as(page, MEI)
    expect(page.get_by_role("heading", name="频道")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(composer(page)).to_have_attribute("placeholder", "发消息到 #general")
    type_in_composer(page, "/aigc whisper")
    expect(last_message(page)).to_contain_text("仅对你可见")


def test_one_can_answer_with_the_apps_shortcut_for_a_message(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    workspace.act(user=BEN, do="message", channel=GENERAL, text="Where is my parcel?")
    choose(page, message_with(page, "Where is my parcel?"), "draft_reply")
    expect(last_message(page)).to_contain_text("A draft for: Where is my parcel?")


def test_own_messages_can_be_edited_and_deleted(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "Helo <b> & https://example.com")
    choose(page, message_with(page, "Helo"), "edit")
    field = page.get_by_label("Edit message")
    expect(field).to_have_value("Helo <b> & https://example.com")
    field.fill("Hello")
    field.press("Enter")
    expect(message_with(page, "Hello")).to_contain_text("(edited)")
    choose(page, message_with(page, "Hello"), "delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete message").click()
    expect(messages(page)).to_have_count(0)


def test_a_file_goes_with_a_message(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    picker = page.locator("[data-composer=channel] [data-file-picker]")
    picker.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"our facts"})
    expect(page.get_by_role("button", name="Remove notes.txt")).to_be_visible()
    type_in_composer(page, "Use this")
    expect(message_with(page, "Use this").get_by_role("link", name="notes.txt")).to_be_visible()


def test_the_home_tab_is_drawn_by_the_app_and_can_be_used(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    home = open_home(page, ADA_DM)
    expect(home).to_contain_text("Welcome.")
    home.get_by_role("button", name="Open settings").click()
    expect(home).to_contain_text("Settings are open.")


def test_nobody_is_named_as_the_author_of_what_is_left_of_a_deleted_message(
    page: Page, workspace: RunningPlayground
) -> None:
    root = workspace.act(user=BEN, do="message", channel=GENERAL, text="Hello from Ben")["ts"]
    workspace.act(user=ADA, do="message", channel=GENERAL, text="Hello Ben", thread_ts=root)
    workspace.act(user=BEN, do="delete", channel=GENERAL, ts=root)
    open_workspace(page, workspace.url)
    expect(last_message(page)).to_contain_text("This message was deleted.")
    expect(last_message(page).locator(".author, .gutter .avatar")).to_have_count(0)
