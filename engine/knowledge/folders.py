"""Learns files and folders of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from engine.domain.knowledge import Learned, Lesson
from engine.knowledge.base import KnowledgeBase
from engine.knowledge.reading import readable
from engine.knowledge.reading.limits import MAX_BYTES, NOT_THERE, TOO_LARGE


def learn_path(base: KnowledgeBase, path: Path, *, scope: str, url_base: str = "", by: str = "") -> Iterator[Lesson]:
    """A lesson for the file at `path`, or for each file in that folder that has an ending which can be read.

    With `url_base`, people open each file below it, and it is known by that URL; else by its path on this machine.
    """
    root = path if path.is_dir() else path.parent
    for file in _files(path):
        name = file.relative_to(root).as_posix()
        url = f"{url_base.rstrip('/')}/{quote(name)}" if url_base else ""
        try:
            data = _bytes(file)
        except OSError:
            yield Lesson(name, Learned.UNREADABLE, reason=NOT_THERE)
            continue
        if data is None:
            yield Lesson(name, Learned.UNREADABLE, reason=TOO_LARGE, params={"most": MAX_BYTES // 1_000_000})
            continue
        yield base.learn(name, data, scope=scope, source=url or str(file.resolve()), url=url, by=by)


def _files(path: Path) -> list[Path]:
    """A file by itself whatever it is called; in folders, hidden ones are left alone."""
    if not path.is_dir():
        return [path]
    found = (each for each in path.rglob("*") if each.is_file() and readable(each.name))
    return sorted(each for each in found if not any(part.startswith(".") for part in each.relative_to(path).parts))


def _bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.stat().st_size <= MAX_BYTES else None
