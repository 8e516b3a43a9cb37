"""The message that a shortcut points at: one of ours, a person's, or one that was shared."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.pointed import MOST_FILES, MOST_TEXTS, pointed
from engine.domain.wording import digest

SAMPLE = (
    Path(os.environ.get("AIGC_SHARED", Path(__file__).parents[5] / "shared"))
    / "slack-samples/app-backend/interactive-components/MessageShortcutPayload.json"
)
WORDS = "Steel outside, cold inside: a bottle for ten years & more."


def body(**message: Any) -> dict[str, Any]:
    return {
        "type": "message_action",
        "callback_id": "is_this_ours",
        "team": {"id": "T1", "domain": "x"},
        "user": {"id": "U1", "team_id": "T1", "name": "ada"},
        "channel": {"id": "C1", "name": "general"},
        "message_ts": "5.5",
        "message": {"type": "message", "user": "U2", "ts": "5.5", **message},
    }


def known(**message: Any) -> bool:
    return digest(WORDS) in {digest(text) for text in pointed(body(**message)).texts}


def test_who_asks_about_which_message_where() -> None:
    asked = pointed(body(text="hello", thread_ts="4.4"))
    assert (asked.workspace, asked.channel, asked.user, asked.ts, asked.thread) == ("T1", "C1", "U1", "5.5", "4.4")
    assert pointed(body(text="a root", thread_ts="5.5")).thread == ""


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Steel outside, ", "style": {"bold": True}},
                {"type": "emoji", "name": "snowflake"},
                {"type": "text", "text": "cold inside: a bottle for ten years & more."},
            ],
        },
    ],
}
CONTEXT = {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}]}
MARKDOWN = {"type": "markdown", "text": f"**{WORDS}**"}


@pytest.mark.parametrize(
    "message",
    [
        {"text": WORDS.replace("&", "&amp;")},
        {"text": f"[AI-generated] {WORDS}"},
        {"text": "", "blocks": [RICH]},
        {
            "text": "notification",
            "blocks": [CONTEXT, MARKDOWN],
        },
        {"text": "look", "attachments": [{"text": WORDS, "is_share": True}]},
        {"text": "look", "attachments": [{"message_blocks": [{"message": {"blocks": [MARKDOWN]}}]}]},
        {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"_{WORDS}_"}}]},
    ],
    ids=["plain", "notification", "rich text", "markdown", "shared", "shared blocks", "section"],
)
def test_a_text_is_found_however_it_is_wrapped(message: dict[str, Any]) -> None:
    assert known(**message)


def test_a_text_over_two_blocks_is_put_together() -> None:
    half = len(WORDS) // 2
    assert known(blocks=[{"type": "markdown", "text": WORDS[:half]}, {"type": "markdown", "text": WORDS[half:]}])


def test_pictures_are_found_as_files_as_blocks_and_in_what_was_shared() -> None:
    file = {"id": "F1", "mimetype": "image/png", "url_private_download": "https://files.slack.com/x"}
    shared = {"files": [{"id": "F3", "mimetype": "image/jpeg"}]}
    block = {"type": "image", "slack_file": {"id": "F2"}, "alt_text": "x"}
    asked = pointed(body(files=[file, file], blocks=[block], attachments=[shared]))
    assert [found.id for found in asked.files] == ["F1", "F2", "F3"]
    assert asked.files[0].url == "https://files.slack.com/x"


def test_no_message_makes_much_work() -> None:
    files = [{"id": f"F{number}"} for number in range(99)]
    blocks = [{"type": "markdown", "text": f"{number} {WORDS}"} for number in range(99)]
    asked = pointed(body(files=files, blocks=blocks))
    assert (len(asked.files), len(asked.texts)) == (MOST_FILES, MOST_TEXTS)


KEYS = ["text", "blocks", "elements", "type", "attachments", "files", "message_blocks", "message"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=12,
)


@given(json_values, json_values, json_values)
def test_whatever_is_sent_is_read_without_an_error(blocks: Any, attachments: Any, files: Any) -> None:
    pointed(body(blocks=blocks, attachments=attachments, files=files))
    pointed({"message": blocks})


@pytest.mark.skipif(not SAMPLE.exists(), reason="no recorded shapes of Slack's payloads here")
def test_slacks_own_shape_is_read() -> None:
    sample = json.loads(SAMPLE.read_text())
    sample["message"]["text"] = WORDS
    sample["message"]["files"][0]["id"] = "F1"
    asked = pointed(sample)
    assert WORDS in asked.texts
    assert "F1" in [file.id for file in asked.files]
