"""Artifacts by content: what goes in comes out, or an error says that it is gone or damaged; what is old can go."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.artifact_store import FsspecArtifactStore
from engine.errors import ArtifactMissing, BackendUnavailable, EngineError, StorageFull
from tests.support.small_disk import small_disk

FUTURE = time.time() + 1e6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a b"


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, folder: Path) -> Iterator[FsspecArtifactStore]:
    yield FsspecArtifactStore(f"file://{folder}" if request.param == "folder" else "memory://bucket/prefix")
    MemoryFileSystem.store.clear()


@pytest.fixture
def in_folder(folder: Path) -> FsspecArtifactStore:
    return FsspecArtifactStore(f"file://{folder}")


def file_of(folder: Path, key: str) -> Path:
    return folder / key[:2] / key


def age(folder: Path, key: str) -> None:
    os.utime(file_of(folder, key), (1000.0, 1000.0))


@given(st.binary(max_size=200))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = FsspecArtifactStore(f"file://{tmp_path_factory.getbasetemp()}/artifacts")
    assert store.get(store.put(data, "png")) == data


def test_the_key_is_the_hash_of_the_content(store: FsspecArtifactStore) -> None:
    key = store.put(b"picture", "png")
    assert key == hashlib.sha256(b"picture").hexdigest() + ".png"
    assert store.put(b"picture", ".png") == key
    assert store.get(key) == b"picture"


def test_an_object_store_is_as_good_as_a_folder() -> None:
    store = FsspecArtifactStore("memory://bucket/prefix")
    key = store.put(b"picture", "png")
    assert FsspecArtifactStore("memory://bucket/prefix").get(key) == b"picture"


def test_nothing_but_the_file_is_left_behind(in_folder: FsspecArtifactStore, folder: Path) -> None:
    key = in_folder.put(b"picture", "png")
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [key]


def test_a_file_and_its_name_are_on_the_disk_before_its_key_is_known(
    in_folder: FsspecArtifactStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    key = in_folder.put(b"picture", "png")
    place = str(folder / key[:2])
    assert [path for path in synced if path.startswith(f"{place}/")]
    assert synced[-1] == place
    assert str(folder) in synced


@pytest.mark.parametrize("key", ["0" * 64 + ".png", "../../etc/passwd", "", "0" * 64 + ".png/../x"])
def test_what_was_never_stored_is_missing(store: FsspecArtifactStore, key: str) -> None:
    with pytest.raises(ArtifactMissing):
        store.get(key)


def test_what_changed_on_the_disk_is_damaged(in_folder: FsspecArtifactStore, folder: Path) -> None:
    key = in_folder.put(b"picture", "png")
    file_of(folder, key).write_bytes(b"another")
    with pytest.raises(ArtifactMissing, match="damaged"):
        in_folder.get(key)


@pytest.mark.parametrize("left", [b"pic", b"\0" * 7])
def test_what_is_damaged_is_written_again(in_folder: FsspecArtifactStore, folder: Path, left: bytes) -> None:
    key = in_folder.put(b"picture", "png")
    file_of(folder, key).write_bytes(left)
    in_folder.put(b"picture", "png")
    assert in_folder.get(key) == b"picture"


def test_a_name_is_no_path(store: FsspecArtifactStore) -> None:
    with pytest.raises(ValueError, match="extension"):
        store.put(b"picture", "png/../../x")
    with pytest.raises(ValueError, match="name"):
        store.delete("../x", FUTURE)


def test_what_is_stored_can_be_listed_measured_and_deleted(store: FsspecArtifactStore) -> None:
    keys = {store.put(b"picture", "png"), store.put(b"another", "png")}
    assert set(store.names()) == keys
    gone = store.put(b"picture", "png")
    stored = store.stat(gone)
    assert stored is not None
    assert stored.size_bytes == len(b"picture")
    assert abs(stored.at - time.time()) < 60
    assert not store.delete(gone, stored.at)
    assert store.delete(gone, FUTURE)
    assert not store.delete(gone, FUTURE)
    assert store.stat(gone) is None
    assert set(store.names()) == keys - {gone}


def test_a_store_that_was_never_used_is_empty(store: FsspecArtifactStore) -> None:
    assert list(store.names()) == []


def test_other_peoples_files_are_left_alone(in_folder: FsspecArtifactStore, folder: Path) -> None:
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "notes.txt").write_text("ours")
    (folder / "README").write_text("ours")
    assert list(in_folder.names()) == []


def test_what_a_killed_writer_left_is_listed_and_can_go(in_folder: FsspecArtifactStore, folder: Path) -> None:
    key = in_folder.put(b"picture", "png")
    left = file_of(folder, key).with_name(f"{key}.{'0' * 32}.part")
    left.write_bytes(b"pic")
    assert set(in_folder.names()) == {key, left.name}
    assert in_folder.delete(left.name, FUTURE)
    assert list(in_folder.names()) == [key]


def test_what_is_put_again_is_as_young_as_new(in_folder: FsspecArtifactStore, folder: Path) -> None:
    key = in_folder.put(b"picture", "png")
    age(folder, key)
    in_folder.put(b"picture", "png")
    assert not in_folder.delete(key, time.time() - 3600)


def test_what_is_put_again_while_it_is_deleted_stays(
    in_folder: FsspecArtifactStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = in_folder.put(b"picture", "png")
    age(folder, key)
    rename = Path.rename

    def put_first(path: Path, to: Path) -> Path:
        monkeypatch.setattr(Path, "rename", rename)
        in_folder.put(b"picture", "png")
        return path.rename(to)

    monkeypatch.setattr(Path, "rename", put_first)
    assert not in_folder.delete(key, 2000.0)
    assert in_folder.get(key) == b"picture"
    assert list(in_folder.names()) == [key]


def test_whoever_puts_what_another_deletes_for_its_age_has_it(in_folder: FsspecArtifactStore, folder: Path) -> None:
    key = in_folder.put(b"picture", "png")
    with ThreadPoolExecutor(3) as pool:
        for _ in range(100):
            age(folder, key)
            puts = [pool.submit(in_folder.put, b"picture", "png") for _ in range(2)]
            pool.submit(in_folder.delete, key, 2000.0).result()
            assert {done.result() for done in puts} == {key}
            assert in_folder.get(key) == b"picture"
    assert list(in_folder.names()) == [key]


class _Broken(MemoryFileSystem):  # type: ignore[misc]
    """A file system whose every call fails as it is told to."""

    protocol = "broken"
    cachable = False
    error: Exception

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise self.error

    pipe_file = cat_file = size = find = rm_file = _refuse


fsspec.register_implementation("broken", _Broken)


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (OSError(errno.ENOSPC, "refused"), StorageFull),
        (OSError(errno.EDQUOT, "refused"), StorageFull),
        (OSError(errno.EIO, "refused"), BackendUnavailable),
        (RuntimeError("no credentials: hunter2"), BackendUnavailable),
    ],
)
def test_a_full_store_is_told_apart_from_a_broken_one(raised: Exception, told: type[EngineError]) -> None:
    store = FsspecArtifactStore("broken://bucket")
    _Broken.error = raised
    with pytest.raises(told) as caught:
        store.put(b"picture", "png")
    assert "hunter2" not in str(caught.value)


def test_a_store_that_does_not_answer_says_so_whatever_is_asked() -> None:
    store, key = FsspecArtifactStore("broken://bucket"), "0" * 64 + ".png"
    _Broken.error = OSError(errno.EIO, "refused")
    for ask in (lambda: store.get(key), lambda: list(store.names()), lambda: store.stat(key)):
        with pytest.raises(BackendUnavailable):
            ask()


def test_a_full_disk_is_an_error_and_leaves_all_whole() -> None:
    with small_disk(256 * 1024) as disk:
        store = FsspecArtifactStore(f"file://{disk}")
        before = store.put(b"small", "png")
        with pytest.raises(StorageFull):
            store.put(os.urandom(512 * 1024), "png")
        assert list(store.names()) == [before]
        assert store.get(before) == b"small"
        assert store.get(store.put(b"fits", "png")) == b"fits"
