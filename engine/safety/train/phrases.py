"""Fills in the forms of phrases.yaml: attacks on groups, and what must not be taken for them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import yaml

from engine.domain.safety import Category

PER_FORM = {"attacks": 8, "threats": 8, "insults": 8, "against": 24, "about": 8, "scorn": 6}
"""Of the rest, with at most a name to fill in, one each."""
UNSAFE = {
    "attacks": (Category.HATE,),
    "threats": (Category.HATE, Category.HATE_THREATENING),
    "insults": (Category.HATE,),
    "self_harm": (Category.SELF_HARM,),
    "harassment": (Category.HARASSMENT,),
    "harassment_threatening": (Category.HARASSMENT, Category.VIOLENCE),
    "violence": (Category.VIOLENCE,),
    "sexual": (Category.SEXUAL,),
}
SLOTS = (("s", "slurs"), ("t", "things"), ("n", "names"))
WORDS = ("groups", "slurs", "things", "names")


def phrases(seed: int = 0) -> Iterator[tuple[str, tuple[Category, ...]]]:
    """Each text with the categories it belongs to; none for a harmless one. The same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    forms = yaml.safe_load(files("engine.safety.train").joinpath("phrases.yaml").read_text(encoding="utf-8"))
    for language in ("zh", "en"):
        yield from _filled(forms[language], chance)


def _filled(forms: dict[str, Any], chance: random.Random) -> Iterator[tuple[str, tuple[Category, ...]]]:
    for kind, listed in forms.items():
        for form in listed if kind not in WORDS else ():
            for _ in range(PER_FORM.get(kind, 1)):
                group = chance.choice(forms["groups"])
                attack = chance.choice([*forms["attacks"], *forms["threats"]]).format(g=group)
                words = {"g": group, "a": attack}
                words |= {letter: chance.choice(forms[name]) for letter, name in SLOTS}
                yield form.format(**words), UNSAFE.get(kind, ())
