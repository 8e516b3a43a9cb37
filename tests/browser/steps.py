"""What a person does at the page, and what they see there; every selector of the browser tests stands here."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.slack import ADA, GENERAL


def open_workspace(page: Page, url: str, *, user: str = ADA, channel: str = GENERAL) -> None:
    """The page as this person, in this conversation, once it shows what was said there."""
    page.goto(f"{url}/#/{user}/{channel}")
    expect(page.locator(f"[data-pane=main][data-channel='{channel}']")).to_be_visible()
    expect(page.locator("[data-messages=channel]")).to_have_attribute("aria-busy", "false")


def composer(page: Page, *, thread: bool = False) -> Locator:
    return page.locator(f"[data-composer={'thread' if thread else 'channel'}] textarea")


def type_in_composer(page: Page, text: str, *, thread: bool = False, send: bool = True) -> None:
    """A message, or a command if it begins with a slash. Lines stay one message."""
    field = composer(page, thread=thread)
    field.fill(text)
    if send:
        field.press("Escape")  # closes the suggestions, which would take the Enter
        field.press("Enter")


def attach(page: Page, name: str, data: bytes, mimetype: str = "image/png", *, thread: bool = False) -> None:
    """A file that goes with the next message, once the composer shows it."""
    box = page.locator(f"[data-composer={'thread' if thread else 'channel'}]")
    box.locator("[data-file-picker]").set_input_files({"name": name, "mimeType": mimetype, "buffer": data})
    expect(box.locator(".attachments li").filter(has_text=name)).to_be_visible()


def messages(page: Page, *, thread: bool = False) -> Locator:
    """Oldest first."""
    return page.locator(f"[data-messages={'thread' if thread else 'channel'}] [data-ts]")


def last_message(page: Page, *, thread: bool = False) -> Locator:
    return messages(page, thread=thread).last


def message_with(page: Page, text: str | re.Pattern[str], *, thread: bool = False) -> Locator:
    """The newest message that contains this text."""
    return messages(page, thread=thread).filter(has_text=text).last


def open_thread(page: Page, message: Locator) -> Locator:
    """The pane of the thread that this message begins."""
    line = message.locator("[data-thread]")
    if line.count():
        line.click()
    else:
        choose(page, message, "reply")
    pane = page.locator("[data-pane=thread]")
    expect(pane).to_be_visible()
    return pane


def choose(page: Page, message: Locator, entry: str) -> None:
    """From the menu of a message: reply, react, copy, edit, delete, dismiss or a shortcut's callback_id."""
    message.hover()
    message.locator("[data-tool=more]").click()
    page.locator(f"[role=menu] :is([data-do='{entry}'], [data-shortcut='{entry}'])").click()


def press(message: Locator, label: str) -> None:
    """A button of the app."""
    message.get_by_role("button", name=label, exact=True).click()


def modal(page: Page) -> Locator:
    """The form that the app has opened."""
    return page.locator("dialog[data-modal][open]")


def field(form: Locator, label: str) -> Locator:
    return form.get_by_label(label)


def submit(page: Page) -> None:
    modal(page).locator("[data-submit]").click()


def go_to(page: Page, channel: str) -> None:
    show = page.locator("[data-show-nav]")
    if show.is_visible():
        show.click()
    page.locator(f"[data-place='{channel}']").click()
    expect(page.locator(f"[data-pane=main][data-channel='{channel}']")).to_be_visible()


def open_home(page: Page, dm: str) -> Locator:
    """The app's home tab; `dm` is the person's conversation with the app."""
    go_to(page, dm)
    page.locator("[data-tab=home]").click()
    home = page.locator("[data-home]")
    expect(home).to_be_visible()
    return home


def act_as(page: Page, user: str) -> None:
    show = page.locator("[data-show-nav]")
    if show.is_visible():
        show.click()
    page.locator("[data-me]").click()
    page.locator(f"[role=menu] [data-user='{user}']").click()
    page.wait_for_url(re.compile(f"#/{user}/"))


def image_is_shown(image: Locator) -> bool:
    """Its bytes have come and are a picture."""
    return bool(image.evaluate("image => image.complete && image.naturalWidth > 0"))
