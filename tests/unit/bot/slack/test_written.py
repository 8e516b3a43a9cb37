"""Who wrote which words, in the shapes in which Slack tells of messages."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports import Written
from bot.slack.written import written


def message(**fields: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U9", "ts": "1.0", "text": "", **fields}


def rich(text: str) -> list[dict[str, Any]]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [section]}]


def test_a_persons_words_are_plain() -> None:
    text = "Where is <https://acme.example/o|my order>, <@U2>? 3 &lt; 4"
    assert written(message(text=text, team="T1", thread_ts="0.5")) == (
        Written("1.0", "U9", "Where is my order, @U2? 3 < 4", team="T1", thread="0.5"),
    )


def test_what_stands_only_in_blocks_is_read_there() -> None:
    assert written(message(blocks=rich("Where is it?")))[0].text == "Where is it?"


def test_a_message_of_the_app_is_known_by_its_metadata_and_loses_its_label() -> None:
    mark = {"event_type": "aigc_job", "event_payload": {"job": "a", "part": 0}}
    text = "[Drafted with AI, sent by <@U0ADA00001>] It comes today."
    (own,) = written(message(text=text, bot_id="B1", metadata=mark))
    assert (own.text, own.own, own.bot) == ("It comes today.", True, True)


def test_a_form_of_another_app_is_read_from_its_attachments() -> None:
    form = message(subtype="bot_message", bot_id="B2", user=None, attachments=[{"text": "Name: Mei", "fallback": "x"}])
    assert written(form) == (Written("1.0", "B2", "Name: Mei", bot=True),)


def test_a_forwarded_message_is_its_writers_and_the_comment_is_whose_it_is() -> None:
    shared = {"is_msg_unfurl": True, "author_id": "U7", "text": "Is it blue?", "from_url": "https://x"}
    first, second = written(message(text="What do we say?", attachments=[shared]))
    assert first == Written("1.0", "U7", "Is it blue?", forwarded=True)
    assert second == Written("1.0", "U9", "What do we say?")


def test_a_forwarded_message_may_stand_in_blocks_alone_and_without_a_comment() -> None:
    shared = {"author_name": "Mei", "message_blocks": [{"ts": "0.1", "message": {"blocks": rich("Is it blue?")}}]}
    assert written(message(attachments=[shared])) == (Written("1.0", "Mei", "Is it blue?", forwarded=True),)


def test_a_links_preview_is_nobodys_words() -> None:
    preview = {"title": "Acme", "text": "We sell lamps", "from_url": "https://acme.example"}
    assert [each.text for each in written(message(text="see <https://acme.example>", attachments=[preview]))] == [
        "see https://acme.example"
    ]


def test_a_message_of_files_alone_says_so() -> None:
    assert written(message(subtype="file_share", files=[{"id": "F1"}])) == (Written("1.0", "U9", "", files=True),)


def test_what_only_tells_of_the_channel_is_nobodys() -> None:
    assert written(message(subtype="channel_join", text="joined")) == ()


_KEYS = [
    "text",
    "user",
    "blocks",
    "attachments",
    "message_blocks",
    "message",
    "elements",
    "author_id",
    "metadata",
    "ts",
]
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(_KEYS), _ANY, max_size=6))
def test_nothing_that_comes_breaks_it(payload: dict[str, Any]) -> None:
    for each in written(payload):
        assert isinstance(each.text, str)
        assert isinstance(each.user, str)
