"""Everybody can use the page: with a keyboard, on a phone, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

import bot.playground
from tests.browser.conftest import NewPage
from tests.browser.steps import (
    act_as,
    composer,
    go_to,
    last_message,
    message_with,
    modal,
    open_thread,
    open_workspace,
    press,
    type_in_composer,
)
from tests.support.slack import ADA, ADA_DM, BEN, GENERAL, MARKETING, RunningPlayground
from tests.support.waiting import until

_PAGE = Path(bot.playground.__file__).parent / "page"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_on_a_phone_one_pane_shows_at_a_time_and_nothing_is_cut_off(
    new_page: NewPage, workspace: RunningPlayground
) -> None:
    page = new_page(**PHONE)
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc kit")
    expect(last_message(page)).to_contain_text("A header")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    go_to(page, MARKETING)
    expect(page.locator("[data-place]").first).to_be_hidden()
    go_to(page, GENERAL)
    type_in_composer(page, "/aigc copy tea")
    open_thread(page, message_with(page, "You asked: copy tea"))
    expect(composer(page, thread=True)).to_be_in_viewport()
    page.locator("[data-close-thread]").click()
    expect(composer(page)).to_be_in_viewport()
    act_as(page, BEN)
    expect(page.locator("[data-pane=main]")).to_be_visible()


def test_the_page_itself_never_scrolls(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")


def test_a_menu_is_used_with_the_keyboard_and_gives_the_focus_back(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    me = page.locator("[data-me]")
    me.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitemradio", name="Ada")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitemradio", name="Ben")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(me).to_be_focused()


def test_the_first_tab_stop_leads_past_the_places(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(composer(page)).to_be_focused()


def test_a_line_break_is_typed_with_shift_and_enter(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    field = composer(page)
    field.press_sequentially("one")
    field.press("Shift+Enter")
    field.press_sequentially("two")
    expect(field).to_have_value("one\ntwo")
    field.press("Enter")
    expect(field).to_have_value("")
    assert until(lambda: workspace.messages(ADA, GENERAL))[-1]["text"] == "one\ntwo"


def test_new_messages_are_read_out(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    workspace.act(user=BEN, do="message", channel=GENERAL, text="Lunch?")
    expect(page.locator("[aria-live=polite]")).to_have_text("Ben: Lunch?")


def test_every_control_has_a_name(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    for text in ("/aigc kit", "/aigc draw", "/aigc whisper"):
        type_in_composer(page, text)
    expect(last_message(page)).to_be_visible()
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input:not([hidden]), select, textarea')]
          .filter((node) => !(node.ariaLabel || node.textContent.trim() || node.labels?.length || node.title))
          .map((node) => node.outerHTML)"""
    )
    assert unnamed == []


def test_an_app_that_does_not_answer_is_said(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc kit")
    message_with(page, "A header").locator("[data-action=more]").click()
    page.get_by_role("menuitem", name="Red").click()
    expect(page.locator("[data-toasts]")).to_contain_text("The app did not answer in time.")


def test_a_channel_without_the_app_offers_to_add_it(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    page.get_by_role("button", name="New channel").click()
    name = page.get_by_label("Name")
    name.fill("Big Plans")
    name.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="small letters")).to_be_visible()
    name.fill("plans")
    name.press("Enter")
    expect(page.get_by_role("heading", name="#plans")).to_be_visible()
    page.get_by_role("button", name="Add AIGC").click()
    expect(page.get_by_text("is not in this channel")).to_have_count(0)


def test_an_example_is_put_into_the_message_box_and_not_sent(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url, channel=ADA_DM)
    page.locator("[data-try=tryDraw]").click()
    expect(composer(page)).to_have_value("/aigc draw a red bicycle")
    expect(composer(page)).to_be_focused()
    assert workspace.messages(ADA, ADA_DM) == []


def test_pressing_a_button_keeps_the_focus_on_it(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc copy tea")
    last_message(page).get_by_role("button", name="Again").focus()
    page.keyboard.press("Tab")
    workspace.act(user=BEN, do="react", channel=GENERAL, ts=workspace.messages(ADA, GENERAL)[-1]["ts"], name="eyes")
    expect(last_message(page).locator("[data-reaction=eyes]")).to_be_visible()
    expect(last_message(page).get_by_role("button", name="Remove")).to_be_focused()
    press(last_message(page), "Again")
    expect(last_message(page)).to_contain_text("Done again")
    expect(modal(page)).to_have_count(0)


def test_both_languages_say_the_same_things_and_all_of_them_are_used(page: Page, workspace: RunningPlayground) -> None:
    page.goto(workspace.url)
    languages = page.evaluate("() => import('/page/words.js').then((words) => words.LANGUAGES)")
    assert set(languages["en"]) == set(languages["zh"])
    code = "\n".join(path.read_text() for path in sorted(_PAGE.glob("*.js")) if path.name != "words.js")
    tries = re.findall(r'\["(try\w+)"', (_PAGE / "words.js").read_text())
    used = {name for name in languages["en"] if f'"{name}"' in code} | set(tries) | {"home", "messages"}
    asked = set(re.findall(r'\bt\("(\w+)"', code))
    assert asked <= set(languages["en"])
    assert set(languages["en"]) == used
