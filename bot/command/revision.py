"""Changes to a result in plain words: "make v1 shorter", "v2 #3 blue", "把v1改短一点", "again"."""

from __future__ import annotations

import re

from bot.errors import CommandError
from bot.wishes import Revise
from engine.domain.request import MAX_PROMPT_CHARS, RevisionMode

_VERSION = re.compile(
    r"(?<![A-Za-z0-9])(?<!\ba )(?<!\ban )(?<!\bthe )"
    r"(?:v|^V|(?<=[\u3400-\u9fff])V|(?<=make )V|(?<=use )V|(?<=of )V|[Vv]ersion )(?P<a>[1-9]\d{0,2})"
    r"(?:(?:\.|\s*[#＃])(?P<b>[1-9]\d?))?(?![A-Za-z0-9]|\.\d)"
    r"|第\s*(?P<c>[1-9]\d{0,2})\s*版(?:\s*[#＃](?P<d>[1-9]\d?))?"
)
_VARIANT = re.compile(r"[#＃](?P<b>[1-9]\d?)(?!\w)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_EDGE = " \n,，:：;；.。…!！?？~、"
_AGAIN = frozenset({
    "again", "once more", "one more", "another", "another one", "new one", "retry", "redo", "try again", "do again",
    "do over", "再来", "再来一次", "再来一个", "再来一张", "再来一遍", "重来", "重新来", "重新生成", "再试一次", "重做",
    "换一个", "换一张", "再写一个", "再写一次", "再画一张", "再画一次",
})  # fmt: skip
_VARY = frozenset({
    "vary", "variation", "variations", "variant", "a variation", "a variant", "make a variation",
    "变一下", "变化", "变化一下", "变体", "换个样", "来点变化", "微调",
})  # fmt: skip
_FILLER = re.compile(r"\b(?:please|pls|it|this|that)\b|[请把将它这吧]|一下(?=.)", re.IGNORECASE)


def read_revision(text: str) -> Revise:
    """What clean text wants changed. Raises CommandError "missing_instruction" and "brief_too_long"."""
    if len(text) > MAX_PROMPT_CHARS:
        raise CommandError("brief_too_long", most=MAX_PROMPT_CHARS, count=len(text))
    found = _VERSION.search(text) or _VARIANT.match(text)
    if found is None:
        return _revise(text, 0, None)
    groups = found.groupdict()
    version = int(groups.get("a") or groups.get("c") or 0)
    number = groups.get("b") or groups.get("d")
    variant = int(number) - 1 if number else None
    return _revise(_without(text, found), version, variant)


def _revise(instruction: str, version: int, variant: int | None) -> Revise:
    if not instruction:
        raise CommandError("missing_instruction", version=f"v{version or 1}")
    mode = _mode(instruction)
    return Revise("" if mode is not RevisionMode.EDIT else instruction, version, variant, mode)


def _without(text: str, found: re.Match[str]) -> str:
    """The instruction with "it" in the version's place, or nothing where it only said which one."""
    before, after = text[: found.start()], text[found.end() :]
    if not before.strip(_EDGE):
        return after.lstrip(_EDGE)
    if not after.strip(_EDGE):
        return f"{before}{_pronoun(before)}{after}".strip()
    return f"{before}{_pronoun(before + after)}{after}".strip()


def _pronoun(text: str) -> str:
    return "它" if _HAN.search(text) else "it"


def _mode(instruction: str) -> RevisionMode:
    words = instruction.lower().strip(_EDGE)
    bare = " ".join(_FILLER.sub(" ", words).split()).strip(_EDGE)
    if words in _AGAIN or bare in _AGAIN:
        return RevisionMode.AGAIN
    if words in _VARY or bare in _VARY:
        return RevisionMode.VARY
    return RevisionMode.EDIT
