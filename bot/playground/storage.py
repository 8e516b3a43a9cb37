"""Keeps records and uploaded bytes: in a SQLite file and a folder, or in memory."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot.playground.model import Json

_FILE_ID = re.compile(r"[A-Z0-9]{1,32}\Z")


class Storage:
    """Written through at every change. Used from the event loop's thread alone."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._bytes: dict[str, bytes] = {}
        if folder:
            (folder / "files").mkdir(parents=True, exist_ok=True)
        where = str(folder / "workspace.sqlite") if folder else ":memory:"
        self._sql = sqlite3.connect(where, isolation_level=None, check_same_thread=False)
        self._sql.execute("PRAGMA journal_mode=WAL")
        # A power cut may cost the last messages of a playground; in exchange no message waits for the disk.
        self._sql.execute("PRAGMA synchronous=OFF")
        self._sql.execute(
            "CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, document TEXT, PRIMARY KEY (kind, key))"
        )

    def load(self, kind: str) -> Iterator[Json]:
        """All documents of a kind, by key."""
        rows = self._sql.execute("SELECT document FROM record WHERE kind = ? ORDER BY key", (kind,)).fetchall()
        yield from (json.loads(document) for (document,) in rows)

    def put(self, kind: str, key: str, document: Json) -> None:
        self._sql.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (kind, key, json.dumps(document)))

    def delete(self, kind: str, key: str) -> None:
        self._sql.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def write_bytes(self, file_id: str, data: bytes) -> None:
        if self._folder:
            self._path(self._folder, file_id).write_bytes(data)
        else:
            self._bytes[file_id] = data

    def read_bytes(self, file_id: str) -> bytes | None:
        if not self._folder:
            return self._bytes.get(file_id)
        path = self._path(self._folder, file_id)
        return path.read_bytes() if path.exists() else None

    def delete_bytes(self, file_id: str) -> None:
        self._bytes.pop(file_id, None)
        if self._folder:
            self._path(self._folder, file_id).unlink(missing_ok=True)

    def close(self) -> None:
        self._sql.close()

    @staticmethod
    def _path(folder: Path, file_id: str) -> Path:
        if not _FILE_ID.match(file_id):
            raise ValueError("not a file id")
        return folder / "files" / file_id
