"""`aigc bench load`, for a moment, against the processes of `aigc play`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_a_moment_of_load_is_acknowledged_and_ends_once(tmp_path: Path) -> None:
    table = tmp_path / "load.json"
    command = [sys.executable, "-m", "bot", "bench", "load", "--minutes", "0.02", "--rate", "300", "--json", str(table)]
    subprocess.run(command, check=True, timeout=280, capture_output=True)
    found = {row["name"]: row["value"] for row in json.loads(table.read_text())}
    assert (found["jobs ended"], found["results shown"]) == (6, 6)
    assert (found["not accepted"], found["shown more than once"]) == (0, 0)
    assert found["acknowledgement: p50"] <= found["acknowledgement: worst"]
    assert {f"memory, {name}" for name in ("redis", "workspace", "bot", "deliver", "generate")} <= set(found)
