"""Finds other names of things where documents say so in so many words. No model guesses here: a person can check it.

Rules: "X (also known as Y)", "X, also called Y", "X, our blue bottle", "X（又称 Y）"; a table's column of names beside
one of other names; and, where a table's things each have a colour of their own, "the blue one".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from engine.domain.knowledge import Alias
from engine.knowledge.reading.blocks import Block, Content, Is

MAX_NAME_CHARS = 60
MAX_ALIASES = 200
"""Of one document: more are a list of words, not of names."""

_START = r"(?<![\w&+\-])(?<!\w['’])"
"""Of a run of letters and what joins them: a name is looked for once in each, however long it is."""
_NAME = rf"{_START}(?:The |Our |A |An )?(?P<name>[A-Z0-9][\w'’&+\-]{{0,40}}(?: [A-Z0-9][\w'’&+\-]{{0,40}}){{0,4}}),?"
_OTHER = r"(?:the )?[\"“'‘]?(?P<alias>\w[\w '’&+\-]{1,40}?)[\"”'’]?"
_ALSO = r"(?:also known as|also called|also sold as|known as|formerly|nicknamed|a\.?k\.?a\.?|short:)"
_OURS = re.compile(
    rf"{_NAME}(?: is| [–—-])? (?:our|the) (?P<alias>(?P<kind>[a-z\-]{{1,40}})(?: [a-z\-]{{1,40}}){{1,3}})(?=[,.;:)]|$)"
)
_ENGLISH = (
    re.compile(rf"{_NAME} \({_ALSO} {_OTHER}(?: or [^)]{{0,200}})?\)"),
    re.compile(rf"{_NAME} (?:is )?(?!known|short|formerly){_ALSO} {_OTHER}(?=[,.;:)]|$| and | is )"),
)
_HAN_NAME = r"(?:^|[，。；：、\s“「])(?P<name>[A-Za-z0-9一-鿿·\- ]{2,16}?)[”」]?"
_HAN_ALSO = "(?:也叫|又叫|又称|也称|俗称|简称|别名|别称|又名|昵称)"
_CHINESE = (
    re.compile(
        rf"{_HAN_NAME}[（(，]{_HAN_ALSO}[“「:：]?(?P<alias>[A-Za-z0-9一-鿿·\- ]{{2,16}}?)[”」]?(?=[）)，。；、]|$)"
    ),
    re.compile(rf"{_HAN_NAME}(?:，|是)我们的(?P<alias>[一-鿿]{{2,10}}?)(?=[，。；、）]|$)"),
)
_COLOURS = {
    "black", "white", "grey", "gray", "silver", "gold", "red", "orange", "yellow", "green", "blue", "purple", "violet",
    "pink", "brown", "beige", "turquoise",
}  # fmt: skip
_HAN_COLOURS = "黑白灰银金红橙黄绿蓝紫粉棕青"
_HAN_COLOUR = re.compile(rf"([{_HAN_COLOURS}])色?")
_NAMES = {"name", "product", "model", "item", "产品", "名称", "型号", "商品", "产品名称", "款式", "车型"}
_OTHERS = {
    "alias",
    "aliases",
    "also called",
    "also known as",
    "nickname",
    "other names",
    "别名",
    "别称",
    "俗称",
    "昵称",
    "又名",
}
_COLOUR = {"colour", "color", "颜色", "色"}
_CELL = re.compile(r"(?:^|; )([^:;]{1,40}): ([^;]*)")


def aliases_of(content: Content, scope: str, document: str) -> list[Alias]:
    """What a document says of other names, without repeats."""
    found = dict.fromkeys(
        (alias.strip(), name.strip()) for alias, name in (*_told(content), *_tabled(content)) if _sound(alias, name)
    )
    return [Alias(alias, name, scope, document) for alias, name in found][:MAX_ALIASES]


def _told(content: Content) -> Iterator[tuple[str, str]]:
    """Alias and name, from sentences."""
    for block in content.blocks:
        for pattern in (*_ENGLISH, *_CHINESE):
            yield from ((match["alias"], match["name"]) for match in pattern.finditer(block.text))
        for match in _OURS.finditer(block.text):
            yield match["alias"], match["name"]
            if match["kind"] in _COLOURS:
                yield f"{match['kind']} one", match["name"]


def _tabled(content: Content) -> Iterator[tuple[str, str]]:
    """Alias and name, from the rows of tables."""
    rows = [_cells(block) for block in content.blocks if block.kind is Is.ROW]
    named = [(_of(row, _NAMES), row) for row in rows]
    for name, row in named:
        if name:
            yield from ((each, name) for each in re.split(r"[,，、/;；]\s*", _of(row, _OTHERS)) if each)
    coloured = [(colour, name) for name, row in named if name for colour in _ways_to_say(_of(row, _COLOUR))]
    times = Counter(colour for colour, _ in coloured)
    yield from ((colour, name) for colour, name in coloured if times[colour] == 1)


def _ways_to_say(colour: str) -> list[str]:
    if colour.casefold() in _COLOURS:
        return [f"{colour.casefold()} one"]
    if found := _HAN_COLOUR.fullmatch(colour):
        return [f"{found[1]}色那款", f"{found[1]}色的", f"{found[1]}的那"]
    return []


def _cells(block: Block) -> dict[str, str]:
    return {name.strip().casefold(): value.strip() for name, value in _CELL.findall(block.text)}


def _of(row: dict[str, str], names: set[str]) -> str:
    return next((value for name, value in row.items() if name in names), "")


def _sound(alias: str, name: str) -> bool:
    """Neither empty, nor the same, nor a sentence."""
    both = (alias.strip(), name.strip())
    return all(1 < len(each) <= MAX_NAME_CHARS for each in both) and both[0].casefold() != both[1].casefold()
