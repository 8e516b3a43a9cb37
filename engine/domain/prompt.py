"""Builds what a model is told: pure functions from a line of jobs to turns or to an image prompt."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from engine.domain.context import Context, Source, instruction, marked, neutral
from engine.domain.job import Job
from engine.domain.request import CopyParams, DrawParams, RevisionMode
from engine.domain.result import ArtifactKind
from engine.domain.task import Turn

LANGUAGES = {
    "en": "English",
    "zh": "Chinese",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "ja": "Japanese",
}

_SYSTEM = (
    "You write marketing copy and customer messages for a company. "
    "Answer with the finished text only: no preamble, no explanation, no placeholders."
)
_LENGTHS = {"short": "At most 50 words.", "medium": "About 100 words.", "long": "About 250 words."}
_OMITTED = "[...]"
_WORD = re.compile(r"\s*(?:[\u2e80-\u9fff]|[^\s\u2e80-\u9fff]+)")
"""A word with the space before it; a Chinese or Japanese character is one by itself."""


def system_turn(params: CopyParams, boundary: str = "") -> Turn:
    """The instructions that stand before every text request; `boundary` where context is marked with it."""
    parts = [_SYSTEM, _LENGTHS[params.length.value]]
    if params.tone:
        parts.append(f"Tone: {neutral(params.tone)}.")
    if params.lang:
        parts.append(f"Write in {LANGUAGES.get(params.lang, neutral(params.lang))}.")
    if boundary:
        parts.append(instruction(boundary))
    return Turn("system", " ".join(parts))


def text_turns(lineage: Sequence[Job], boundary: str = "") -> tuple[Turn, ...]:
    """The conversation of a text job: the brief, then each earlier version and what was asked about it.

    `lineage` is the chain of parents, first version first, the job to run last. What other people asked before is
    context, marked with `boundary`; the newest request is the requester's, even where they repeat another's.
    """
    job = lineage[-1]
    assert isinstance(job.request.params, CopyParams)
    asked = [(lineage[0], lineage[0].request.prompt)]
    versions = [""]
    for parent, child in pairwise(lineage):
        revision = child.request.revision
        if revision is not None and revision.mode is RevisionMode.EDIT:
            asked.append((child, f"Revise the text above: {revision.instruction}"))
            versions.append(neutral(text_of(parent, revision.variant)))
    others = [place for place, (asker, _) in enumerate(asked[:-1]) if asker.origin.user != job.origin.user]
    turns = [system_turn(job.request.params, boundary if others else "")]
    for place, ((_, words), version) in enumerate(zip(asked, versions, strict=True)):
        turns += [Turn("assistant", version)] if version else []
        shown = marked(Context(Source.COLLEAGUE, words), boundary) if place in others else neutral(words)
        turns.append(Turn("user", shown))
    return tuple(turns)


def text_of(job: Job, variant: int) -> str:
    """The text of one variant of a finished job, or "" when it has none."""
    texts = [a.text for a in job.result.artifacts if a.kind is ArtifactKind.TEXT] if job.result else []
    return texts[min(variant, len(texts) - 1)] if texts else ""


def image_prompt(lineage: Sequence[Job]) -> str:
    """The prompt of an image job: the first prompt, each instruction merged into it, the style last."""
    job = lineage[-1]
    assert isinstance(job.request.params, DrawParams)
    parts = [lineage[0].request.prompt]
    parts += [
        r.instruction
        for j in lineage
        if (r := j.request.revision) is not None and r.mode is RevisionMode.EDIT and r.instruction
    ]
    if job.request.params.style:
        parts.append(f"{job.request.params.style} style")
    return neutral(", ".join(part.strip() for part in parts if part.strip()))


def fit_image_prompt(prompt: str, count: Callable[[str], int], budget: int) -> str:
    """Cut a prompt that `image_prompt` built to `budget` tokens by `count`: words after its first third go.

    What it shows comes first and stays; so does the end, where the newest instruction and the style are.
    """
    words = _WORD.findall(prompt)

    def cut(kept: int) -> str:
        head = kept // 3
        return "".join([*words[:head], *words[len(words) - kept + head :]]).strip()

    most = bisect_right(range(len(words) + 1), budget, key=lambda kept: count(cut(kept))) - 1
    return prompt if most == len(words) else cut(max(0, most))


def fit(turns: Sequence[Turn], count: Callable[[Sequence[Turn]], int], budget: int) -> tuple[Turn, ...]:
    """Cut a conversation to `budget` tokens by `count`: from the middle, oldest first.

    System turn, brief and last instruction stay; whole turns between them go, oldest first; then the middle of
    the longest turn that is left is cut out. Returns turns that fit, or the smallest cut if nothing does.
    """
    kept = list(turns)
    while count(kept) > budget and len(kept) > 4:
        del kept[2]
    while count(kept) > budget:
        longest = max(range(len(kept)), key=lambda i: len(kept[i].text))
        text = kept[longest].text.replace(f" {_OMITTED} ", "")
        if len(text) < 40:
            break
        third = len(text) // 3
        kept[longest] = Turn(kept[longest].role, f"{text[:third]} {_OMITTED} {text[-third:]}")
    return tuple(kept)
