"""Runs the safety evaluation: reads all files first, then scores them with the filter of the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import ConfigurationError
from engine.evals.safety.figures import figures, groups, speeds
from engine.evals.safety.report import FileReport, Report
from engine.evals.safety.samples import DataFile, Reading, load
from engine.evals.safety.scoring import Judge, Show, judge, scored
from engine.safety import build_safety
from engine.safety.policy import load_policy
from engine.settings import EngineSettings

PATIENCE_S = 120.0
"""Each local layer may take so long, whatever the settings allow: a busy machine shall change times, and no figure."""
MAX_VALUES = 100
"""A column with more different values is not one to tell texts apart by, and may hold texts."""


def run(
    paths: Sequence[Path], settings: EngineSettings, reading: Reading, threshold: float | None, show: Show
) -> Report:
    """Everything about every file. Raises ConfigurationError."""
    files = [load(path, reading) for path in paths]
    _hold_columns(files, reading.by)
    policy = load_policy(settings.policy_file).label
    patient = settings.model_copy(update={"safety_timeout_s": max(settings.safety_timeout_s, PATIENCE_S)})
    ask = judge(build_safety(patient))
    reports = [report for file in files for report in evaluated(file, reading, ask, threshold, show)]
    return Report(policy, _threads(), threshold, tuple(reports))


def evaluated(
    file: DataFile, reading: Reading, ask: Judge, threshold: float | None, show: Show
) -> Iterator[FileReport]:
    """What the local layers find; and where the policy uses others, what each of these adds."""
    for layers, answers in scored(file.path.name, file.samples, ask, show).items():
        yield FileReport(
            name=file.path.name,
            layers=layers,
            choice=_choice(file, reading),
            figures=tuple(figures(answers, threshold)),
            speeds=tuple(speeds(answers)),
            groups=tuple(groups(answers, reading.by, threshold)),
            problems=tuple(file.problems),
        )


def _choice(file: DataFile, reading: Reading) -> str:
    half = f"{reading.half} half" if reading.half else ""
    some = len(file.samples) < file.chosen_from
    sample = f"{len(file.samples)} of {file.chosen_from} drawn with seed 0" if some else ""
    return ", ".join(filter(None, [half, sample]))


def _hold_columns(files: Sequence[DataFile], columns: Sequence[str]) -> None:
    """Raises ConfigurationError for a column that no file has, or that has too many values."""
    for column in columns:
        values = [{sample.groups[column] for sample in file.samples if column in sample.groups} for file in files]
        if not any(values):
            raise ConfigurationError(f"no file has a column {column!r}")
        if max(map(len, values)) > MAX_VALUES:
            raise ConfigurationError(f"{column!r} has more than {MAX_VALUES} different values: --by needs fewer")


def _threads() -> str:
    number = os.environ.get("OMP_NUM_THREADS", "")
    return {"": "threads as the libraries choose", "1": "1 thread"}.get(number, f"{number} threads")
