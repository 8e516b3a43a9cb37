"""Rewords a quoted draft: from the sources of the version that it changes, or what says the same in another language.

Never from a new search: that would answer anew, and differently, what an agent asked to have shortened or translated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.domain.citing import MARK
from engine.domain.knowledge import Hit, Passage, Reader
from engine.ports import Knowledge
from engine.replies.quoting import language_in, runs
from engine.replies.style import wish_of
from engine.steps.briefing import Brief, harmless
from engine.steps.run import Run
from engine.steps.tools import Tools

_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a draft is quoted from."""

    hits: tuple[Hit, ...]
    starts: dict[str, int] = field(default_factory=dict)
    """By the id of a passage that says what one in another language said: at which sentence it begins to."""


def basis_of(run: Run, brief: Brief, tools: Tools) -> Basis | None:
    """For a brief that rewords; None where a source has nothing that says the same in the language asked for.

    Raises KnowledgeUnavailable.
    """
    lang = wish_of(brief.change).lang
    passages, starts = [], {}
    for citation in brief.cited:
        if lang is None or language_in(citation.passage) in ("", lang):
            passages.append(citation.passage)
            continue
        same = _translation(run, brief, citation.passage, lang, tools)
        if same is None or tools.knowledge is None:
            return None
        passages.append(same)
        starts[same.id] = _start(brief, citation.number, same, tools.knowledge)
    return Basis(tuple(Hit(passage, 1.0) for passage in passages), starts)


def _translation(run: Run, brief: Brief, passage: Passage, lang: str, tools: Tools) -> Passage | None:
    if tools.knowledge is None:
        return None
    same = tools.knowledge.translation(passage, lang, Reader(run.job.origin.workspace, brief.work.channel))
    return same if same is not None and harmless(run, same, tools.safety, by_model=False) else None


def _start(brief: Brief, number: int, same: Passage, knowledge: Knowledge) -> int:
    """Where a passage says what the version before says with the mark of the passage that it stands for."""
    marked = [part for part in _PARAGRAPHS.split(brief.earlier) if str(number) in MARK.findall(part)]
    possible = runs(same, brief.style)
    if len(possible) == 1 or not marked:
        return 0
    said = MARK.sub("", " ".join(marked))
    return max(range(len(possible)), key=lambda at: (knowledge.likeness(said, [possible[at]]), -at))
