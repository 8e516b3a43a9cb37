"""Copies the database and the artifacts that it names into a folder, while everything runs, and back."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.artifact_store import FsspecArtifactStore
from engine.adapters.job_store import SqlJobStore, copies, schema
from engine.errors import ArtifactMissing, ConfigurationError

MANIFEST, ARTIFACTS, LIST = "backup.json", "artifacts", "artifacts.txt"


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied beside the database."""

    artifacts: int = 0
    missing: tuple[str, ...] = ()
    """Keys of artifacts that are gone or damaged where they were to be copied from."""


def back_up(url: str, artifacts: FsspecArtifactStore, folder: Path, *, with_artifacts: bool = True) -> Copied:
    """Write a backup into the new `folder`, which is there once it is complete.

    Without `with_artifacts` their keys are listed only. Raises ConfigurationError, StoreUnavailable, StorageFull,
    BackendUnavailable.
    """
    if folder.exists():
        raise ConfigurationError(f"{folder} is there already: name a new folder.")
    found = schema.revision(url)
    if found != schema.newest():
        raise ConfigurationError(
            f"The database has schema {found or 'none'}, this version has {schema.newest()}: make the backup with the "
            "version of AIGC that runs on it, or bring it up to date first: aigc database upgrade"
        )
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        database = copies.dump(url, part)
        names = _named(url)  # afterwards: all that the copy names and that is still kept
        (part / LIST).write_text("".join(f"{name}\n" for name in names))
        copied = _copy(names, artifacts, _folder(part)) if with_artifacts else Copied()
        told = {"at": time.time(), "schema": found, "database": database, "missing": copied.missing}
        (part / MANIFEST).write_text(json.dumps(told, indent=2) + "\n")
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return copied


def restore(url: str, artifacts: FsspecArtifactStore, folder: Path, *, replace: bool = False) -> Copied:
    """Bring back what `back_up` wrote: artifacts first, then the rows that name them.

    Raises ConfigurationError where `folder` is no whole backup, of a schema that this version does not know, or as
    `copies.load` says; StoreUnavailable, StorageFull, BackendUnavailable.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text())
        made_with = str(told["schema"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"{folder} is no backup: {MANIFEST} is missing or damaged") from error
    if made_with not in schema.known():
        raise ConfigurationError(f"The backup has schema {made_with}, this version knows {schema.newest()} and older.")
    copied = Copied()
    if (folder / ARTIFACTS).exists():
        source = _folder(folder)
        copied = _copy(sorted(source.names()), source, artifacts)
    copies.load(url, folder, replace=replace)
    schema.migrate(url)
    return copied


def _named(url: str) -> list[str]:
    store = SqlJobStore(url)
    try:
        return sorted(set(store.retention.named()))
    finally:
        store.close()


def _folder(backup: Path) -> FsspecArtifactStore:
    return FsspecArtifactStore(f"file://{(backup / ARTIFACTS).absolute()}")


def _copy(names: Iterable[str], source: FsspecArtifactStore, to: FsspecArtifactStore) -> Copied:
    """Each is checked by its hash on the way."""
    done, missing = 0, []
    for name in names:
        try:
            to.put(source.get(name), name.rpartition(".")[2])
            done += 1
        except ArtifactMissing:
            missing.append(name)
    return Copied(done, tuple(missing))
