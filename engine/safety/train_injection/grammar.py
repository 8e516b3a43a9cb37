"""Makes sentences from the templates of attacks.yaml and harmless.yaml, the same for the same seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import yaml
from pydantic import BaseModel

_SLOT = re.compile(r"\{(\w+)\}")


class Grammar(BaseModel):
    """The schema of both files."""

    model_config = {"frozen": True, "extra": "forbid"}

    slots: dict[str, list[str]]
    templates: list[str]
    lines: list[str]

    def sentences(self, per_template: int, seed: int) -> Iterator[str]:
        """Each template so many times, less what comes out twice. Raises KeyError for a slot that is not there."""
        random = Random(seed)  # noqa: S311 - no secret
        made = (
            _SLOT.sub(lambda slot: random.choice(self.slots[slot[1]]), template)
            for template in self.templates
            for _ in range(per_template)
        )
        yield from dict.fromkeys(made)


def read_grammar(path: Path) -> Grammar:
    """Raises ValidationError for a file of another form."""
    return Grammar.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
