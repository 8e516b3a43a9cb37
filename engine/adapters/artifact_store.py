"""Artifacts by the hash of their content, in a folder or in any store that fsspec knows (S3, GCS, Azure).

Source: filesystem-spec.readthedocs.io. The same bytes are one file, so writing twice is harmless, and reading checks
that the bytes are still the ones that were written.
"""

from __future__ import annotations

import errno
import hashlib
import re
from contextlib import suppress
from typing import Any
from uuid import uuid4

import fsspec

from engine.errors import ArtifactMissing, BackendUnavailable, StorageFull

_KEY = re.compile(r"([0-9a-f]{64})\.[a-z0-9]{1,8}")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class FsspecArtifactStore:
    """The port ArtifactStore. Safe to use from many threads and processes."""

    def __init__(self, url: str) -> None:
        """`url` as in AIGC_ARTIFACT_URL, e.g. "file:///var/lib/aigc/artifacts" or "s3://bucket/prefix"."""
        self._files, self._root = fsspec.core.url_to_fs(url)

    def put(self, data: bytes, extension: str) -> str:
        """Store under the SHA-256 of `data` and return the key. Raises StorageFull, BackendUnavailable."""
        key = f"{hashlib.sha256(data).hexdigest()}.{extension.lstrip('.')}"
        if not _KEY.fullmatch(key):
            raise ValueError(f"no extension of a file: {extension!r}")
        path = self._path(key)
        temporary = f"{path}.{uuid4().hex}.part"
        try:
            if self._there(path, len(data)):
                return key
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._write(temporary, path, data)
        except OSError as error:
            with suppress(OSError):
                self._files.rm(temporary)
            if error.errno in _FULL:
                raise StorageFull("no space left for artifacts") from error
            raise BackendUnavailable(f"artifacts cannot be written: {type(error).__name__}") from error
        return key

    def get(self, key: str) -> bytes:
        match = _KEY.fullmatch(key)
        if match is None:
            raise ArtifactMissing(f"no artifact's key: {key[:80]!r}")
        try:
            data: bytes = self._files.cat_file(self._path(key))
        except FileNotFoundError as error:
            raise ArtifactMissing(f"artifact {key} is gone") from error
        except OSError as error:
            raise BackendUnavailable(f"artifacts cannot be read: {type(error).__name__}") from error
        if hashlib.sha256(data).hexdigest() != match[1]:
            raise ArtifactMissing(f"artifact {key} is damaged")
        return data

    def _write(self, temporary: str, path: str, data: bytes) -> None:
        """Whole or not at all: by renaming in a folder; object stores show an object once it is complete."""
        if "file" not in _protocols(self._files):
            self._files.pipe_file(path, data)
            return
        self._files.pipe_file(temporary, data)
        self._files.mv(temporary, path)

    def _there(self, path: str, size: int) -> bool:
        try:
            return bool(self._files.size(path) == size)
        except FileNotFoundError:
            return False

    def _path(self, key: str) -> str:
        return f"{self._root}/{key[:2]}/{key}"


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)
