"""What a text is not that its recipe asks for: one shortfall for each check that it does not pass.

Pure: each check is a function of a text and of what is asked of it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.domain.recipe import Format, Recipe, Section, Shape, Span, is_chinese
from engine.domain.result import Shortfall
from engine.recipes import measures

PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BULLET = re.compile(r"^\s*(?:[-*•·▪–]|\d{1,3}[.)、．]|[（(]\d{1,3}[)）])\s*\S")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*\|[\s:|-]+\|\s*$")
_SUBJECT = re.compile(
    r"\A\s*(?:\*\*)?(?:subject|betreff|主题|标题|邮件主题)(?:\*\*)?\s*[:：](?:\*\*)?\s*(\S.*)", re.IGNORECASE
)
_FENCE = re.compile(r"\A\s*```\w*\n(.*)\n```\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Judged:
    """A text, and what is asked of it."""

    text: str
    shape: Shape
    values: Mapping[str, str]
    lang: str


Check = Callable[[Judged], Iterator[Shortfall]]


def shortfalls(recipe: Recipe, values: Mapping[str, str], text: str, lang: str) -> tuple[Shortfall, ...]:
    """All that `text` is not, in the order of `CHECKS`; `lang` is the language that it was asked for in."""
    judged = Judged(text, recipe.shape_for(values), values, lang)
    found = [shortfall for check in CHECKS for shortfall in check(judged)]
    if recipe.disclaimer and not mentions(text, recipe.disclaimer.of(lang)):
        found.append(Shortfall("no_disclaimer", {"what": recipe.disclaimer.of(lang)}))
    return tuple(found)


def mentions(text: str, phrase: str) -> bool:
    """Whether `phrase` stands in `text`, in any case; as whole words where its ends are Latin letters or digits."""
    return bool(_plain(phrase) == "" or re.search(as_pattern(_plain(phrase)), _plain(text), re.ASCII))


def spelt(text: str, phrase: str) -> bool:
    """The same, where capitals count."""
    return re.search(as_pattern(phrase), text, re.ASCII) is not None


def as_pattern(phrase: str) -> str:
    """A regular expression for a phrase that is not empty; with re.ASCII, Chinese beside it is no part of its words."""
    before = r"(?<!\w)" if _is_latin(phrase[0]) else ""
    after = r"(?!\w)" if _is_latin(phrase[-1]) else ""
    return f"{before}{re.escape(phrase)}{after}"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def _length(judged: Judged) -> Iterator[Shortfall]:
    if is_chinese(judged.lang):
        yield from _within(judged.shape.han_characters, measures.han_characters(judged.text), "han_characters")
    else:
        yield from _within(judged.shape.words, measures.words(judged.text), "words")
    yield from _within(judged.shape.characters, len(judged.text), "characters")
    yield from _within(judged.shape.x_characters, measures.x_characters(judged.text), "x_characters")


def _within(span: Span, count: int, unit: str) -> Iterator[Shortfall]:
    if span.most is not None and count > span.most:
        yield Shortfall(f"too_many_{unit}", {"count": count, "most": span.most})
    if span.least is not None and count < span.least:
        yield Shortfall(f"too_few_{unit}", {"count": count, "least": span.least})


def _hashtags(judged: Judged) -> Iterator[Shortfall]:
    yield from _within(judged.shape.hashtags, len(measures.hashtags(judged.text)), "hashtags")


def _format(judged: Judged) -> Iterator[Shortfall]:
    match judged.shape.format:
        case Format.BULLETS:
            count = items(judged.text)
            if not count:
                yield Shortfall("no_list")
            else:
                yield from _within(judged.shape.items, count, "items")
        case Format.TABLE:
            yield from _table(judged)
        case Format.EMAIL:
            yield from _email(judged)
        case Format.JSON:
            yield from _json(judged)


def items(text: str) -> int:
    """Lines that begin with a bullet or a number."""
    return sum(bool(_BULLET.match(line)) for line in text.splitlines())


def _table(judged: Judged) -> Iterator[Shortfall]:
    lines = judged.text.splitlines()
    rows = [line for line in lines if _ROW.match(line)]
    if len(rows) < 3 or not any(_RULE.match(line) for line in rows):
        yield Shortfall("no_table")
    else:
        yield from _within(judged.shape.items, sum(not _RULE.match(line) for line in rows) - 1, "rows")


def _email(judged: Judged) -> Iterator[Shortfall]:
    subject = _SUBJECT.match(judged.text)
    if subject is None:
        yield Shortfall("no_subject")
    elif not judged.text[subject.end() :].strip():
        yield Shortfall("no_body")


def _json(judged: Judged) -> Iterator[Shortfall]:
    fenced = _FENCE.match(judged.text)
    try:
        read = json.loads(fenced[1] if fenced else judged.text)
    except (ValueError, RecursionError):
        yield Shortfall("no_json")
        return
    if not isinstance(read, dict):
        yield Shortfall("no_json")
        return
    for key in judged.shape.keys:
        if key not in read:
            yield Shortfall("no_key", {"what": key})


def _sections(judged: Judged) -> Iterator[Shortfall]:
    contents = split_sections(judged.text, judged.shape.sections)
    for section in judged.shape.sections:
        label = section.label.of(judged.lang)
        content = contents.get(section.label.en)
        if content is None:
            yield Shortfall("no_section", {"what": label})
            continue
        for found in _within(section.characters, len(content), "characters"):
            yield Shortfall(f"section_{found.code}", {"what": label, **found.params})
        for found in _within(section.items, items(content), "items"):
            yield Shortfall(f"section_{found.code}", {"what": label, **found.params})


def split_sections(text: str, sections: tuple[Section, ...]) -> dict[str, str]:
    """What stands under each section's label, by its English label; without those that are not there or are empty."""
    contents: dict[str, list[str]] = {}
    into: list[str] | None = None
    for line in text.splitlines():
        section, rest = _begun(line, sections)
        if section is not None:
            into = contents.setdefault(section.label.en, [])
            into.append(rest)
        elif into is not None:
            into.append(line)
    joined = {label: "\n".join(lines).strip() for label, lines in contents.items()}
    return {label: content for label, content in joined.items() if content}


def _begun(line: str, sections: tuple[Section, ...]) -> tuple[Section | None, str]:
    """The section whose label begins the line, and what follows it there."""
    bare = re.sub(r"^[\s#>*_\d.)、（(【\[]*", "", line)
    for section in sections:
        for label in section.label.both:
            if not bare.casefold().startswith(label.casefold()):
                continue
            rest = bare[len(label) :].lstrip("*_ 】])）")
            if rest[:1] in (":", "："):
                return section, rest[1:].strip("*_ ")
            if not rest:
                return section, ""
    return None, ""


def must_mention(shape: Shape, values: Mapping[str, str]) -> Iterator[str]:
    """The phrases, filled in; without those of optional fields that were left empty."""
    for wanted in shape.must_mention:
        if all(values.get(name) for name in PLACEHOLDER.findall(wanted)):
            yield PLACEHOLDER.sub(lambda found: values[found[1]], wanted)


def _mentioned(judged: Judged) -> Iterator[Shortfall]:
    for phrase in must_mention(judged.shape, judged.values):
        if not mentions(judged.text, phrase):
            yield Shortfall("not_mentioned", {"what": phrase})


def _claimed(judged: Judged) -> Iterator[Shortfall]:
    for phrase in judged.shape.must_not_claim:
        if mentions(judged.text, phrase):
            yield Shortfall("claimed", {"what": phrase})


def _readable(judged: Judged) -> Iterator[Shortfall]:
    least, most = judged.shape.flesch_least, judged.shape.sentence_most
    if most is not None and is_chinese(judged.lang):
        length = measures.sentence_length(judged.text)
        if length > most:
            yield Shortfall("long_sentences", {"count": round(length), "most": round(most)})
    elif least is not None and judged.lang.split("-")[0] == "en":
        score = measures.flesch(judged.text)
        if score < least:
            yield Shortfall("hard_to_read", {"count": round(score), "least": round(least)})


def _spoken(judged: Judged) -> Iterator[Shortfall]:
    """Asked for in English or Chinese, and written in the other."""
    written, wanted = measures.language(judged.text), judged.lang.split("-")[0]
    if written and wanted in ("en", "zh") and judged.shape.format is not Format.JSON and written != wanted:
        yield Shortfall("other_language")


CHECKS: tuple[Check, ...] = (_spoken, _format, _sections, _length, _hashtags, _mentioned, _claimed, _readable)
