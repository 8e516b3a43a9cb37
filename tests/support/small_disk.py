"""A disk that is soon full: a tmpfs of its own. Tests that need one are skipped where mounting is not allowed."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(size_bytes: int) -> Iterator[Path]:
    """Yield the folder where it is mounted."""
    with tempfile.TemporaryDirectory(prefix="disk") as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "none", folder], check=False, capture_output=True
        )
        if mounted.returncode != 0:
            pytest.skip("only root may mount a small disk")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)
