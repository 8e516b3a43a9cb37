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


def with_minors(evidence: Sequence[Evidence], views: Views) -> list[Evidence]:
    """The evidence of one check, and its sexual score again as sexual/minors if the text has a sign of a minor."""
    sexual = max((item.score for item in evidence if item.category is Category.SEXUAL), default=0.0)
    if sexual == 0.0 or not sign_of_minor(views):
        return list(evidence)
    return [Evidence(Category.SEXUAL_MINORS, sexual, "sexual with a sign of a minor"), *evidence]


def sign_of_minor(views: Views) -> bool:
    return any(sign.search(text) for sign in _signs() for text in {views.plain, views.folded})


@cache
def _signs() -> tuple[re.Pattern[str], ...]:
    text = files("engine.safety").joinpath("minors.yaml").read_text(encoding="utf-8")
    return tuple(re.compile(sign) for sign in yaml.safe_load(text)["signs"])
