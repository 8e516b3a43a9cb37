"""What the safety evaluation found, and how it is written as JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from engine.evals.safety.figures import Figures, Group, Speed
from engine.evals.safety.files import Problem


@dataclass(frozen=True, slots=True)
class FileReport:
    """Everything that was measured on one file with one choice of layers."""

    name: str
    layers: str
    """"local", or "local + guard" and the like."""
    choice: str
    """Which of the file's texts were scored; empty: all."""
    figures: tuple[Figures, ...]
    speeds: tuple[Speed, ...]
    groups: tuple[Group, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What `aigc eval safety` found."""

    policy: str
    threads: str
    """That native libraries may use."""
    threshold: float | None
    """What was taken instead of the policy's thresholds."""
    files: tuple[FileReport, ...]

    def to_json(self) -> dict[str, Any]:
        """As the dataclasses are, field by field, with null for nan and infinite.

        {"command": "eval safety", "policy", "threads", "threshold", "files": [{"name", "layers", "choice", "figures":
        [Figures], "speeds": [Speed], "groups": [Group], "problems": [{"line", "reason"}]}]}; `aigc eval safety --json`
        adds "tables": [{"header": [cell], "rows": [[cell]]}], what it prints, which deploy/scripts/readme.py reads.
        """
        figures: dict[str, Any] = _finite({"command": "eval safety", **asdict(self)})
        return figures


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
