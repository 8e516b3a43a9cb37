"""The bot's processes are light: no model library gets in, through whatever door."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "diffusers", "onnxruntime", "nudenet")


@pytest.mark.parametrize("module", ["bot.server", "bot.tasks", "bot.app", "bot.relay_process"])
def test_no_model_library_is_imported(module: str) -> None:
    program = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_relay_knows_nothing_of_slack() -> None:
    program = "import sys, bot.relay_process; print([n for n in sys.modules if n.startswith(('slack_', 'starlette'))])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
