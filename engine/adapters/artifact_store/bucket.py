"""Objects in a store that fsspec knows: S3, Google Cloud Storage, Azure. They show an object once it is complete.

Source: filesystem-spec.readthedocs.io.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.ports import Stored


class Bucket:
    """Safe to use from many threads and processes. Methods raise OSError, or what the store's own library raises."""

    def __init__(self, files: Any, root: str) -> None:
        """`files` is an fsspec file system."""
        self._files, self._root = files, root

    def write(self, name: str, data: bytes) -> None:
        """Also what is there already: it is then as young as a new one, so that nobody deletes it for its age."""
        self._files.pipe_file(self._path(name), data)

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        data: bytes = self._files.cat_file(self._path(name))
        return data

    def names(self) -> Iterator[str]:
        """In any order; objects of others may be among them."""
        self._files.invalidate_cache(self._root)
        yield from (path.rpartition("/")[2] for path in self._files.find(self._root))

    def stat(self, name: str) -> Stored | None:
        path = self._path(name)
        self._files.invalidate_cache(path.rpartition("/")[0])
        try:
            return Stored(self._files.size(path), self._files.modified(path).timestamp())
        except FileNotFoundError:
            return None

    def delete(self, name: str, before: float) -> bool:
        """Object stores know no deleting under a condition: what is written again in the same instant may be lost."""
        found = self.stat(name)
        if found is None or found.at >= before:
            return False
        self._files.rm_file(self._path(name))
        return True

    def _path(self, name: str) -> str:
        return f"{self._root}/{name[:2]}/{name}"
