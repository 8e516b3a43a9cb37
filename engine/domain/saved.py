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
        "about": {"en": f"As it was asked for: {_short(asked)}", "zh": f"当初的要求：{_short(asked)}"},
        "group": {"en": GROUP.en, "zh": GROUP.zh},
        "instructions": {"en": _told(asked, changes, "en"), "zh": _told(asked, changes, "zh")},
        "examples": [{"lang": lang, "brief": asked, "text": text}],
    }


def _asked(job: Job) -> str:
    work = job.request.work
    filled = "; ".join(f"{name}: {value}" for name, value in work.fields) if isinstance(work, FromRecipe) else ""
    return "\n".join(part for part in (filled, job.request.prompt) if part)


def _told(asked: str, changes: Sequence[str], lang: str) -> str:
    if lang == "zh":
        also = f"还要做到：{'；'.join(changes)}。" if changes else ""
        return f"写一篇同类的文字，内容按新的要求。样例当初的要求是：{asked}。{also}"
    also = f" What holds for it too: {'; '.join(changes)}." if changes else ""
    return f"Write a text of the same kind for the new request. The example was asked for as: {asked}.{also}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:119].rstrip()}…"
