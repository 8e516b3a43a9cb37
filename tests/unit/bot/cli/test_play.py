"""What `aigc play` tells people to type."""

from __future__ import annotations

import subprocess
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.play import say_what_to_try
from bot.play import Play


def test_the_command_that_it_shows_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = StringIO()
    with Play(tmp_path / "my data", 0, fresh=False) as product:
        say_what_to_try(Console(file=said, width=60), product)
    (command,) = (line for line in said.getvalue().splitlines() if "knowledge add" in line)
    assert command.strip().startswith("AIGC_DATA_DIR='my data' ")
    path = {"PATH": "/usr/bin:/bin"}  # on which no virtual environment is
    subprocess.run(["/bin/sh", "-c", f"{command} --help"], env=path, capture_output=True, check=True)
