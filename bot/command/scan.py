"""Tells flags from the words around them, however keyboards and Slack have bent their dashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from bot.command import quotes
from bot.errors import CommandError

_BEFORE = r"(?<![0-9A-Za-z_\u00c0-\u02af\u0370-\u1fff/=＝<\-－﹣‐‑−—–―])"
"""Not within a word: state--of--the--art has no flags, 一只猫--n has one."""
_NAME = r"[A-Za-zＡ-Ｚａ-ｚ][0-9A-Za-zＡ-Ｚａ-ｚ０-９_-]*"
_MARK = re.compile(
    rf"""{_BEFORE}(?:
        (?P<flag>(?P<hard>[-－﹣‐‑−]{{2,3}})(?P<name>{_NAME}))
        | (?P<soft_flag>[—–―]{{1,2}}(?P<soft_name>{_NAME})(?=$|[\s=＝:：]|[^\x00-\u2e7f]))
        | (?P<end>(?<!\S)(?:--|－－)(?!\S))
        | (?P<quote>["“”„‟＂「『«])
    )""",
    re.VERBOSE,
)
PAIR = "field"
"""The flag whose value is `key=value`: there the value may be in quotation marks, and not the whole."""
_KEY = re.compile(r"[^\s=＝]{1,40}[=＝]")
_SEPARATOR = re.compile(r"\s*[=＝]\s*|[:：]\s*|\s+|")
_FREE = re.compile(r"\S+")
_BARE = re.compile(r"[^\s，。；！？、]+")


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag as written: text[start:end] with `value`, which is None if there is none."""

    name: str
    value: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A text taken apart."""

    text: str
    brief: str
    flags: tuple[Flag, ...]

    def with_flag(self, flag: Flag, instead: str) -> str:
        """The text with another thing in the flag's place."""
        return _join([self.text[: flag.start], instead, self.text[flag.end :]])


def scan(text: str, known: Collection[str], wordy: Collection[str] = ()) -> Scan:
    """Take `text` apart. Raises CommandError "unclosed_quote".

    `known` are the names of flags: typing two hyphens makes some keyboards write one long dash, which is a flag only
    before such a name, or nearly such a name. `wordy` are those whose values may hold Chinese punctuation.
    """
    pieces: list[str] = []
    flags: list[Flag] = []
    at = kept = 0
    while mark := _MARK.search(text, at):
        if mark["end"]:
            return Scan(text, _join([*pieces, text[kept : mark.start()], text[mark.end() :]]), tuple(flags))
        if mark["quote"]:
            closing = quotes.closing(text, mark.start())
            at = mark.end() if closing is None else closing + 1
        elif mark["soft_flag"] and not _nearly(_plain(mark["soft_name"]), known):
            at = mark.end()
        else:
            flag = _flag(text, mark, wordy)
            flags.append(flag)
            pieces.append(text[kept : flag.start])
            at = kept = flag.end
    return Scan(text, _join([*pieces, text[kept:]]), tuple(flags))


def nearest(name: str, known: Collection[str], alike: float = 0.6) -> str:
    """The name that was probably meant, or ""; `alike` is how much of it must be right, from 0 to 1."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=alike)), "")


def _nearly(name: str, known: Collection[str]) -> bool:
    return name in known or (len(name) > 2 and bool(get_close_matches(name, known, n=1, cutoff=0.75)))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).lower().replace("_", "-")


def _flag(text: str, mark: re.Match[str], wordy: Collection[str]) -> Flag:
    name = _plain(mark["name"] or mark["soft_name"])
    separator = _SEPARATOR.match(text, mark.end())
    at = separator.end() if separator else mark.end()
    pair = _KEY.match(text, at) if name == PAIR else None
    if pair and quotes.opens(text, pair.end()):
        return _quoted_pair(text, mark, pair)
    if quotes.opens(text, at):
        closing = quotes.closing(text, at)
        if closing is None:
            raise CommandError("unclosed_quote", _closed(text, at), flag=f"--{name}")
        return Flag(name, text[at + 1 : closing].strip(), mark.start(), closing + 1)
    value = None if _starts_flag(text, at) else (_FREE if name in wordy else _BARE).match(text, at)
    if value is None:
        return Flag(name, None, mark.start(), mark.end())
    return Flag(name, value[0], mark.start(), value.end())


def _quoted_pair(text: str, mark: re.Match[str], pair: re.Match[str]) -> Flag:
    closing = quotes.closing(text, pair.end())
    if closing is None:
        raise CommandError("unclosed_quote", _closed(text, pair.end()), flag=f"--{PAIR}")
    return Flag(PAIR, pair[0] + text[pair.end() + 1 : closing].strip(), mark.start(), closing + 1)


def _starts_flag(text: str, at: int) -> bool:
    mark = _MARK.match(text, at)
    return mark is not None and not mark["quote"]


def _closed(text: str, at: int) -> str:
    """The quotation that begins at `at`, closed after its first word."""
    rest = text[at + 1 :].split(maxsplit=1)
    word, *more = rest or [""]
    return " ".join([text[:at] + quotes.quoted(word.strip("\"'“”‘’") or "..."), *more])


def _join(pieces: list[str]) -> str:
    """Pieces as one text, without a hole where something was taken out."""
    joined = ""
    for piece in pieces:
        right = piece.lstrip(" ") if joined else piece
        left = joined.rstrip(" ")
        tight = not left or not right or left.endswith("\n") or right[0] in "\n，。；！？、,.;!?"
        joined = left + ("" if tight else " ") + right
    return joined.strip()
