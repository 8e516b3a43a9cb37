"""Files in a local folder: each is whole or not there, and on the disk when `write` returns."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from engine.ports import Stored

PART = ".part"
"""The end of the name of what is being written, or being deleted."""


class Folder:
    """Safe to use from many threads and processes. All methods raise OSError."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, name: str, data: bytes) -> None:
        """What is there already counts as written now, so that nobody deletes it for its age."""
        path = self._path(name)
        if _renewed(path, data):
            return
        _make(path.parent)
        temporary = _aside(path)
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        _sync(path.parent)

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        return self._path(name).read_bytes()

    def names(self) -> Iterator[str]:
        """In any order; files of others may be among them."""
        for folder in self._entries(self._root):
            yield from (entry.name for entry in self._entries(folder))

    def stat(self, name: str) -> Stored | None:
        try:
            found = self._path(name).stat()
        except FileNotFoundError:
            return None
        return Stored(found.st_size, found.st_mtime)

    def delete(self, name: str, before: float) -> bool:
        """Out of the way first, and only then looked at: whoever writes it meanwhile either makes it new, in which
        case it is put back, or does not find it and writes it again."""
        path = self._path(name)
        found = self.stat(name)
        if found is None or found.at >= before:
            return False
        aside = _aside(path)
        try:
            path.rename(aside)
        except FileNotFoundError:  # somebody else deletes it
            return False
        if aside.stat().st_mtime >= before:
            aside.replace(path)
            return False
        aside.unlink()
        return True

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / name

    @staticmethod
    def _entries(folder: Path) -> list[Path]:
        try:
            return list(folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []


def _renewed(path: Path, data: bytes) -> bool:
    """Whether these bytes are there, damaged ones not; they are then as young as new ones."""
    try:
        if path.stat().st_size != len(data) or path.read_bytes() != data:
            return False
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.{uuid4().hex}{PART}")


def _make(folder: Path) -> None:
    """With its parents, durable as well: after a crash a file is not there if its folder is not."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    """The names in `folder` are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
