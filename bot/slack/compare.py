"""The form that shows what differs between two variants or versions of a text; pure, from jobs to a view."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from bot.locales import t
from bot.slack.blocks import Json, actions, context, dialog, option_menu
from bot.slack.buttons import Target, target
from bot.slack.differences import Change, differences, is_long, shown
from bot.slack.views import Memo
from engine.domain.job import Job, State
from engine.domain.result import Artifact, ArtifactKind

COMPARE = "compare_form"
LEFT, RIGHT = "compare_left", "compare_right"
"""Action ids of the two menus."""
MOST_OFFERED = 100

Sides = tuple[Target, Target]


def comparable(versions: Sequence[Job]) -> dict[Target, Artifact]:
    """The texts of a line of versions that can be read in the channel, the newest of too many."""
    found = {
        Target(job.id, place): artifact
        for job in versions
        if job.state is State.SUCCEEDED and job.result is not None
        for place, artifact in enumerate(job.result.artifacts)
        if artifact.kind is ArtifactKind.TEXT
    }
    return dict(list(found.items())[-MOST_OFFERED:])


def first_sides(job: Job, offered: Sequence[Target]) -> Sides | None:
    """What is compared at first: the first two variants of a job, or its parent's and its own text; None of one text.

    The picked variant stands for its job.
    """
    own = [side for side in offered if side.job_id == job.id]
    if len(own) > 1:
        first = Target(job.id, job.picked or 0)
        return first, next(side for side in own if side != first)
    revision = job.request.revision
    parents = [side for side in offered if revision is not None and side.job_id == revision.parent_id]
    wanted = [side for side in parents if revision is not None and side.variant == revision.variant] or parents
    before = wanted or [side for side in offered if side.job_id != job.id]
    return (before[-1], own[0]) if own and before else None


def chosen(old: Sides, action_id: str, value: str) -> Sides:
    """The two sides after a choice in one of the menus."""
    return (target(value), old[1]) if action_id == LEFT else (old[0], target(value))


def compare_form(locale: str, memo: Memo, versions: Sequence[Job], sides: Sides) -> Json:
    """`memo` says where it was opened; `sides` are among the `comparable`."""
    texts = comparable(versions)
    numbers = {job.id: job.version for job in versions}
    several = {side.job_id for side in texts if side.variant}
    names = [(str(side), _name(numbers[side.job_id], side, side.job_id in several)) for side in texts]
    menus = [option_menu(action, names, str(side)) for action, side in zip((LEFT, RIGHT), sides, strict=True)]
    old, new = (texts[side].text for side in sides)
    note = {**asdict(memo), "left": str(sides[0]), "right": str(sides[1])}
    blocks = [actions(*menus), *_difference(locale, old, new)]
    return dialog(COMPARE, (t(locale, "compare.title"), t(locale, "form.close")), json.dumps(note), blocks)


def _name(version: int, side: Target, numbered: bool) -> str:
    return f"v{version} #{side.variant + 1}" if numbered else f"v{version}"


def _difference(locale: str, old: str, new: str) -> list[Json]:
    pieces = differences(old, new)
    if all(piece.change is Change.KEPT for piece in pieces):
        return [context(t(locale, "compare.same")), *shown(pieces)]
    long = [context(t(locale, "compare.long"))] if is_long(old) or is_long(new) else []
    return [context(t(locale, "compare.legend")), *shown(pieces), *long]
