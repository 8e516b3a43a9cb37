"""What a model is told for a recipe and for a voice: pure, from data to turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.domain.context import Context, Source, instruction, marked, neutral
from engine.domain.filling import shown
from engine.domain.prompt import LANGUAGES
from engine.domain.recipe import Format, Recipe, Words, is_chinese
from engine.domain.request import CopyParams, Length
from engine.domain.task import Turn
from engine.domain.voice import Voice
from engine.recipes.checks import must_mention
from engine.recipes.demands import Demands
from engine.recipes.reasons import described

_ONLY_THE_TEXT = Words(
    "Answer with the finished text only: no preamble, no explanation, no placeholders.",
    "只输出成稿，不要开场白、解释和占位符。",
)
_LIKE_IT = Words(
    "Write a text of the same kind as the example: in its form, its tone and about its length, "
    "with the contents of the new request.",
    "写一篇与样例同类的文字：形式、语气、篇幅相仿，内容按新的要求。",
)
"""In place of instructions that somebody saved."""
_RATHER = {
    Length.SHORT: Words("Rather at the lower end of the length.", "篇幅取下限。"),
    Length.LONG: Words("Rather at the upper end of the length.", "篇幅取上限。"),
}
_LONGEST_SAMPLE = 1_200
"""Characters of a sample of a voice that are shown: the tone is heard by then."""


def recipe_system(recipe: Recipe, demands: Demands, params: CopyParams, boundary: str) -> Turn:
    """The instructions of a recipe; `boundary` where what others wrote is marked with it, else ""."""
    lang = demands.lang
    parts = [
        (_LIKE_IT if recipe.quoted else recipe.instructions).of(lang),
        *described(recipe.shape_for(demands.values), lang),
    ]
    if params.length in _RATHER:
        parts.append(_RATHER[params.length].of(lang))
    if params.tone:
        parts.append(f"语气：{neutral(params.tone)}。" if is_chinese(lang) else f"Tone: {neutral(params.tone)}.")
    parts += [*_written_in(lang), _ONLY_THE_TEXT.of(lang), *voice_told(demands.voice, lang)]
    if boundary:
        parts.append(instruction(boundary))
    return Turn("system", " ".join(parts))


def _written_in(lang: str) -> Iterator[str]:
    if is_chinese(lang):
        yield "用中文写。"
    elif not lang.startswith("en"):
        yield f"Write in {LANGUAGES.get(lang, neutral(lang))}."


def voice_told(voice: Voice, lang: str) -> Iterator[str]:
    """How to write for this team, sentence by sentence; its disclaimers are put under the text without a model."""
    chinese = is_chinese(lang)
    yield from (about.of(lang) for about in voice.about)
    for term in voice.glossary:
        right, wrong = term.right.of(lang), ", ".join(term.wrong)
        if chinese:
            yield f"写“{right}”" + (f"，不写“{wrong}”。" if wrong else "。")
        else:
            yield f'Write "{right}"' + (f", not {wrong}." if wrong else ".")
    if voice.forbidden:
        told = "、".join(voice.forbidden) if chinese else "; ".join(voice.forbidden)
        yield f"不能写：{told}。" if chinese else f"Never write: {told}."


def sample_turns(voice: Voice, lang: str) -> tuple[Turn, ...]:
    """A text as the team writes it, in the language that is asked for, as if it had been asked for before.

    Not a part of the instructions: what comes out may sound like it, and whatever repeats instructions is a leak.
    """
    primary = lang.split("-", maxsplit=1)[0]
    sample = next((sample.text for sample in voice.samples if sample.lang.split("-")[0] == primary), "")
    if not sample:
        return ()
    asked = "按我们的语气写一段。" if is_chinese(lang) else "Write something in our voice."
    return (Turn("user", asked), Turn("assistant", sample[:_LONGEST_SAMPLE]))


def example_told(recipe: Recipe, lang: str, boundary: str, most_bytes: int) -> str:
    """A saved recipe's instructions and its example, marked as data; without the example where that is too long."""
    asked = recipe.instructions.of(lang)
    whole = "\n\n".join((asked, *(example.text for example in recipe.examples)))
    text = whole if len(whole.encode()) <= most_bytes else asked
    return marked(Context(Source.RECIPE, text), boundary)


def example_turns(recipe: Recipe, lang: str) -> tuple[Turn, ...]:
    """The worked examples in the language of the text, as if they had been asked for; in English for want of any."""
    own = [example for example in recipe.examples if example.lang.split("-")[0] == lang.split("-", maxsplit=1)[0]]
    chosen = own or [example for example in recipe.examples if example.lang == "en"]
    turns: list[Turn] = []
    for example in chosen:
        asked = fields_told(recipe, dict(example.fields), example.brief, example.lang, "")
        turns += [Turn("user", asked), Turn("assistant", example.text)]
    return tuple(turns)


def fields_told(recipe: Recipe, values: Mapping[str, str], brief: str, lang: str, boundary: str) -> str:
    """The fields by their labels, a line each, then the brief; what others wrote is marked with `boundary`, if any."""
    colon = "：" if is_chinese(lang) else ": "
    lines = []
    for each, value in shown(recipe, values, lang):
        quoted = each.quoted and boundary
        told = f"\n{marked(Context(Source.PASTED, value), boundary)}" if quoted else neutral(value)
        lines.append(f"{each.label.of(lang)}{colon}{told}")
    return "\n".join([*lines, *([neutral(brief)] if brief.strip() else [])])


def fixed(demands: Demands) -> Iterator[str]:
    """What a text by a recipe says as the worked example says it: labels, and what it must mention."""
    if demands.recipe is None:
        return
    shape = demands.recipe.shape_for(demands.values)
    yield from (label for section in shape.sections for label in section.label.both)
    yield from must_mention(shape, demands.values)
    if shape.format is Format.EMAIL:
        yield from ("Subject", "主题")


def quotes(recipe: Recipe, values: Mapping[str, str]) -> bool:
    """Whether a field is filled with what somebody else wrote."""
    return any(each.quoted and values.get(each.name) for each in recipe.fields)
