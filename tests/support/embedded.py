"""The embedded language model, unpacked once per test run: that takes a while."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from engine.models import language


@functools.cache
def data_dir() -> Path:
    """A data folder for EngineSettings in which the model is unpacked already."""
    folder = Path(tempfile.mkdtemp(prefix="aigc-data-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    language.ensure(folder / "models" / "smollm2")
    return folder
