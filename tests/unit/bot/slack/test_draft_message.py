"""What an agent sees of a draft: the question, the text, its sources and what can be done, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.ports import Now
from bot.slack.buttons import TONE
from bot.slack.draft_message import escape_address, source_name
from bot.slack.message import SlackRenderer
from engine.domain.job import State
from engine.domain.knowledge import Citation
from engine.domain.request import Revision, RevisionMode
from engine.domain.result import Progress
from engine.domain.work import Purpose, Said
from tests.support.drafts import CANNED, DRAFT, LINK, QUESTION, RETURNS, draft, drafted, drafting
from tests.unit.bot.slack.test_message import check, lines

SHOW = SlackRenderer().show


def buttons(locale: str = "en", **job: Any) -> list[str]:
    (shown,) = SHOW(draft(locale=locale, **job), Now(), {})
    rows = [block for block in shown.blocks if block["type"] == "actions"]
    return [element.get("text", element.get("placeholder"))["text"] for row in rows for element in row["elements"]]


def test_a_draft() -> None:
    (shown,) = SHOW(draft(), Now(), {})
    assert lines(replace(shown, blocks=shown.blocks[:5])) == [
        f":speech_balloon: *Reply* to a customer in <#C1> · <{LINK}|open the message>",
        f">{QUESTION}",
        DRAFT,
        "*Sources: press one to read it*",
        "[[1] Returns › Lamps › Unused] [[2] Canned reply › Who pays?]",
    ]
    assert "AI-generated" in str(shown.blocks[5])
    assert shown.text == f"[AI-generated] {DRAFT}"


def test_what_can_be_done_with_it() -> None:
    assert buttons()[2:] == [
        "Edit and send",
        "Shorter",
        "Longer",
        "Translate",
        "Tone",
        "Copy text",
        "Save as canned reply",
        "Details",
    ]
    assert buttons("zh")[2:] == ["编辑并发送", "短一点", "长一点", "翻译", "语气", "复制文字", "存为常用回复", "详情"]


def test_a_summary_is_known_by_what_its_thread_begins_with() -> None:
    later = replace(drafting(purpose=Purpose.SUMMARY), messages=(Said("U9", "My lamp is dark"), Said("U9", "Hello?")))
    (shown,) = SHOW(draft(work=later), Now(), {})
    assert lines(replace(shown, blocks=shown.blocks[:2]))[1] == ">My lamp is dark"


def test_a_summary_is_not_sent_to_anybody() -> None:
    assert buttons(work=drafting(purpose=Purpose.SUMMARY))[2:] == [
        "Copy text",
        "Shorter",
        "Longer",
        "Translate",
        "Details",
    ]


def test_the_tones_carry_the_draft() -> None:
    (shown,) = SHOW(draft(), Now(), {})
    selects = [e for b in shown.blocks if b["type"] == "actions" for e in b["elements"] if e["action_id"] == TONE]
    assert [option["value"] for option in selects[0]["options"]] == [
        f"{'d' * 16}:0:{tone}" for tone in ("friendly", "formal", "brief")
    ]


def test_a_note_and_a_change_are_shown() -> None:
    assert "Your note: offer a new one" in lines_of(note="offer a new one")
    change = Revision("d", RevisionMode.EDIT, "Make it shorter.")
    assert "<@U1> asked for a change: Make it shorter." in lines_of(revision=change)


def lines_of(**job: Any) -> str:
    (shown,) = SHOW(draft(**job), Now(), {})
    return str(shown.blocks)


def test_it_grows_below_the_question_while_it_is_written() -> None:
    running = draft(State.RUNNING)
    (shown,) = SHOW(running, Now(progress=Progress(texts=("You can",))), {})
    assert lines(shown)[1:3] == [f">{QUESTION}", "You can"]
    assert lines(shown)[-1] == "[Cancel]"


def test_slack_takes_all_of_it_and_nothing_in_it_addresses_anybody() -> None:
    nasty = "<!channel> <@U2> https://evil.example " * 20
    passage = replace(RETURNS, title=nasty, heading="x" * 300, url="javascript:alert(1)")
    sources = tuple(Citation(number, passage) for number in range(1, 25))
    job = draft(result=drafted(nasty, sources), work=drafting(nasty), note=nasty)
    shown = SHOW(job, Now(), {})
    text = str([message.blocks for message in shown])
    assert "<!channel>" not in text
    assert "<@U2>" not in text
    for locale in ("en", "zh"):
        plain = replace(drafting(), link="")
        check_blocks = SHOW(draft(locale=locale, work=replace(plain, channel="U1")), Now(), {})
        check([replace(part, blocks=tuple(b for b in part.blocks if "<#" not in str(b))) for part in check_blocks])


def test_a_source_is_named_by_title_and_headings_and_a_canned_one_by_its_question() -> None:
    assert source_name("en", Citation(1, RETURNS)) == "[1] Returns › Lamps › Unused"
    assert source_name("zh", Citation(2, CANNED)) == "[2] 常用回复 › Who pays?"


def test_an_address_cannot_end_its_link() -> None:
    assert escape_address("https://x/?a=1&b=<|>") == "https://x/?a=1&amp;b=%3C%7C%3E"
