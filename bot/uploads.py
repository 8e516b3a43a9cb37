"""Use case: an attached image or table becomes bytes that a job can name.

Here and not in the worker, which holds no Slack token. The file goes into the artifact store as it came, so that the
credentials in it are not lost; its header alone is looked at, for a quick answer to whoever sent something else.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.errors import FileDelayed, FileUnusable
from bot.ports import Attachment, FileSource
from engine.domain import table as table_file
from engine.domain.table import Table
from engine.errors import StartingImageError, StorageFull, TableError, TransientError
from engine.ports import ArtifactStore
from engine.starting_image import MAX_BYTES, extension

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 3
MOST_AT_ONCE = 8
"""Files in memory at a time; others wait their turn."""
MOST_DOCUMENT_BYTES = 20_000_000
"""Of a file for the knowledge base, as engine.knowledge.reading has it."""
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_WAIT_S = 1.0
_LONGEST_WAIT_S = 30.0


class Uploads:
    """Keeps files that came with messages."""

    def __init__(
        self, files: FileSource, artifacts: ArtifactStore, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._files = files
        self._artifacts = artifacts
        self._sleep = sleep
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    async def keep(self, file: Attachment) -> str:
        """The artifact store's key of an image's bytes, which are there on return. Raises FileError."""
        key, _ = await self._kept(file, MAX_BYTES, lambda data: (extension(data), None))
        return key

    async def keep_table(self, file: Attachment) -> tuple[str, Table]:
        """The artifact store's key of a CSV file, and what it says. Raises FileError."""
        key, table = await self._kept(file, table_file.MAX_BYTES, lambda data: ("csv", table_file.read_table(data)))
        return key, table

    async def keep_document(self, file: Attachment) -> str:
        """The artifact store's key of a document for the knowledge base, whatever it is. Raises FileError."""
        ending = "html" if file.is_canvas else ending_of(file.name)
        key, _ = await self._kept(file, MOST_DOCUMENT_BYTES, lambda data: (ending, None))
        return key

    async def keep_text(self, text: str) -> str:
        """The artifact store's key of a text. Raises FileError."""
        try:
            return await asyncio.to_thread(self._artifacts.put, text.encode(), "txt")
        except StorageFull as error:
            raise FileUnusable(str(error), f"failure.{error.code}") from error
        except TransientError as error:
            raise FileDelayed(str(error)) from error

    async def _kept(self, file: Attachment, most: int, look: Callable[[bytes], tuple[str, T]]) -> tuple[str, T]:
        for tried in range(1, TRIES):
            try:
                return await self._keep(file, most, look)
            except FileDelayed as error:
                log.warning("an attached file is not to be had yet, try %d: %s", tried, error)
                wait_s = error.retry_after_s if error.retry_after_s is not None else _WAIT_S * 4 ** (tried - 1)
                await self._sleep(min(wait_s, _LONGEST_WAIT_S))
        return await self._keep(file, most, look)

    async def _keep(self, file: Attachment, most: int, look: Callable[[bytes], tuple[str, T]]) -> tuple[str, T]:
        """One try; `look` says what its name is to end in, and what is seen in it."""
        async with self._room:
            data = await self._files.fetch(file, most)
            try:
                return await asyncio.to_thread(self._put, data, look)
            except (StartingImageError, TableError, StorageFull) as error:
                raise FileUnusable(str(error), f"failure.{error.code}") from error
            except TransientError as error:
                raise FileDelayed(str(error)) from error

    def _put(self, data: bytes, look: Callable[[bytes], tuple[str, T]]) -> tuple[str, T]:
        ending, seen = look(data)
        return self._artifacts.put(data, ending), seen


def ending_of(name: str) -> str:
    """Of a file name, as the artifact store takes it; "bin" where it has none."""
    return found[1].lower() if (found := _ENDING.search(name)) else "bin"


def first_image(files: Sequence[Attachment]) -> Attachment | None:
    """The one to start from: the first that Slack takes for an image, else the first; None of none."""
    return next((file for file in files if file.is_image), files[0] if files else None)


def first_table(files: Sequence[Attachment]) -> Attachment | None:
    return next((file for file in files if file.is_table), None)
