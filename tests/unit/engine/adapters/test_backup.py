"""A backup that is made while people work holds all that was done, and comes back whole, or not at all."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.adapters.artifact_store import FsspecArtifactStore
from engine.adapters.backup import Copied, back_up, restore
from engine.adapters.job_store import SqlJobStore, migrate, schema
from engine.domain.job import State
from engine.domain.request import DrawParams
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.errors import ConfigurationError
from tests.support.jobs import new_job
from tests.support.postgres import binaries
from tests.unit.engine.conftest import MakeStore


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server's own version."""
    monkeypatch.setenv("PATH", f"{binaries()}:{os.environ['PATH']}")


@pytest.fixture
def artifacts(tmp_path: Path) -> FsspecArtifactStore:
    return FsspecArtifactStore(f"file://{tmp_path / 'artifacts'}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "monday"


def draw(store: SqlJobStore, artifacts: FsspecArtifactStore, job_id: str) -> str:
    """A finished drawing; its picture's key."""
    blob = artifacts.put(job_id.encode(), "png")
    store.add([new_job(job_id, params=DrawParams())])
    assert store.claim(job_id, "worker", 30)
    assert store.finish(job_id, "worker", State.SUCCEEDED, Result((Artifact(ArtifactKind.IMAGE, 0, 5, blob=blob),)))
    return blob


def test_what_was_there_is_there_again(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path, tmp_path: Path
) -> None:
    store = open_store()
    blob, orphan = draw(store, artifacts, "a"), artifacts.put(b"preview", "png")
    before, events = store.get("a"), store.events("a")
    assert back_up(url, artifacts, folder) == Copied(1)
    draw(store, artifacts, "later")
    store.close()
    elsewhere = FsspecArtifactStore(f"file://{tmp_path / 'new machine'}")
    assert restore(url, elsewhere, folder, replace=True) == Copied(1)
    store = open_store()
    assert store.get("a") == before
    assert store.events("a") == events
    assert store.get("later") is None
    assert elsewhere.get(blob) == b"a"
    assert orphan not in set(elsewhere.names())
    assert store.add([new_job("next")])[0].created


def test_a_backup_goes_into_an_empty_database_of_another_machine(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path, tmp_path: Path
) -> None:
    store = open_store()
    draw(store, artifacts, "a")
    back_up(url, artifacts, folder)
    store.close()
    if url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'another.db'}"
    else:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    restore(url, artifacts, folder)
    store = SqlJobStore(url)
    assert store.get("a") is not None
    store.close()


def test_a_backup_goes_into_a_database_that_has_tables_and_nothing_in_them(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path
) -> None:
    store = open_store()
    back_up(url, artifacts, folder)
    store.close()
    restore(url, artifacts, folder)
    restore(url, artifacts, folder, replace=True)
    assert open_store().add([new_job("next")])[0].created


@pytest.mark.parametrize("schema_then", schema.known()[:-1])
def test_an_older_backup_replaces_a_newer_database_and_is_brought_up_to_date(
    empty_url: str, artifacts: FsspecArtifactStore, folder: Path, monkeypatch: pytest.MonkeyPatch, schema_then: str
) -> None:
    migrate(empty_url)
    schema.downgrade(empty_url, schema_then)
    with monkeypatch.context() as then:
        then.setattr(schema, "newest", lambda: schema_then)
        then.setattr("engine.adapters.backup._named", lambda url: [])
        back_up(empty_url, artifacts, folder)
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    store.add([new_job("later")])
    store.close()
    restore(empty_url, artifacts, folder, replace=True)
    assert schema.revision(empty_url) == schema.newest()
    store = SqlJobStore(empty_url)
    assert store.get("later") is None
    assert store.add([new_job("next")])[0].created
    store.close()


def test_what_a_newer_version_made_is_not_half_replaced(
    empty_url: str, artifacts: FsspecArtifactStore, folder: Path
) -> None:
    if empty_url.startswith("sqlite"):
        pytest.skip("SQLite's file is replaced whole")
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    store.add([new_job("a")])
    back_up(empty_url, artifacts, folder)
    store.close()
    engine = sa.create_engine(empty_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="newer version"):
        restore(empty_url, artifacts, folder, replace=True)
    with engine.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM jobs")) == 1


def test_a_backup_is_one_state_though_people_go_on_working(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path
) -> None:
    store, stop, added = open_store(), threading.Event(), [0]

    def work() -> None:
        while not stop.is_set():
            number = added[0]
            store.add([new_job(f"{number}-one"), new_job(f"{number}-two")])
            added[0] += 1

    worker = threading.Thread(target=work)
    worker.start()
    while added[0] < 3:
        stop.wait(0.001)
    before = added[0]
    back_up(url, artifacts, folder)
    stop.set()
    worker.join()
    store.close()
    restore(url, artifacts, folder, replace=True)
    store = open_store()
    found = [{half for half in ("one", "two") if store.get(f"{number}-{half}")} for number in range(added[0])]
    assert all(found[:before])
    assert all(halves in (set(), {"one", "two"}) for halves in found)


def test_nothing_is_overwritten_unasked_and_nothing_under_peoples_hands(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path
) -> None:
    store = open_store()
    draw(store, artifacts, "a")
    back_up(url, artifacts, folder)
    with pytest.raises(ConfigurationError, match="there already"):
        back_up(url, artifacts, folder)
    with pytest.raises(ConfigurationError, match="in use"):
        restore(url, artifacts, folder, replace=True)
    store.close()
    with pytest.raises(ConfigurationError, match="--force"):
        restore(url, artifacts, folder)
    store = open_store()
    assert store.get("a") is not None


def test_the_file_that_was_replaced_is_kept(
    open_store: MakeStore, url: str, artifacts: FsspecArtifactStore, folder: Path
) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL has its own dumps")
    store = open_store()
    back_up(url, artifacts, folder)
    for name in ("a", "b"):
        store.add([new_job(name)])
        store.close()
        restore(url, artifacts, folder, replace=True)
    for name, end in (("a", ""), ("b", "-2")):
        kept = SqlJobStore(f"{url}.before-restore{end}")
        assert kept.get(name) is not None
        kept.close()


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_restore_that_is_killed_leaves_the_database_that_was_there(
    empty_url: str,
    artifacts: FsspecArtifactStore,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    links: bool,
) -> None:
    if not empty_url.startswith("sqlite"):
        pytest.skip("PostgreSQL has its transactions")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    def refused(*_: object) -> None:
        raise PermissionError

    migrate(empty_url)
    store = SqlJobStore(empty_url)
    back_up(empty_url, artifacts, folder)
    store.add([new_job("a")])
    store.close()
    with monkeypatch.context() as then:
        then.setattr(Path, "replace", killed)
        if not links:
            then.setattr(Path, "hardlink_to", refused)
        with pytest.raises(KeyboardInterrupt):
            restore(empty_url, artifacts, folder, replace=True)
    for left in (empty_url, f"{empty_url}.before-restore"):
        store = SqlJobStore(left)
        assert store.get("a") is not None
        store.close()
    restore(empty_url, artifacts, folder, replace=True)
    store = SqlJobStore(empty_url)
    assert store.get("a") is None
    store.close()


def test_what_is_missing_is_told_and_the_rest_is_copied(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path, tmp_path: Path
) -> None:
    store = open_store()
    blob = draw(store, artifacts, "a")
    lost, damaged = draw(store, artifacts, "lost"), draw(store, artifacts, "damaged")
    assert artifacts.delete(lost, 1e12)
    (tmp_path / "artifacts" / damaged[:2] / damaged).write_bytes(b"other")
    copied = back_up(url, artifacts, folder)
    assert copied == Copied(1, tuple(sorted([lost, damaged])))
    assert json.loads((folder / "backup.json").read_text())["missing"] == sorted([lost, damaged])
    assert set((folder / "artifacts.txt").read_text().split()) == {blob, lost, damaged}


def test_images_may_have_a_backup_of_their_own(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path
) -> None:
    blob = draw(open_store(), artifacts, "a")
    assert back_up(url, artifacts, folder, with_artifacts=False) == Copied()
    assert (folder / "artifacts.txt").read_text() == f"{blob}\n"
    assert not (folder / "artifacts").exists()


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(open_store(), artifacts, "a")

    def broken(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(FsspecArtifactStore, "get", broken)
    with pytest.raises(KeyboardInterrupt):
        back_up(url, artifacts, folder)
    assert list(folder.parent.iterdir()) == []


def test_what_is_no_whole_backup_changes_nothing(
    url: str, open_store: MakeStore, artifacts: FsspecArtifactStore, folder: Path, tmp_path: Path
) -> None:
    store = open_store()
    back_up(url, artifacts, folder)
    store.add([new_job("a")])
    store.close()
    for database in folder.glob("aigc.d*"):
        database.write_bytes(database.read_bytes()[:3000].replace(b"PGDMP", b"XXXXX") + b"\xff" * 9000)
    with pytest.raises(Exception, match=r"damaged|pg_restore"):
        restore(url, artifacts, folder, replace=True)
    (folder / "backup.json").write_text('{"schema": "9999"}')
    with pytest.raises(ConfigurationError, match="9999"):
        restore(url, artifacts, folder, replace=True)
    (folder / "backup.json").unlink()
    with pytest.raises(ConfigurationError, match="no backup"):
        restore(url, artifacts, folder, replace=True)
    assert open_store().get("a") is not None


def test_a_database_of_another_version_is_backed_up_by_that_version(
    empty_url: str, artifacts: FsspecArtifactStore, folder: Path
) -> None:
    migrate(empty_url)
    schema.downgrade(empty_url, schema.known()[-2])
    with pytest.raises(ConfigurationError, match="aigc database upgrade"):
        back_up(empty_url, artifacts, folder)


def test_without_pg_dump_it_says_what_to_do(
    url: str, artifacts: FsspecArtifactStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite needs no program")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ConfigurationError, match="pg_dump"):
        back_up(url, artifacts, folder)
