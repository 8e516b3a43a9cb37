"""Checks that each sentence of a draft that states something is supported, and takes out those that are not.

Supported is a sentence
1. whose figures (figures.py) all stand in the thread or in a passage, and
2. whose words (words.py) are to SUPPORT covered by a few neighbouring sentences of a passage that it cites, with those
   of the thread, or by the thread alone; saying no where they say yes, or yes where they say no, it is not.
A passage in another language shares no words: there the meaning of both is compared, by whatever `similar` is given,
and without it a cited sentence stands by its figures. A sentence without a mark has the next one of its paragraph, or
that of the passage that supports it, which is then added. Greetings, thanks, apologies and questions state nothing, as
long as they promise nothing; figures of theirs are checked all the same, and whom they greet stands in the thread.

What this cannot see: a claim made of the right words in the wrong order. It is a net, not a proof; an agent reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.domain.citing import MARK
from engine.domain.knowledge import Passage
from engine.replies.figures import figures
from engine.replies.language import language_of
from engine.replies.polite import greeted, states_nothing
from engine.replies.sentences import Piece, joined, pieces
from engine.replies.words import covered, words

SUPPORT = 0.6
"""Share of a sentence's words that must be covered."""
SIMILAR = 0.33
"""Cosine from which on two texts in different languages say the same, as engine/adapters/e5_embedder.py sees it: of
eight sentences from the example company and their translations 0.36 and more, of eight that were made up 0.24 and less.
"""
_WINDOW = 3
"""Sentences of a source that may support one of a draft together."""
_OWN_SHARE = 1 / 3
"""Of the words of a sentence that cites a passage, so many come from the passage at least."""

_POINT = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+")

Similar = Callable[[str, Sequence[str]], float]
"""How alike in meaning a text is to the most alike of others, whatever their languages."""

_PLACEHOLDER = re.compile(
    r"[\[【<{](?:your|customer|agent|company|name|insert|order|date|您的|客户|姓名|公司|填写)[^\]】>}]*[\]】>}]",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\b(?:not|cannot|never|neither|nor|no longer|unable)\b|n['’]t\b"
    r"|不(?:能|可|会|得|支持|予|接受|提供|适用|包括|包含|在|是)|无法|没有|禁止|未能",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sources:
    """All that a draft may state."""

    thread: tuple[str, ...]
    passages: Mapping[int, str] = field(default_factory=dict)
    """By the number that the draft names them with."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence of a draft."""

    piece: Piece
    stated: bool
    """It states something, and so must be supported."""
    supported: bool
    """What is not is not kept, whether it states something or not."""
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounded:
    """A draft of which only what is supported is left."""

    text: str
    cited: tuple[int, ...]
    """Numbers of the passages that it names, in the order of their first place."""
    stated: int
    """How many sentences of the draft as it came stated something."""
    supported: int
    """How many of those stayed."""
    removed: int
    """How many sentences are gone."""

    @property
    def share(self) -> float | None:
        """Supported, of the sentences that state something: the figure of `aigc eval replies`. None if none does."""
        return self.supported / self.stated if self.stated else None


def ground(draft: str, sources: Sources, similar: Similar | None = None) -> Grounded:
    """What of a draft is supported. Passages cited by numbers that do not exist count as not cited."""
    judged = list(judge(draft, sources, similar))
    kept = [item for item in judged if item.supported]
    text = joined(_marked(kept))
    stated = [item for item in judged if item.stated]
    return Grounded(
        text=text,
        cited=tuple(dict.fromkeys(int(found[1]) for found in MARK.finditer(text))),
        stated=len(stated),
        supported=sum(item.supported for item in stated),
        removed=len(judged) - len(kept),
    )


def stated(passage: Passage) -> str:
    """What a passage states: its text under its heading, which stands before each of its points, too.

    "Gift cards" states something once it reads "What cannot be returned: gift cards".
    """
    topic = passage.heading.rpartition(" › ")[2].rstrip(":：")
    if not topic or passage.canned:  # whose heading is a question
        return passage.text
    lines = passage.text.splitlines()
    return "\n".join([f"{topic}:", *(_POINT.sub(f"{topic}: ", line) for line in lines)])


def without_invented(text: str, sources: Sequence[str]) -> tuple[str, int]:
    """A text without the sentences that have a figure which no source has, and how many those are.

    For summaries, whose words are their own and whose language may be another than the thread's.
    """
    known = frozenset[str]().union(*map(figures, sources))
    found = pieces(text)
    kept = [piece for piece in found if figures(piece.text) <= known]
    return joined(kept), len(found) - len(kept)


def judge(draft: str, sources: Sources, similar: Similar | None = None) -> Iterator[Judged]:
    """Each sentence of a draft, in order."""
    judging = _Judging(sources, similar)
    found = pieces(draft)
    for place, piece in enumerate(found):
        yield judging.judged(piece, _cited(found, place, sources))


def _cited(found: Sequence[Piece], place: int, sources: Sources) -> tuple[int, ...]:
    """The marks of a sentence, or the next ones in its paragraph."""
    for piece in found[place:]:
        if marks := [int(mark[1]) for mark in MARK.finditer(piece.text)]:
            return tuple(mark for mark in dict.fromkeys(marks) if mark in sources.passages)
        if "\n" in piece.after:
            break
    return ()


@dataclass(slots=True)
class _Judging:
    sources: Sources
    similar: Similar | None
    _figures: frozenset[str] = field(init=False)
    _thread: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        texts = (*self.sources.thread, *self.sources.passages.values())
        self._figures = frozenset[str]().union(*map(figures, texts))
        self._thread = frozenset[str]().union(*map(words, self.sources.thread))

    def judged(self, piece: Piece, cited: tuple[int, ...]) -> Judged:
        text = MARK.sub("", piece.text)
        holds = figures(text) <= self._figures and not _PLACEHOLDER.search(text) and self._knows(greeted(text))
        if states_nothing(text):
            return Judged(piece, False, holds)
        if not holds:
            return Judged(piece, True, False)
        by = [number for number in cited if self._says(self.sources.passages[number], text, cited=True)]
        by = by if cited else self._found(text)
        return Judged(piece, True, bool(by) or self._in_thread(text), tuple(by))

    def _knows(self, names: Sequence[str]) -> bool:
        thread = "\n".join(self.sources.thread).casefold()
        return all(name.casefold() in thread for name in names)

    def _found(self, text: str) -> list[int]:
        """The first passage in its language that supports a sentence without a mark."""
        return [n for n, passage in self.sources.passages.items() if self._says(passage, text, cited=False)][:1]

    def _says(self, passage: str, text: str, *, cited: bool) -> bool:
        if _of_one_language(passage, text):
            return any(self._covers(window, text) for window in _windows(passage))
        if self.similar is None:
            return cited
        return self.similar(text, list(_windows(passage))) >= SIMILAR

    def _covers(self, window: str, text: str) -> bool:
        wanted, given = words(text), words(window)
        own = len(wanted & given) >= _OWN_SHARE * len(wanted)
        return own and covered(wanted, given | self._thread) >= SUPPORT and _agree(window, text)

    def _in_thread(self, text: str) -> bool:
        return any(
            covered(words(text), words(window)) >= SUPPORT and _agree(window, text)
            for message in self.sources.thread
            for window in _windows(message)
        )


def _windows(text: str) -> Iterator[str]:
    """All that stands in a few sentences in a row."""
    found = pieces(text)
    for start in range(max(1, len(found) - _WINDOW + 1)):
        yield joined(found[start : start + _WINDOW])


def _agree(source: str, text: str) -> bool:
    """Whether a sentence says no only where one of its source does, and yes only where one does not.

    The sentence of the source that shares most words with it counts.
    """
    wanted = words(text)
    nearest = max(pieces(source), key=lambda piece: len(words(piece.text) & wanted), default=Piece(source))
    return bool(_NO.search(nearest.text)) == bool(_NO.search(text))


def _of_one_language(one: str, other: str) -> bool:
    return (language_of(one) or language_of(other)) == (language_of(other) or language_of(one))


def _marked(kept: Sequence[Judged]) -> list[Piece]:
    """With the marks of the passages that support each, once where neighbours in a paragraph have the same."""
    shown = []
    for item, after in zip(kept, [*kept[1:], *([None] if kept else [])], strict=True):
        repeated = after is not None and after.cited == item.cited and "\n" not in item.piece.after
        bare = MARK.sub("", item.piece.text)
        shown.append(replace(item.piece, text=bare if repeated else marked(bare, item.cited)))
    return shown


def marked(sentence: str, numbers: Sequence[int]) -> str:
    """A sentence with the numbers of its sources behind it."""
    space = "" if sentence[-1:] in "。！？" else " "
    return sentence + "".join(f"{space}[{number}]" for number in numbers)
