"""A person with the app's form."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import field, last_message, modal, open_workspace, submit, type_in_composer
from tests.support.slack import ADA, GENERAL, RunningPlayground


def test_a_form_says_what_is_wrong_where_it_is_wrong_until_it_is_right(
    page: Page, workspace: RunningPlayground
) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc form")
    form = modal(page)
    brief = field(form, "Brief")
    submit(page)
    expect(form).to_contain_text("Please complete this required field.")
    expect(brief).to_be_focused()
    brief.fill("bad")
    submit(page)
    expect(form).to_contain_text("Say a little more.")
    expect(brief).to_have_value("bad")
    expect(brief).to_have_attribute("aria-invalid", "true")
    expect(brief).to_have_accessible_description("Say a little more.")
    brief.fill("a steel bottle")
    submit(page)
    expect(modal(page)).to_have_count(0)
    expect(last_message(page)).to_contain_text("Received: a steel bottle")


def test_a_number_outside_its_range_is_not_sent(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc form")
    form = modal(page)
    field(form, "Brief").fill("tea")
    field(form, "How many").fill("9")
    submit(page)
    expect(field(form, "How many")).to_have_accessible_description("From 1 to 4 Please enter a number from 1 to 4.")
    field(form, "How many").fill("4")
    submit(page)
    expect(modal(page)).to_have_count(0)


def test_what_was_entered_stays_while_the_app_changes_the_form(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc form")
    form = modal(page)
    field(form, "Brief").fill("half a sent")
    form.get_by_label("Dry").first.check()
    field(form, "Kind").select_option(label="Image")
    expect(field(form, "Size")).to_be_visible()
    expect(field(form, "Brief")).to_have_value("half a sent")
    expect(field(form, "Kind")).to_have_value("image")
    expect(form.get_by_label("Dry").first).to_be_checked()


def test_a_second_form_opens_over_the_first_and_both_can_close(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    type_in_composer(page, "/aigc form")
    field(modal(page), "Brief").fill("more")
    submit(page)
    expect(modal(page).get_by_role("heading", name="Second step")).to_be_visible()
    page.keyboard.press("Escape")
    expect(modal(page).get_by_role("heading", name="Write or draw")).to_be_visible()
    expect(field(modal(page), "Brief")).to_have_value("more")
    page.keyboard.press("Escape")
    expect(modal(page)).to_have_count(0)
    assert workspace.views(ADA)["modal"] is None


def test_a_shortcut_opens_the_form_and_it_names_the_channel(page: Page, workspace: RunningPlayground) -> None:
    open_workspace(page, workspace.url)
    page.locator("[data-shortcuts]").click()
    page.locator("[role=menu] [data-shortcut=open_form]").click()
    expect(field(modal(page), "Where")).to_have_value(GENERAL)
