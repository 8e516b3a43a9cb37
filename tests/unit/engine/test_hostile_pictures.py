"""Files that anybody may upload: whatever they are made for, there is a picture or a reason, in bounded memory.

In a process of its own, which the operating system lets have no more memory than a picture of the largest size takes.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import ImageTooLarge, StartingImageError
from engine.provenance import Examiner
from engine.provenance.opening import NoPicture, opened
from engine.safety.images import decoded
from engine.starting_image import extension, normalized
from tests.fakes import FakeProvenanceRecord
from tests.support.hostile_pictures import hostile_pictures, png
from tests.support.pictures import encoded, halves

MORE_BYTES = 1_000_000_000
"""Beside what Python and the libraries take: a WebP of the largest size takes 600 MB, and memory has holes."""

ROOT = Path(__file__).parents[3]


def read_all() -> None:
    """Raises what no reader may raise: MemoryError, above all."""
    warnings.simplefilter("ignore", UserWarning)
    examiner = Examiner(FakeProvenanceRecord(), lambda: "")
    readers: dict[Callable[[bytes], object], tuple[type[Exception], ...]] = {
        extension: (StartingImageError,),
        normalized: (StartingImageError,),
        decoded: (OSError, ValueError),
        lambda data: examiner.picture(data, "T1"): (NoPicture,),
    }
    for read in readers:
        read(encoded(halves()))  # all that is loaded late is loaded
    made = hostile_pictures()
    allowed = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + MORE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    for name, data in made.items():
        for read, reasons in readers.items():
            try:
                read(data)
            except reasons:
                continue
            except BaseException as error:
                raise AssertionError(f"{name}: {type(error).__name__}") from error


def test_whatever_a_file_is_made_for_there_is_a_picture_or_a_reason() -> None:
    code = "from tests.unit.engine.test_hostile_pictures import read_all; read_all()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_line_of_millions_of_pixels_is_too_large_for_its_length_alone() -> None:
    data = png(25_000_000, 1, bits=1, colour=0)
    assert len(data) < 5_000
    with pytest.raises(ImageTooLarge):
        extension(data)
    with pytest.raises(ValueError, match="too large"):
        decoded(data)
    with pytest.raises(NoPicture, match="too many"):
        opened(data)
