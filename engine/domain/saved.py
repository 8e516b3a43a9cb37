"""Recipes that people saved from a thread that went well: what is stored, and how a thread becomes one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from engine.domain.job import Job
from engine.domain.prompt import text_of
from engine.domain.recipe import Words
from engine.domain.request import RevisionMode
from engine.domain.work import FromRecipe

MAX_TITLE = 40
"""Longest name that people give one, in characters."""
_HAN = re.compile(r"[\u3400-\u9fff]")
GROUP = Words("Saved here", "本工作区保存的")
ABOUT = Words("Another text like the one that was saved", "再写一篇与所存样例同类的文字")
"""The same for all: a list that everybody reads is no place for what somebody asked for among a few."""
_HIDDEN = frozenset({"redacted", "shielded"})
"""Notices of a result that had personal data or secrets about it, whoever was spared them."""


@dataclass(frozen=True, slots=True)
class SavedRecipe:
    """One of a workspace's own."""

    workspace: str
    name: str
    text: str
    """YAML, as engine/recipes/README.md describes it."""
    author: str
    """An opaque user id: they may remove it."""
    at: float
    """Seconds since the epoch, UTC."""


def name_of(title: str) -> str:
    """What `--recipe` calls it: letters, digits and hyphens, the same for the same title."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:MAX_TITLE].strip("-")
    if re.fullmatch(r"[a-z][a-z0-9-]*", slug):
        return slug
    return f"saved-{blake2b(title.encode(), digest_size=3).hexdigest()}"


def is_personal(lineage: Sequence[Job]) -> bool:
    """Whether personal data or secrets were found in what was asked for or written: no recipe for everybody."""
    return any(_HIDDEN.intersection(job.result.notices) for job in lineage if job.result)


def recipe_file(title: str, lineage: Sequence[Job], variant: int) -> dict[str, object]:
    """The recipe that a thread amounts to, as a file has it: the first request, all that was asked to change, and the
    last text as its worked example. `lineage` is the chain of versions, first first; `variant` is of the last."""
    first, last = lineage[0], lineage[-1]
    asked = _asked(first)
    changes = [
        revision.instruction
        for job in lineage
        if (revision := job.request.revision) and revision.mode is RevisionMode.EDIT and revision.instruction
    ]
    text = text_of(last, variant)
    lang = "zh" if _HAN.search(text) else "en"
    return {
        "name": name_of(title),
        "kind": "copy",
        "title": {"en": title, "zh": title},
        "about": {"en": ABOUT.en, "zh": ABOUT.zh},
        "group": {"en": GROUP.en, "zh": GROUP.zh},
        "instructions": {"en": _told(asked, changes, "en"), "zh": _told(asked, changes, "zh")},
        "examples": [{"lang": lang, "brief": asked, "text": text}],
    }


def _asked(job: Job) -> str:
    work = job.request.work
    filled = "; ".join(f"{name}: {value}" for name, value in work.fields) if isinstance(work, FromRecipe) else ""
    return "\n".join(part for part in (filled, job.request.prompt) if part)


def _told(asked: str, changes: Sequence[str], lang: str) -> str:
    """What the example came of; it orders nothing, as it is data to the model."""
    if lang == "zh":
        return f"当初的要求：{asked}" + (f"\n之后的修改：{'；'.join(changes)}" if changes else "")
    return f"Asked for as: {asked}" + (f"\nChanged afterwards: {'; '.join(changes)}" if changes else "")
