"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def no_settings_of_the_developers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither AIGC_* variables nor an .env file reach a test or a process that one starts."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("AIGC_") and name != CHROMIUM}
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("empty"))
    yield
    os.chdir(before)
    os.environ.update(kept)


CHROMIUM = "AIGC_CHROMIUM"
"""Where the browser is: of the machine, not of the product."""
