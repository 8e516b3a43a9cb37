"""A model folder that is made here: whole or made again, whoever makes it at the same time."""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from engine.models.folder import ensure_folder, is_whole


def _build(folder: Path) -> None:
    (folder / "weights").write_text("whole")


def _build_beside_another(target: Path, barrier: Barrier) -> None:
    """In a process of its own: both build before either puts its folder in place."""

    def build(folder: Path) -> None:
        _build(folder)
        barrier.wait(30)

    ensure_folder(target, "1", build)


def test_what_is_whole_stays_and_what_is_damaged_or_old_is_made_again(tmp_path: Path) -> None:
    target = ensure_folder(tmp_path / "model", "1", _build)
    before = (target / "weights").stat().st_mtime_ns
    assert (ensure_folder(target, "1", _build) / "weights").stat().st_mtime_ns == before
    (target / "weights").write_text("damaged")
    ensure_folder(target, "1", _build)
    assert (target / "weights").read_text() == "whole"
    ensure_folder(target, "2", _build)
    assert is_whole(target, "2")
    assert [path.name for path in tmp_path.iterdir()] == ["model"], "nothing is left beside it"


def test_two_processes_may_mend_a_damaged_one_at_once(tmp_path: Path) -> None:
    target = ensure_folder(tmp_path / "model", "1", _build)
    (target / "weights").write_text("damaged")
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    both = [context.Process(target=_build_beside_another, args=(target, barrier)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert is_whole(target, "1")
    assert [path.name for path in tmp_path.iterdir()] == ["model"], "nothing is left beside it"
