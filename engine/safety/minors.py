"""The one rule that no policy can weaken: anything sexual together with any sign of a minor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import yaml

from engine.domain.safety import Category
from engine.safety.evidence import Evidence
from engine.safety.normalise import Views

HINT = 0.25
"""How much of the sexual score a mere hint is worth: not enough for the default threshold, which a policy may lower."""


def with_minors(evidence: Sequence[Evidence], views: Views) -> list[Evidence]:
    """The evidence of one check, and its sexual score again as sexual/minors if the text has a sign of a minor."""
    sexual = max((item.score for item in evidence if item.category is Category.SEXUAL), default=0.0)
    if sexual == 0.0:
        return list(evidence)
    if sign_of_minor(views):
        return [Evidence(Category.SEXUAL_MINORS, sexual, "sexual with a sign of a minor"), *evidence]
    if _stands("hints", views):
        return [Evidence(Category.SEXUAL_MINORS, sexual * HINT, "sexual with a hint of a minor"), *evidence]
    return list(evidence)


def sign_of_minor(views: Views) -> bool:
    return _stands("signs", views)


def _stands(kind: str, views: Views) -> bool:
    return any(form.search(text) for form in _forms()[kind] for text in {views.plain, views.folded})


@cache
def _forms() -> dict[str, list[re.Pattern[str]]]:
    text = files("engine.safety").joinpath("minors.yaml").read_text(encoding="utf-8")
    return {kind: [re.compile(form) for form in forms] for kind, forms in yaml.safe_load(text).items()}
