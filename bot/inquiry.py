"""Use case: "Is this ours?", asked of a message; by what was delivered, by the record, and by labels in its pictures.

Here and not in a worker: the words of a message never travel through the broker, and the app may look into a message
that somebody points at in a channel where it could not read it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Protocol

from bot.errors import FileError
from bot.locales import t
from bot.ports import Attachment, FileSource
from bot.slack.origin import told
from bot.slack.pointed import Pointed
from engine.domain.job import State
from engine.domain.provenance import Examined, Record, Standing
from engine.domain.result import ArtifactKind
from engine.domain.wording import digest
from engine.ports import JobStore

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 1024 * 1024
"""Larger files are not fetched."""


class Examiner(Protocol):
    """engine.provenance.Examiner: what is known of a picture or of words. Raises StoreUnavailable."""

    def picture(self, data: bytes, workspace: str) -> Examined:
        """Raises ValueError for what is no picture that is read."""

    def wording(self, texts: tuple[str, ...], workspace: str) -> Examined: ...


class Inquiry:
    """Answers one question at a time: a picture of 25 million pixels takes up to 400 MB while it is looked at."""

    def __init__(self, store: JobStore, examiner: Examiner, files: FileSource) -> None:
        self._store = store
        self._examiner = examiner
        self._files = files
        self._turn = asyncio.Semaphore(1)

    async def answer(self, asked: Pointed, locale: str) -> str:
        """What to tell whoever asks, as mrkdwn. Raises StoreUnavailable and ConfigurationError."""
        own = await asyncio.to_thread(self._delivered, asked)
        if own is not None:
            return told(locale, own)
        written = await asyncio.to_thread(self._examiner.wording, asked.texts, asked.workspace)
        pictures = [await self._picture(file, asked.workspace, locale) for file in asked.files if file.is_image]
        return "\n".join(_lines(locale, asked, written, pictures))

    def _delivered(self, asked: Pointed) -> Examined | None:
        """The job that this message of the app shows the result of."""
        for job in self._store.in_thread(asked.channel, asked.thread or asked.ts):
            delivery = self._store.delivery(job.id)
            shown = asked.ts in (delivery.message, *delivery.files.values())
            if shown and job.origin.workspace == asked.workspace and job.state is State.SUCCEEDED:
                kind = ArtifactKind.TEXT
                made_at = job.finished_at or job.created_at
                return Examined(Standing.OURS, Record(job.id, asked.workspace, kind, "", "", made_at))
        return None

    async def _picture(self, file: Attachment, workspace: str, locale: str) -> str:
        async with self._turn:
            try:
                data = await self._files.fetch(file, MOST_BYTES)
                return told(locale, await asyncio.to_thread(self._examiner.picture, data, workspace))
            except FileError as error:
                log.info("a file that was asked about is not to be had: %s", type(error).__name__)
                return t(locale, "origin.no_file")
            except ValueError:
                return t(locale, "origin.unreadable")


def _lines(locale: str, asked: Pointed, written: Examined, pictures: list[str]) -> Iterator[str]:
    """Words that nobody knows are no news beside a picture that somebody asked about."""
    if written.record is not None:
        said = told(locale, written)
        yield t(locale, "origin.text", told=said) if pictures else said
    elif not pictures:
        known = any(digest(text) for text in asked.texts)
        yield told(locale, written) if known else t(locale, "origin.nothing")
    alone = len(pictures) == 1 and written.record is None
    for number, said in enumerate(pictures, start=1):
        yield said if alone else t(locale, "origin.picture", number=number, told=said)
