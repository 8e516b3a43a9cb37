"""A marketer's path in a real browser: a recipe, its fields, variants, compare, pick, revise, and a whole table."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Company
from tests.browser.steps import (
    attach,
    composer,
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
from tests.support.slack import MARKETING, MEI

pytestmark = pytest.mark.timeout(600)

MADE_MS = 120_000
"""Longest that a worker may take here, beside other tests on two cores."""
TABLE = (
    "name,bought,product,reason\n"
    "Maria,a sourdough starter kit,the Ember cast-iron pot,it bakes bread with a crust\n"
    "Tom,hiking boots,the Northwall rain jacket,it folds into its own pocket\n"
    "Aiko,a tea set,the Steady kettle,it holds the water at 80 degrees\n"
    "Sam,,the Ember cast-iron pot,\n"
)
TABLE_ZH = (
    "顾客称呼,买过什么,推荐什么,为什么合适\n"
    "王女士,酸面团发酵套装,炭心铸铁锅,能烤出硬壳面包\n"
    "李先生,登山靴,北墙雨衣,能收进自带的口袋\n"
    "陈小姐,一套茶具,恒温水壶,水温一直保持在 80 度\n"
)
PICTURES = os.environ.get("AIGC_PICTURES", "")
"""A folder to leave pictures in, for whoever wants to look."""


@pytest.fixture
def address(company: Company) -> str:
    """Of `aigc play`."""
    return company.url


def made(message: Locator, label: str = "AI-generated") -> Locator:
    expect(message).to_contain_text(re.compile(rf"v\d+ · {label}"), timeout=MADE_MS)
    return message


def send_table(page: Page, name: str, data: bytes, words: str) -> None:
    type_in_composer(page, words, send=False)
    attach(page, name, data, "text/csv")
    composer(page).press("Escape")
    composer(page).press("Enter")


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_a_recipe_its_variants_the_pick_and_the_change(page: Page, address: str) -> None:
    open_workspace(page, address, channel=MARKETING)
    type_in_composer(page, "/aigc recipes shop page")
    listed = message_with(page, "Product description")
    keep(page, "en-list")
    press(listed, "Use it")
    form = modal(page)
    expect(field(form, "Recipe")).to_have_value("product")
    field(form, "Recipe").select_option(label="Advertisement for an A/B test")
    expect(field(form, "Features and figures")).to_have_count(0)
    field(form, "Product").fill("The Alder flask")
    field(form, "Recipe").select_option(label="Product description")
    expect(field(form, "Features and figures")).to_be_visible()
    expect(field(form, "Product")).to_have_value("The Alder flask")
    field(form, "Features and figures").fill("keeps tea hot for 12 hours, brushed steel, 480 g")
    field(form, "How many").select_option(label="3")
    field(form, "Model").select_option(label="copywriter")
    keep(page, "en-form")
    submit(page)
    expect(modal(page)).to_have_count(0)
    message = made(message_with(page, "The Alder flask is made for long days"))
    expect(message).to_contain_text("Some bottles leak")
    keep(page, "en-variants")
    press(message, "Compare")
    comparison = modal(page)
    expect(comparison.locator("del", has_text="long days")).to_be_visible()
    expect(comparison.locator("strong", has_text="early starts")).to_be_visible()
    keep(page, "en-compare")
    page.keyboard.press("Escape")
    message.get_by_role("button", name="Use this one", exact=True).nth(1).click()
    expect(message).to_contain_text("v1 #2 picked", timeout=MADE_MS)
    keep(page, "en-picked")
    open_thread(page, message)
    type_in_composer(page, "shorter", thread=True)
    revised = made(messages(page, thread=True).filter(has_text="asked for a change").last)
    expect(revised).to_contain_text("The Alder flask is made for early starts.")
    press(revised, "Compare")
    expect(modal(page).locator("del").first).to_be_visible()
    keep(page, "en-revised")
    page.keyboard.press("Escape")
    expect(modal(page)).to_have_count(0)


def test_a_text_for_each_row_of_a_table(page: Page, address: str) -> None:
    open_workspace(page, address, channel=MARKETING)
    send_table(page, "customers.csv", TABLE.encode(), "@AIGC recipe recommendation for each row --model copywriter")
    plan = message_with(page, "for each of 4 rows")
    expect(plan).to_contain_text("Rows that lack something and will be left out: 1", timeout=MADE_MS)
    keep(page, "en-plan")
    press(plan, "Start")
    asking = page.locator("[data-messages=channel] [data-ts]").filter(has_text="for each row").last
    open_thread(page, asking)
    done = messages(page, thread=True).filter(has_text="3 of 4 rows written").last
    expect(done).to_contain_text("Hello Maria", timeout=MADE_MS)
    expect(message_with(page, "for each of 4 rows")).to_have_count(0)
    keep(page, "en-table")
    with page.expect_download() as download:
        done.get_by_role("link", name=".csv").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["Maria", "Tom", "Aiko", "Sam"]
    assert "the Northwall rain jacket" in rows[1]["Text"]
    assert (rows[3]["Text"], rows[3]["Note"]) == ("", "a column is missing something: bought: missing")
    assert rows[0]["Label"].startswith("AI-generated")
    assert json.loads(rows[0]["AIGC"])["AIGC"]["Label"] == "1"


def a_table_in_the_form(page: Page) -> None:
    type_in_composer(page, "/aigc 配方 个性化推荐")
    press(message_with(page, "写给一位顾客"), "使用")
    form = modal(page)
    form.get_by_label("为表格（CSV）的每一行各写一份").check()
    table = form.get_by_label("表格（CSV）", exact=True)
    table.set_input_files({"name": "顾客.csv", "mimeType": "text/csv", "buffer": TABLE_ZH.encode("gb18030")})
    expect(form.get_by_text("顾客.csv")).to_be_visible()
    field(form, "模型").select_option(label="copywriter")
    keep(page, "zh-table-form")
    submit(page)
    expect(modal(page)).to_have_count(0)


def test_in_chinese_everything_is_chinese(page: Page, address: str) -> None:
    open_workspace(page, address, user=MEI, channel=MARKETING)
    type_in_composer(page, "/aigc 配方 商品页")
    press(message_with(page, "商品描述"), "使用")
    form = modal(page)
    field(form, "商品").fill("赤杨保温杯")
    field(form, "特点和参数").fill("保温 12 小时，拉丝不锈钢，重 480 克")
    field(form, "几份").select_option(label="3")
    field(form, "模型").select_option(label="copywriter")
    keep(page, "zh-form")
    submit(page)
    message = made(message_with(page, "赤杨保温杯陪你过完漫长的一天"), "AI生成")
    keep(page, "zh-variants")
    press(message, "对比")
    expect(modal(page).locator("del", has_text="过完漫长").first).to_be_visible()
    keep(page, "zh-compare")
    page.keyboard.press("Escape")
    expect(modal(page)).to_have_count(0)
    a_table_in_the_form(page)
    plan = message_with(page, "为 3 行逐行生成")
    keep(page, "zh-plan")
    press(plan, "开始")
    done = message_with(page, "写好 3 行")
    expect(done).to_contain_text("王女士您好", timeout=MADE_MS)
    keep(page, "zh-table")
