"""Artifacts by content: what goes in comes out, or an error says that it is gone or damaged."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.artifact_store import FsspecArtifactStore
from engine.errors import ArtifactMissing, BackendUnavailable, StorageFull


@pytest.fixture
def store(tmp_path: Path) -> FsspecArtifactStore:
    return FsspecArtifactStore(f"file://{tmp_path}/a b")


def file_of(tmp_path: Path, key: str) -> Path:
    return tmp_path / "a b" / key[:2] / key


@given(st.binary(max_size=200))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = FsspecArtifactStore(f"file://{tmp_path_factory.getbasetemp()}/artifacts")
    assert store.get(store.put(data, "png")) == data


def test_the_key_is_the_hash_of_the_content(store: FsspecArtifactStore) -> None:
    key = store.put(b"picture", "png")
    assert key == hashlib.sha256(b"picture").hexdigest() + ".png"
    assert store.put(b"picture", ".png") == key


def test_an_object_store_is_as_good_as_a_folder() -> None:
    store = FsspecArtifactStore("memory://bucket/prefix")
    key = store.put(b"picture", "png")
    assert FsspecArtifactStore("memory://bucket/prefix").get(key) == b"picture"


def test_nothing_but_the_file_is_left_behind(store: FsspecArtifactStore, tmp_path: Path) -> None:
    key = store.put(b"picture", "png")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [key]


@pytest.mark.parametrize("key", ["0" * 64 + ".png", "../../etc/passwd", "", "0" * 64 + ".png/../x"])
def test_what_was_never_stored_is_missing(store: FsspecArtifactStore, key: str) -> None:
    with pytest.raises(ArtifactMissing):
        store.get(key)


def test_what_changed_on_the_disk_is_damaged(store: FsspecArtifactStore, tmp_path: Path) -> None:
    key = store.put(b"picture", "png")
    file_of(tmp_path, key).write_bytes(b"another")
    with pytest.raises(ArtifactMissing, match="damaged"):
        store.get(key)


def test_what_was_cut_off_is_written_again(store: FsspecArtifactStore, tmp_path: Path) -> None:
    key = store.put(b"picture", "png")
    file_of(tmp_path, key).write_bytes(b"pic")
    store.put(b"picture", "png")
    assert store.get(key) == b"picture"


def test_a_name_is_no_path(store: FsspecArtifactStore) -> None:
    with pytest.raises(ValueError, match="extension"):
        store.put(b"picture", "png/../../x")


class _FullDisk:
    """A file system that takes nothing."""

    protocol = ("file", "local")

    def __init__(self, number: int) -> None:
        self.number = number

    def size(self, path: str) -> int:
        raise FileNotFoundError(path)

    def makedirs(self, path: str, exist_ok: bool) -> None: ...

    def rm(self, path: str) -> None:
        raise FileNotFoundError(path)

    def pipe_file(self, path: str, data: bytes) -> None:
        raise OSError(self.number, "refused")


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, BackendUnavailable)]
)
def test_a_full_disk_is_told_apart_from_a_broken_one(
    store: FsspecArtifactStore, number: int, error: type[Exception]
) -> None:
    files: Any = _FullDisk(number)
    store._files = files
    with pytest.raises(error):
        store.put(b"picture", "png")
