"""What deploy/compose.yaml would run: each service's command and environment, filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = tuple(name for name, service in SERVICES.items() if "build" in service)
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<sign>[-?])(?P<rest>(?:[^{}]|\{[^{}]*\{[^{}]*\}[^{}]*\})*))?\}")


def start_command(service: str) -> list[str]:
    """What the container runs: compose's word, or else its image's."""
    spec = SERVICES[service]
    if "command" in spec:
        return list(spec["command"])
    text = (ROOT / spec["build"]["dockerfile"]).read_text()
    return [str(word) for word in yaml.safe_load(re.findall(r"^CMD (.*)$", text, re.MULTILINE)[-1])]


def environment(service: str, given: Mapping[str, str]) -> dict[str, str]:
    """Its environment with variables from `given`, as docs.docker.com/reference/compose-file/interpolation says.

    Raises KeyError for a variable that compose insists on.
    """

    def value(found: re.Match[str]) -> str:
        known = given.get(found["name"], "")
        if known or found["sign"] == "-" or not found["sign"]:
            return known or found["rest"] or ""
        raise KeyError(found["name"])

    return {name: _VARIABLE.sub(value, str(text)) for name, text in SERVICES[service]["environment"].items()}
