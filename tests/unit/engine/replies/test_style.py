"""How a reply is to sound, as buttons and plain words say."""

from __future__ import annotations

import pytest

from engine.domain.request import CopyParams, Length
from engine.replies.style import Style, Tone, Wish, style_of, wish_of


@pytest.mark.parametrize(
    ("change", "wish"),
    [
        ("Shorter", Wish(longer=-1)),
        ("make it a bit longer, please", Wish(longer=1)),
        ("短一点", Wish(longer=-1)),
        ("更详细一些", Wish(longer=1)),
        ("more formal", Wish(tone=Tone.FORMAL)),
        ("less formal", Wish(tone=Tone.FRIENDLY)),
        ("语气友好一点", Wish(tone=Tone.FRIENDLY)),
        ("Make it friendlier.", Wish(tone=Tone.FRIENDLY)),
        ("语气正式一些。", Wish(tone=Tone.FORMAL)),
        ("Translate it into Chinese.", Wish(lang="zh")),
        ("翻译成英文。", Wish(lang="en")),
        ("Translate to Chinese", Wish(lang="zh")),
        ("翻译成英文", Wish(lang="en")),
        ("shorter and in English", Wish(longer=-1, lang="en")),
        ("mention that we are closed on Sunday", Wish(more=True)),
        ("短一点，并且提到周日休息", Wish(longer=-1, more=True)),
        ("", Wish()),
    ],
)
def test_what_a_change_asks_for(change: str, wish: Wish) -> None:
    assert wish_of(change) == wish


def test_changes_add_up_and_the_last_one_tells_what_is_open() -> None:
    style, more = style_of(CopyParams(tone="formal"), "zh", ["mention Sunday", "shorter", "friendlier"])
    assert (style, more) == (Style(Tone.FRIENDLY, "zh", 1), False)
    style, more = style_of(CopyParams(length=Length.SHORT), "en", ["shorter", "shorter", "mention Sunday"])
    assert (style, more) == (Style(Tone.FRIENDLY, "en", 0), True)


def test_the_language_asked_for_counts_before_the_customers() -> None:
    assert style_of(CopyParams(lang="zh-Hans"), "en")[0].lang == "zh"
    assert style_of(CopyParams(tone="brief"), "en")[0] == Style(Tone.BRIEF, "en", 1)
    assert style_of(CopyParams(), "en", ["写得简短。"])[0] == Style(Tone.BRIEF, "en", 1)
