"""Time and memory of one picture, measured in a process that does nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.evals.cost import measured
from engine.evals.drawing import EMBEDDED

HOLDS = "import engine.evals.cost as cost; held = b'1' * {}; del held; print(cost.peak_mb())"


def peak_of_a_child(held: int) -> float:
    return float(subprocess.run([sys.executable, "-c", HOLDS.format(held)], check=True, stdout=-1, text=True).stdout)


def test_the_peak_is_what_was_held_and_let_go() -> None:
    assert peak_of_a_child(200_000_000) >= peak_of_a_child(0) + 100


def test_a_process_is_not_charged_for_its_parent() -> None:
    here = b"1" * 400_000_000
    assert peak_of_a_child(0) < len(here) / 1e6 + 100


@pytest.mark.heavy
def test_the_embedded_model_has_a_cost() -> None:
    cost = measured(EMBEDDED, 4)
    assert cost.steps == 4
    assert cost.seconds > 0
    assert cost.peak_mb > 100


def test_a_model_that_cannot_be_measured_is_an_error() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        measured("nonsense", 4)
