"""What is understood after the slash command."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings

from bot.command import parse
from bot.errors import CommandError
from bot.wishes import Cancel, Draft, Generate, Help, OpenForm, Status, Usage, Wish
from engine.domain.request import CopyParams, DrawParams, Kind, Length, Request
from engine.domain.work import Purpose
from tests.unit.bot.command.texts import CATALOG, commands


def copy(brief: str, **fields: Any) -> Generate:
    return Generate(Request(Kind.COPY, brief, CopyParams(**{"seed": 7, **fields})))


def draw(brief: str, **fields: Any) -> Generate:
    return Generate(Request(Kind.DRAW, brief, DrawParams(**{"seed": 7, **fields})))


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", OpenForm()),
        (" \n\u200b\u200d ", OpenForm()),
        ("help", Help()),
        ("HELP draw", Help("draw")),
        ("帮助 画图", Help("draw")),
        ("?", Help()),
        ("？", Help()),
        ("status", Status()),
        ("进度", Status()),
        ("usage", Usage()),
        ("用量", Usage()),
        ("help usage", Help("usage")),
        ("cancel", Cancel()),
        ("取消", Cancel()),
        ("cancel 0123456789ABCDEF", Cancel("0123456789abcdef")),
        ("copy a post", copy("a post")),
        ("Copy a post", copy("a post")),
        ("ｃｏｐｙ a post", copy("a post")),
        ("文案 一款水杯", copy("一款水杯")),
        ("draw a cat", draw("a cat")),
        ("image a cat", draw("a cat")),
        ("write a post", copy("a post")),
        ("please paint me a cat", draw("a cat")),
        ("画一只猫", draw("一只猫")),
        ("写一首诗", copy("一首诗")),
        ("copy a post\nfor a bottle\n\nof steel", copy("a post\nfor a bottle\n\nof steel")),
        ("copy\na post", copy("a post")),
    ],
)
def test_words(text: str, wish: Wish) -> None:
    assert parse(text, CATALOG, 7) == wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("copy x --tone dry --lang de --length short --n 3 --model gpt2 --seed 5 --temperature 0.7",
         copy("x", tone="dry", lang="de", length=Length.SHORT, n=3, model="gpt2", seed=5, temperature=0.7)),
        ("draw x --size 512x256 --n 2 --seed 5 --steps 20 --guidance 7.5 --negative dogs --style ink --model tiny",
         draw("x", width_px=512, height_px=256, n=2, seed=5, steps=20, guidance=7.5, negative="dogs", style="ink",
              model="tiny")),
        ("copy --n 2 a post --tone dry for a bottle", copy("a post for a bottle", n=2, tone="dry")),
        ("copy x --n=2", copy("x", n=2)),
        ("copy x --n = 2", copy("x", n=2)),
        ("copy x --n＝２", copy("x", n=2)),
        ("copy x --n：2", copy("x", n=2)),
        ("copy x --N 2", copy("x", n=2)),
        ("copy x --n 2 --n 3", copy("x", n=3)),
        ("copy x —n 2", copy("x", n=2)),
        ("copy x ——n 2", copy("x", n=2)),
        ("copy x –n 2", copy("x", n=2)),
        ("copy x －－n 2", copy("x", n=2)),
        ("copy x ‐‐n 2", copy("x", n=2)),
        ("copy 一只猫--n 2", copy("一只猫", n=2)),
        ("copy 一只猫——n 2", copy("一只猫", n=2)),
        ("copy x\n--n 2\n--tone dry", copy("x", n=2, tone="dry")),
        ("copy x --n\n2", copy("x", n=2)),
        ('copy x --tone "dry and witty"', copy("x", tone="dry and witty")),
        ("copy x --tone “dry and witty”", copy("x", tone="dry and witty")),
        ("copy x --tone ”dry and witty“", copy("x", tone="dry and witty")),
        ("copy x --tone 'dry and witty'", copy("x", tone="dry and witty")),
        ("copy x --tone ‘it’s dry’", copy("x", tone="it’s dry")),
        ("copy x --tone 「又冷又幽默」", copy("x", tone="又冷又幽默")),
        ("copy x --tone «sec et drôle»", copy("x", tone="sec et drôle")),
        ('copy x --tone="dry  and\nwitty"', copy("x", tone="dry and witty")),
        ("copy 水杯 --tone 亲切，自然 --n 2", copy("水杯", tone="亲切，自然", n=2)),
        ("copy 水杯 --n 2，不要太长", copy("水杯，不要太长", n=2)),
        ("copy x --lang 中文。", copy("x。", lang="zh")),
        ("copy x --lang zh_hant_tw", copy("x", lang="zh-Hant-TW")),
        ("copy x --lang Deutsch", copy("x", lang="de")),
        ("copy x --length 短", copy("x", length=Length.SHORT)),
        ("copy x --temperature .5", copy("x", temperature=0.5)),
        ("draw x --size 512", draw("x", width_px=512, height_px=512)),
        ("draw x --size ５１２×２５６", draw("x", width_px=512, height_px=256)),
        ("draw x --size 512x256px", draw("x", width_px=512, height_px=256)),
        ("draw x --size 横版", draw("x", width_px=768, height_px=512)),
        ('draw x --model "ACME/bike V2"', draw("x", model="acme/Bike v2")),
        ("draw a 🚲 --style 🎨🖌️", draw("a 🚲", style="🎨🖌️")),
        ("draw 👩\u200d👩\u200d👧 --n 2", draw("👩\u200d👩\u200d👧", n=2)),
        ("draw \u202eقطة\u202c --n 2", draw("قطة", n=2)),
    ],
)  # fmt: skip
def test_flags(text: str, wish: Wish) -> None:
    assert parse(text, CATALOG, 7) == wish


@pytest.mark.parametrize(
    ("brief", "meant"),
    [
        ("a — b – c - d", "a — b – c - d"),
        ("state--of--the--art", "state--of--the--art"),
        ("see example.com/--n/x", "see example.com/--n/x"),
        ("wait —what is it", "wait —what is it"),
        ("猫——狗", "猫——狗"),
        ("no flags -- --n 2", "no flags --n 2"),
        ('"--n 2"', "--n 2"),
        ('say "--n 2" twice', 'say "--n 2" twice'),
        ('"quoted brief"', "quoted brief"),
        ("“quoted brief”", "quoted brief"),
        ('"two" "quotes"', '"two" "quotes"'),
        ("it's 5 o'clock", "it's 5 o'clock"),
        ('a 5" pipe', 'a 5" pipe'),
        ("<@U1|ada> &amp; <!channel> at <https://x.example|x> &lt;3", "@ada & @channel at x <3"),
        ("<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_the_words_around_flags_stay_as_they_are(brief: str, meant: str) -> None:
    assert parse(f"copy {brief}", CATALOG, 7) == copy(meant)


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("cpoy a post", "unknown_command", "copy a post"),
        ("hello there", "unknown_command", "copy hello there"),
        ("hello --n 99", "unknown_command", "copy hello --n 8"),
        ("statsu please", "unknown_command", "status"),
        ("status now", "needs_nothing", "status"),
        ("help darw", "unknown_topic", "help draw"),
        ("help 天气", "unknown_topic", "help"),
        ("cancel that", "bad_job", "status"),
        ("copy", "missing_brief", ""),
        ('draw ""', "missing_brief", ""),
        ("draw \u200d", "missing_brief", ""),
        ('draw "\u200d"', "missing_brief", ""),
        ("draw --n 2", "missing_brief", ""),
        ("draw --n 9", "bad_integer", "draw ... --n 4"),
        ("copy x --nn 2", "unknown_flag", "copy x --n 2"),
        ("copy x --tonne dry", "unknown_flag", "copy x --tone dry"),
        ("copy x —tonne dry", "unknown_flag", "copy x --tone dry"),
        ('copy x --wizard "a b" y', "unknown_flag", 'copy x "a b" y'),
        ("copy x --size 512 y", "flag_of_other", "copy x y"),
        ("draw x --tone dry", "flag_of_other", "draw x"),
        ("copy x --n", "missing_value", "copy x --n 3"),
        ("copy x --model", "missing_value", "copy x --model smollm2"),
        ('copy x --tone ""', "missing_value", "copy x --tone friendly"),
        ("copy --n --tone dry x", "missing_value", "copy --n 3 --tone dry x"),
        ("copy x --n zero", "bad_integer", "copy x --n 1"),
        ("copy x --n 9", "bad_integer", "copy x --n 8"),
        ("copy x --n −1", "bad_integer", "copy x --n 1"),
        ("copy x --n 2.5", "bad_integer", "copy x --n 1"),
        ("copy x --seed 4294967296", "bad_integer", "copy x --seed 4294967295"),
        ("copy x --temperature 3", "bad_number", "copy x --temperature 2"),
        ("copy x --temperature nan", "bad_number", "copy x --temperature 1"),
        ("draw x --guidance 1e9", "bad_number", "draw x --guidance 15"),
        ("copy x --lang klingonish", "bad_lang", "copy x --lang en"),
        ("copy x --lang germn", "bad_lang", "copy x --lang german"),
        ("copy x --length shrt", "bad_length", "copy x --length short"),
        ("copy x --model gpt3", "unknown_model", "copy x --model gpt2"),
        ("draw x --model bike", "unknown_model", 'draw x --model "acme/Bike v2"'),
        ("draw x --size 10x99999", "bad_size", "draw x --size 64x2048"),
        ("draw x --size landscap", "bad_size", "draw x --size landscape"),
        (f"copy x --tone {'y' * 41}", "text_too_long", f"copy x --tone {'y' * 40}"),
        ('copy --tone "dry a post', "unclosed_quote", "copy --tone dry a post"),
        ("copy x --n 99 --length tall --size 3", "bad_integer", "copy x --n 8 --length medium"),
        (f"copy {'x' * 8_001}", "brief_too_long", ""),
        (f"copy {'x' * 2_000} --n 9", "bad_integer", ""),
        ("x" * 40_000, "unknown_command", ""),
    ],
)
def test_mistakes_are_named_and_mended(text: str, code: str, suggestion: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(text, CATALOG, 7)
    assert (caught.value.code, caught.value.suggestion) == (code, suggestion)


def test_without_models_none_is_suggested() -> None:
    with pytest.raises(CommandError) as caught:
        parse("copy x --model gpt2", type(CATALOG)())
    assert caught.value.suggestion == "copy x"


@pytest.mark.parametrize("kind", ["copy", "draw"])
def test_the_longest_brief_is_taken_whole(kind: str) -> None:
    wish = parse(f"{kind} {'猫' * 8_000} --n 2", CATALOG)
    assert isinstance(wish, Generate)
    assert (len(wish.request.prompt), wish.request.params.n) == (8_000, 2)


@settings(max_examples=100, deadline=None)
@given(commands)
@example("copy --n 99 --foo --size 3")
def test_whatever_is_typed_is_a_wish_or_an_error_whose_suggestion_is_one(text: str) -> None:
    try:
        parse(text, CATALOG)
    except CommandError as error:
        parse(error.suggestion, CATALOG)


@pytest.mark.parametrize(
    ("text", "note"), [("reply", ""), ("Reply offer a new one", "offer a new one"), ("回复 可以换新", "可以换新")]
)
def test_a_reply_may_have_a_note(text: str, note: str) -> None:
    assert parse(text, CATALOG) == Draft(Purpose.REPLY, note)
