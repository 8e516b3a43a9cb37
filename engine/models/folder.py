"""Keeps a model folder that is made on this machine: whole, of the right version, replaced in one move."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.errors import ConfigurationError, StorageFull

MANIFEST = "manifest.json"


def ensure_folder(target: Path, version: str, build: Callable[[Path], None]) -> Path:
    """The folder `target`, as `build` fills it; made again where missing, of another version or damaged.

    Safe to call from two processes at once. Raises StorageFull, ConfigurationError, and what `build` raises.
    """
    if is_whole(target, version):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            build(fresh)
            _sign(fresh, version)
            _put_in_place(fresh, target, version)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(f"no room for a model in {target}: {error}", path=str(target)) from error
        raise ConfigurationError(f"cannot keep a model in {target}: {error}", path=str(target)) from error
    return target


def is_whole(folder: Path, version: str) -> bool:
    """Whether `folder` is of this version and every file is as it was written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        return manifest["version"] == version and all(
            digest(folder / name) == known for name, known in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def digest(file: Path) -> str:
    """The file's SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sign(folder: Path, version: str) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    digests = {file.relative_to(folder).as_posix(): digest(file) for file in files}
    (folder / MANIFEST).write_text(json.dumps({"version": version, "files": digests}, indent=1))


def _put_in_place(fresh: Path, target: Path, version: str) -> None:
    """Rename `fresh` to `target` unless another process was first; what was there before goes."""
    if is_whole(target, version):
        return
    old = fresh.with_name(f"{fresh.name}-old")
    try:
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    except OSError:
        if not is_whole(target, version):
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
