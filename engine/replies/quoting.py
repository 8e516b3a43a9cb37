"""Answers without a model: the best sentences of the best passages, word for word, between a greeting and an ending.

For models that cannot write a reply, and for drafts that were not supported. Which sentences: a few in a row that share
most rare words with the question, as in extractive question answering; the passage's beginning where they share none,
as between two languages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.domain.knowledge import Citation, Hit, Passage
from engine.domain.work import Said
from engine.replies.grounding import marked
from engine.replies.language import language_of
from engine.replies.phrases import Phrases, phrases
from engine.replies.polite import states_nothing
from engine.replies.sentences import pieces
from engine.replies.style import Style
from engine.replies.thread import last_question, order_number
from engine.replies.topics import COMPLAINT, topics
from engine.replies.words import covered, words

_SENTENCES = (1, 2, 3, 5)
"""Of one passage at most, by level."""
_PASSAGES = (1, 1, 2, 3)
"""Quoted at most, by level."""
_AS_GOOD = 0.6
"""Share of the best score that another passage must have to be quoted beside it."""
_NEARLY = 0.9
"""The same of a passage in another language than the question, with which it shares no words that could tell."""
_SAME = 0.6
"""A passage whose sentences are covered so far by one before it adds nothing."""

_HEADING = re.compile(r"^\s*#{1,6}\s.*$|^\s*\|.*$|^\s*[-=]{3,}\s*$", re.MULTILINE)
_ASKED = re.compile(r"^\s*(?:\*\*)?(?:q|question|问|问题)(?:\*\*)?\s*[:：].*$", re.IGNORECASE | re.MULTILINE)
_ANSWERED = re.compile(r"^\s*(?:\*\*)?(?:a|answer|答|回答)(?:\*\*)?\s*[:：]\s*", re.IGNORECASE | re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((\S+?)\)")
_EMPHASIS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_ENDED = re.compile(r"[.!?。！？…:：][\"'”’)）」』]*\Z")
_BULLET = re.compile(r"^(?:[-*+•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A reply made of quotations."""

    text: str
    sources: tuple[Citation, ...]
    foreign: bool
    """The quotations are in another language than the reply."""


def quote(
    messages: Sequence[Said], hits: Sequence[Hit], style: Style, starts: Mapping[str, int] | None = None
) -> Quoted | None:
    """The reply, numbered from 1 in the order of the passages; None where no passage has a sentence.

    `starts` has, by id, at which sentence those begin to be quoted that say what an earlier version quoted in another
    language: the question, in neither, decides nothing about them.
    """
    starts = starts or {}
    question = words(" ".join(message.text for message in last_question(messages)))
    chosen = _chosen(hits, style.lang)
    rare = _rareness([hit.passage.text for hit in chosen])
    parts: list[tuple[Passage, list[str]]] = []
    said = frozenset[str]()
    for hit in chosen:
        start = starts.get(hit.passage.id)
        best = _best(hit.passage, question, rare, _SENTENCES[style.level], start)
        new = words(" ".join([_topic(hit.passage), *best]))
        if language_in(hit.passage) not in ("", style.lang) and hit.score < _NEARLY * chosen[0].score:
            continue
        if best and (start is not None or not parts or _adds(hit.passage, new, said, question, style.lang)):
            parts.append((hit.passage, best))
            said |= new
        if len(parts) == _PASSAGES[style.level]:
            break
    if not parts:
        return None
    quoted = [marked(_paragraph(passage, found), [number]) for number, (passage, found) in enumerate(parts, 1)]
    foreign = all(language_in(passage) not in ("", style.lang) for passage, _ in parts)
    sources = tuple(Citation(number, passage) for number, (passage, _) in enumerate(parts, 1))
    return Quoted(_letter(messages, phrases(style.lang, style.tone), quoted), sources, foreign)


def clarify(messages: Sequence[Said], style: Style) -> str:
    """A reply that says that there is no answer yet, and asks what would help to find one."""
    form, order = phrases(style.lang, style.tone), order_number(messages)
    ask = form.ask_order if order else form.ask
    body = [_sentence_run([form.unknown, ask, form.then], style.lang)]
    return _framed(form, _opening(messages, form), body, closing="")


def thanked(style: Style) -> str:
    """A reply to a customer who only thanks."""
    form = phrases(style.lang, style.tone)
    return "\n\n".join(part for part in (form.hello, form.welcome, form.bye) if part)


def _chosen(hits: Sequence[Hit], lang: str) -> list[Hit]:
    """Those nearly as good as the best; in the reply's language alone, if there are any."""
    ranked = sorted(hits, key=lambda hit: -hit.score)
    good = [hit for hit in ranked if hit.score >= _AS_GOOD * ranked[0].score]
    return [hit for hit in good if language_in(hit.passage) in ("", lang)] or good


def _adds(passage: Passage, new: frozenset[str], said: frozenset[str], question: frozenset[str], lang: str) -> bool:
    """Whether a further passage speaks of something in the question that is not spoken of yet.

    One in another language shares no words with the question: there it is enough that it is nearly as good as the best
    and says something else.
    """
    if covered(new, said) >= _SAME:
        return False
    return language_in(passage) not in ("", lang) or bool((new & question) - said)


def _topic(passage: Passage) -> str:
    """The heading that a passage stands under, "" for none."""
    return passage.heading.rpartition(" › ")[2]


def language_in(passage: Passage) -> str:
    """Of a passage, "" where nobody can tell."""
    return (passage.lang or language_of(passage.text)).partition("-")[0]


def runs(passage: Passage, style: Style) -> list[str]:
    """All that may be quoted of a passage at once: as many sentences in a row, from the first, the second and so on."""
    found, most = sentences(passage.text), _SENTENCES[style.level]
    return [" ".join(found[start : start + most]) for start in range(max(1, len(found) - most + 1))]


def _best(
    passage: Passage, question: frozenset[str], rare: Mapping[str, float], most: int, start: int | None = None
) -> list[str]:
    """The sentences in a row that share most with the question; all that an answer says which an agent saved."""
    found = sentences(passage.text)
    if passage.canned:
        return [sentence for sentence in found if not states_nothing(sentence)]
    if len(found) <= most:
        return found
    if start is not None:
        return found[start : start + most]
    worth = [sum(rare.get(word, 1.0) for word in words(sentence) & question) for sentence in found]
    start = max(range(len(found) - most + 1), key=lambda at: (sum(worth[at : at + most]), -at))
    return found[start : start + most]


def sentences(text: str) -> list[str]:
    """The sentences of a passage as people would say them: without headings, tables, questions and Markdown's marks."""
    text = _ANSWERED.sub("", _ASKED.sub("", _HEADING.sub("", text)))
    text = _EMPHASIS.sub("", _LINK.sub(_spelled_out, text))
    return [found for piece in pieces(text) if (found := " ".join(piece.text.split())) and words(found)]


def _spelled_out(link: re.Match[str]) -> str:
    return link[2] if link[1] in ("", link[2]) else f"{link[1]} ({link[2]})"


def _rareness(texts: Sequence[str]) -> dict[str, float]:
    """Of each word, by how few sentences have it (inverse document frequency)."""
    found = [words(sentence) for text in texts for sentence in sentences(text)]
    return {word: math.log(1 + len(found) / sum(word in has for has in found)) for word in frozenset().union(*found)}


def _paragraph(passage: Passage, found: Sequence[str]) -> str:
    """Steps, points and rows stand on lines of their own; points under their heading: alone they may mean anything."""
    if not any(_BULLET.match(sentence) for sentence in found):
        if all(_ENDED.search(sentence) for sentence in found[:-1]):
            return _sentence_run(found, language_of("".join(found)))
        return "\n".join(found)
    topic = _topic(passage).rstrip(":：")
    colon = "：" if language_of(topic) == "zh" else ":"
    return "\n".join([*([topic + colon] if topic else []), *found])


def _sentence_run(found: Sequence[str], lang: str) -> str:
    return ("" if lang == "zh" else " ").join(sentence for sentence in found if sentence)


def _opening(messages: Sequence[Said], form: Phrases) -> list[str]:
    order = order_number(messages)
    asked = [message.text for message in last_question(messages)]
    sorry = form.sorry if COMPLAINT in topics(asked) else ""
    return [form.thanks_order.format(order=order) if order else form.thanks, sorry]


def _letter(messages: Sequence[Said], form: Phrases, quoted: Sequence[str]) -> str:
    return _framed(form, [*_opening(messages, form), form.lead], quoted, closing=form.close)


def _framed(form: Phrases, opening: Sequence[str], body: Sequence[str], closing: str) -> str:
    lang = language_of(form.hello + form.close)
    parts = [form.hello, _sentence_run(opening, lang), *body, closing, form.bye]
    return "\n\n".join(part for part in parts if part)
