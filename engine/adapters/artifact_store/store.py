"""FsspecArtifactStore: the port ArtifactStore on a local folder or an object store.

The same bytes are one file, so writing twice is harmless, and reading checks that they are still the ones that were
written.
"""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from engine.adapters.artifact_store.bucket import Bucket
from engine.adapters.artifact_store.folder import PART, Folder
from engine.errors import ArtifactMissing, BackendUnavailable, StorageFull
from engine.ports import Stored

_KEY = re.compile(r"([0-9a-f]{64})\.[a-z0-9]{1,8}")
_OURS = re.compile(rf"{_KEY.pattern}(?:\.[0-9a-f]{{32}}{re.escape(PART)})?")
"""A key, or what a writer that was killed left of one."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


class FsspecArtifactStore:
    """Safe to use from many threads and processes."""

    def __init__(self, url: str) -> None:
        """`url` as in AIGC_ARTIFACT_URL, e.g. "file:///var/lib/aigc/artifacts" or "s3://bucket/prefix"."""
        files, root = fsspec.core.url_to_fs(url)
        self._files: Folder | Bucket = Folder(Path(root)) if isinstance(files, LocalFileSystem) else Bucket(files, root)

    def put(self, data: bytes, extension: str) -> str:
        """Store under the SHA-256 of `data` and return the key. Raises StorageFull, BackendUnavailable."""
        key = f"{hashlib.sha256(data).hexdigest()}.{extension.lstrip('.')}"
        if not _KEY.fullmatch(key):
            raise ValueError(f"no extension of a file: {extension!r}")
        with _translated("written"):
            self._files.write(key, data)
        return key

    def get(self, key: str) -> bytes:
        match = _KEY.fullmatch(key)
        if match is None:
            raise ArtifactMissing(f"no artifact's key: {key[:80]!r}")
        try:
            with _translated("read"):
                data = self._files.read(key)
        except FileNotFoundError as error:
            raise ArtifactMissing(f"artifact {key} is gone") from error
        if hashlib.sha256(data).hexdigest() != match[1]:
            raise ArtifactMissing(f"artifact {key} is damaged")
        return data

    def names(self) -> Iterator[str]:
        with _translated("listed"):
            yield from (name for name in self._files.names() if _OURS.fullmatch(name))

    def stat(self, name: str) -> Stored | None:
        with _translated("looked at"):
            return self._files.stat(name)

    def delete(self, name: str, before: float) -> bool:
        if not _OURS.fullmatch(name):
            raise ValueError(f"no artifact's name: {name[:80]!r}")
        with _translated("deleted"):
            return self._files.delete(name, before)


@contextmanager
def _translated(done: str) -> Iterator[None]:
    """Whatever the file system raises, which for an object store is what its client library raises."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            raise StorageFull("no space left for artifacts") from error
        raise BackendUnavailable(f"artifacts cannot be {done}: {type(error).__name__}") from error
