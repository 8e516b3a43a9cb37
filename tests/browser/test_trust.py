"""What anybody writes stays text: nothing of it runs, loads or becomes a link that could."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.small_app import HOSTILE
from tests.browser.steps import last_message, message_with, open_workspace, type_in_composer
from tests.support.slack import BEN, GENERAL, RunningPlayground


def test_markup_in_an_apps_blocks_stays_text(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc hostile")
    message = message_with(page, "onerror")
    expect(message).to_be_visible()
    assert message.locator("img, script").count() == 0
    assert message.locator("a[href^='javascript' i]").count() == 0
    assert "owned" not in page.title()


def test_markup_in_a_persons_message_stays_text(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    workspace.act(user=BEN, do="message", channel=GENERAL, text=HOSTILE)
    expect(last_message(page)).to_contain_text("<img src=x onerror=")
    assert last_message(page).locator("img, script").count() == 0
    assert "owned" not in page.title()


def test_an_uploaded_page_is_saved_rather_than_shown(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    picker = page.locator("[data-composer=channel] [data-file-picker]")
    picker.set_input_files({"name": "evil.html", "mimeType": "text/html", "buffer": HOSTILE.encode()})
    type_in_composer(page, "look")
    link = message_with(page, "look").get_by_role("link", name="evil.html")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "evil.html"


def test_the_page_allows_no_script_but_its_own_and_no_markup_from_strings(
    browser: Browser, workspace: RunningPlayground
) -> None:
    page = browser.new_page()  # its console may complain
    answer = page.goto(workspace.url)
    assert answer is not None
    policy = answer.header_value("content-security-policy") or ""
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    refused = page.evaluate("() => { try { document.body.innerHTML = '<b>'; } catch (error) { return error.name; } }")
    assert refused == "TypeError"
    page.close()
