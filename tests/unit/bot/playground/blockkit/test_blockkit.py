"""Blocks that Slack takes, and what it says of those that it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models import blocks as sdk

from bot.playground.blockkit import message_issues, texts, view_issues
from bot.playground.blockkit.ids import with_ids

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(**more: Any) -> Block:
    return {"type": "button", "action_id": "a", "text": plain("Go"), **more}


def options(count: int) -> list[Block]:
    return [{"text": plain(f"o{n}"), "value": str(n)} for n in range(count)]


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def text_input(**more: Any) -> Block:
    return {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "action_id": "a", **more}}


def image(**more: Any) -> Block:
    return {"type": "image", "alt_text": "a", **more}


def modal(*blocks: Block, **more: Any) -> Block:
    return {"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": list(blocks), **more}


FINE: list[Block] = [
    section(),
    section("x" * 3000),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    section(accessory=button()),
    section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": ""}),
    {"type": "divider"},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x"), {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a"}]},
    actions(*(button(action_id=str(n)) for n in range(25))),
    actions({"type": "static_select", "action_id": "s", "options": options(100)}),
    actions({"type": "overflow", "action_id": "o", "options": options(5)}),
    actions(
        button(
            style="danger",
            confirm={"title": plain("t"), "text": mrkdwn("t"), "confirm": plain("y"), "deny": plain("n")},
        )
    ),
    image(image_url="https://example.com/a.png", title=plain("t")),
    image(slack_file={"id": "F0123456789"}),
    {"type": "markdown", "text": "x" * 12_000},
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "f",
                "positive_button": {"text": plain("y"), "value": "1"},
                "negative_button": {"text": plain("n"), "value": "0"},
            }
        ],
    },
    {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "action_id": "d", "icon": "trash", "text": plain("Delete")}],
    },
    {"type": "card", "title": mrkdwn("t"), "body": mrkdwn("x" * 200), "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("t")}] * 10},
    {"type": "alert", "text": mrkdwn("careful"), "level": "warning"},
    {"type": "task_card", "task_id": "1", "title": "Draw", "status": "complete"},
    {
        "type": "plan",
        "title": "Plan",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "t", "status": "error"}],
    },
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]], "column_settings": [None, {"align": "right"}]},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}
                ],
            }
        ],
    },
    text_input(multiline=True, max_length=3000),
]

WRONG: list[tuple[Any, str, str]] = [
    ("x", "/blocks/0", "must provide an object"),
    ({}, "/blocks/0", "missing required field: type"),
    ({"type": "nonsense"}, "/blocks/0/type", "unsupported type: nonsense"),
    ({"type": "section"}, "/blocks/0", "missing required field: text or fields"),
    (section(""), "/blocks/0/text/text", "must be more than 0 characters"),
    (section("x" * 3001), "/blocks/0/text/text", "must be less than 3001 characters"),
    (section(color="red"), "/blocks/0", "invalid additional property: color"),
    (section(block_id="x" * 256), "/blocks/0/block_id", "must be less than 256 characters"),
    ({"type": "section", "text": "x"}, "/blocks/0/text", "must provide an object"),
    ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/blocks/0/fields", "no more than 10 items allowed"),
    (
        {"type": "section", "fields": [mrkdwn("x" * 2001)]},
        "/blocks/0/fields/0/text",
        "must be less than 2001 characters",
    ),
    ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type", "unsupported type: mrkdwn"),
    ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text", "must be less than 151 characters"),
    ({"type": "context", "elements": []}, "/blocks/0/elements", "no less than 1 items allowed"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "/blocks/0/elements", "no more than 10 items allowed"),
    ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type", "unsupported type: button"),
    (actions(), "/blocks/0/elements", "no less than 1 items allowed"),
    (actions(*(button(action_id=str(n)) for n in range(26))), "/blocks/0/elements", "no more than 25 items allowed"),
    (actions(button(text=mrkdwn("x"))), "/blocks/0/elements/0/text/type", "unsupported type: mrkdwn"),
    (actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text", "must be less than 76 characters"),
    (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value", "must be less than 2001 characters"),
    (actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id", "must be less than 256 characters"),
    (actions(button(style="blue")), "/blocks/0/elements/0/style", "must be one of: primary, danger"),
    (actions(button(url="javascript:alert(1)")), "/blocks/0/elements/0/url", "must match the pattern"),
    (actions({"type": "static_select"}), "/blocks/0/elements/0", "missing required field: options or option_groups"),
    (actions({"type": "static_select", "options": options(101)}), "/blocks/0/elements/0/options", "no more than 100"),
    (actions({"type": "overflow", "options": options(6)}), "/blocks/0/elements/0/options", "no more than 5"),
    (actions({"type": "plain_text_input"}), "/blocks/0/elements/0/type", "unsupported type: plain_text_input"),
    (image(), "/blocks/0", "missing required field: image_url or slack_file"),
    (image(image_url="https://e.com", slack_file={"id": "F1"}), "/blocks/0", "only one of image_url, slack_file"),
    (image(slack_file={}), "/blocks/0/slack_file", "missing required field: id or url"),
    ({"type": "image", "image_url": "https://e.com"}, "/blocks/0", "missing required field: alt_text"),
    (image(image_url="https://e.com/" + "x" * 3000), "/blocks/0/image_url", "must be less than 3001 characters"),
    (image(image_url="https://e.com", alt_text="x" * 2001), "/blocks/0/alt_text", "must be less than 2001 characters"),
    ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text", "must be less than 12001 characters"),
    ({"type": "card"}, "/blocks/0", "missing required field: hero_image or title or actions or body"),
    ({"type": "card", "actions": [button(action_id=c) for c in "abcd"]}, "/blocks/0/actions", "no more than 3"),
    (
        {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("t")}] * 11},
        "/blocks/0/elements",
        "no more than 10",
    ),
    ({"type": "task_card", "task_id": "1", "title": "t", "status": "done"}, "/blocks/0/status", "must be one of"),
    (text_input(max_length=3001), "/blocks/0/element/max_length", "must be less than or equal to 3000"),
    (text_input(multiline="yes"), "/blocks/0/element/multiline", "must be a boolean"),
    ({"type": "input", "label": plain("L"), "element": button()}, "/blocks/0/element/type", "unsupported type: button"),
    (
        {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
        "/blocks/0/elements/0/type",
        "unsupported type: text",
    ),
]


@pytest.mark.parametrize("block", FINE, ids=lambda block: block["type"])
def test_what_slack_takes(block: Block) -> None:
    assert message_issues([block]) == []


@pytest.mark.parametrize(("block", "pointer", "message"), WRONG)
def test_what_slack_refuses(block: Any, pointer: str, message: str) -> None:
    issues = message_issues([block])
    assert [issue for issue in issues if issue.pointer == pointer and issue.message.startswith(message)], issues


def test_ids_are_unique() -> None:
    (same_block,) = message_issues([section(block_id="b"), section(block_id="b")])
    assert str(same_block) == "[ERROR] `block_id` b already exists [json-pointer:/blocks/1/block_id]"
    (same_action,) = message_issues([{**actions(button(), button()), "block_id": "b"}])
    assert same_action.message == "`action_id` a already exists for `block_id` b"
    assert message_issues([actions(button()), actions(button())]) == []


@pytest.mark.parametrize(("count", "fine"), [(0, True), (50, True), (51, False)])
def test_a_message_has_fifty_blocks(count: int, fine: bool) -> None:
    assert (message_issues([section()] * count) == []) is fine


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (modal(section()), ""),
        (modal(*[section()] * 100), ""),
        (modal(*[section()] * 101), "no more than 100 items allowed"),
        (modal(section(), title=plain("x" * 25)), "must be less than 25 characters"),
        (modal(section(), private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(section(), callback_id="x" * 256), "must be less than 256 characters"),
        (modal(text_input(), submit=None), "missing required field: submit"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        ({"type": "home", "blocks": [section()]}, ""),
        ({"type": "home", "blocks": [], "submit": plain("x")}, "invalid additional property: submit"),
        ("x", "must provide an object"),
    ],
)
def test_views(view: Any, message: str) -> None:
    assert [issue.message for issue in view_issues(view)] == ([message] if message else [])


def test_missing_ids_are_made_up_and_given_ones_kept() -> None:
    first, second, third = with_ids([section(block_id="mine"), actions(button(), button(action_id="")), image()])
    assert first["block_id"] == "mine"
    assert first["text"] == mrkdwn("x")
    assert second["block_id"]
    assert [bool(element["action_id"]) for element in second["elements"]] == [True, True]
    assert second["elements"][0]["action_id"] == "a"
    assert "action_id" not in third


_KEYS = st.sampled_from(["type", "text", "elements", "element", "block_id", "options", "rows", "slack_file"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=20,
)
_TYPED = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    st.sampled_from(sorted({block["type"] for block in FINE})),
    st.dictionaries(_KEYS, _JSON, max_size=3),
)


@given(st.lists(_JSON | _TYPED, max_size=3))
def test_any_json_is_judged_without_failing(blocks: list[Any]) -> None:
    for issue in message_issues(blocks):
        assert str(issue).startswith("[ERROR] ")
        assert issue.pointer.startswith("/blocks")
    view_issues({"type": "modal", "title": plain("T"), "blocks": blocks})


@given(st.lists(st.sampled_from(FINE), max_size=20))
def test_ids_do_not_make_blocks_invalid(blocks: list[Block]) -> None:
    known = json.dumps(blocks)
    assert message_issues(with_ids(blocks)) == []
    assert json.dumps(blocks) == known
    assert list(texts(with_ids(blocks))) == list(texts(blocks))


def test_what_slacks_own_models_build_is_taken() -> None:
    built: list[sdk.Block] = [
        sdk.SectionBlock(text="hello", accessory=sdk.ButtonElement(text="Go", action_id="a", value="v")),
        sdk.ImageBlock(alt_text="a", slack_file={"id": "F1"}, title="t"),
        sdk.ActionsBlock(elements=[sdk.StaticSelectElement(action_id="s", options=[sdk.Option(value="v", label="l")])]),
        sdk.InputBlock(label="l", element=sdk.PlainTextInputElement(action_id="i", multiline=True)),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="small")]),
        sdk.MarkdownBlock(text="**bold**"),
        sdk.HeaderBlock(text="Head"),
    ]
    assert message_issues([block.to_dict() for block in built]) == []
