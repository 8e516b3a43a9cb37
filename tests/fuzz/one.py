"""One target under atheris, with libFuzzer's own options: python -m tests.fuzz.one TARGET [OPTIONS] CORPUS."""

from __future__ import annotations

import sys

import atheris

from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=list(TARGETS[name].packages)):
        one = TARGETS[name].load()
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
