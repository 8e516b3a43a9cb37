"""An attached image is fetched with patience, looked at, and kept as it came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.errors import FileDelayed, FileError, FileForbidden, FileUnusable
from bot.locales import LOCALES, t
from bot.ports import Attachment
from bot.uploads import MOST_AT_ONCE, TRIES, Uploads, first_image
from engine.errors import BackendUnavailable, EngineError, StorageFull
from engine.starting_image import MAX_BYTES
from tests.fakes import FakeArtifactStore
from tests.support.pictures import HEIC, HTML, PDF, SVG, bomb, encoded, halves

IMAGE, OTHER = Attachment("F1"), Attachment("F2", is_image=False)


@dataclass
class Source:
    """A FileSource that raises `errors` first."""

    data: bytes = b""
    errors: list[FileError] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)

    async def fetch(self, file: Attachment, most_bytes: int) -> bytes:
        self.limits.append(most_bytes)
        if self.errors:
            raise self.errors.pop(0)
        return self.data


@dataclass
class Kept:
    """Uploads over a source, with the waits that were asked for."""

    source: Source
    store: FakeArtifactStore = field(default_factory=FakeArtifactStore)
    waits_s: list[float] = field(default_factory=list)

    async def keep(self) -> str:
        return await Uploads(self.source, self.store, self._sleep).keep(IMAGE)

    async def _sleep(self, seconds: float) -> None:
        self.waits_s.append(seconds)


@pytest.mark.parametrize(("format", "extension"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp")])
async def test_an_image_is_kept_byte_for_byte(format: str, extension: str) -> None:
    data = encoded(halves(), format)
    kept = Kept(Source(data))
    key = await kept.keep()
    assert key.endswith(extension)
    assert kept.store.kept == {key: data}
    assert kept.source.limits == [MAX_BYTES]


@pytest.mark.parametrize("data", [SVG, HTML, PDF, HEIC, b"", encoded(halves(), "GIF"), bomb()])
async def test_what_is_no_image_to_start_from_is_not_kept(data: bytes) -> None:
    kept = Kept(Source(data))
    with pytest.raises(FileUnusable):
        await kept.keep()
    assert kept.store.kept == {}


async def test_what_is_delayed_is_tried_again_after_what_slack_advises() -> None:
    kept = Kept(Source(encoded(halves()), [FileDelayed("busy", retry_after_s=9), FileDelayed("busy")]))
    await kept.keep()
    assert kept.waits_s == [9, 4]


async def test_patience_ends() -> None:
    kept = Kept(Source(errors=[FileDelayed("busy") for _ in range(TRIES + 1)]))
    with pytest.raises(FileDelayed):
        await kept.keep()
    assert len(kept.source.limits) == TRIES


async def test_a_store_that_is_back_at_the_next_try_loses_nothing() -> None:
    class Flickering(FakeArtifactStore):
        def put(self, data: bytes, extension: str) -> str:
            if not self.kept:
                self.kept["tried"] = b""
                raise BackendUnavailable("down")
            return super().put(data, extension)

    assert (await Kept(Source(encoded(halves())), Flickering()).keep()).endswith(".png")


async def test_only_so_many_files_are_in_memory_at_a_time() -> None:
    inside, most = [0], [0]

    class Counting(Source):
        async def fetch(self, file: Attachment, most_bytes: int) -> bytes:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            await asyncio.sleep(0)
            inside[0] -= 1
            return self.data

    uploads = Uploads(Counting(encoded(halves())), FakeArtifactStore())
    await asyncio.gather(*(uploads.keep(Attachment(f"F{number}")) for number in range(3 * MOST_AT_ONCE)))
    assert most[0] == MOST_AT_ONCE


async def test_what_will_not_change_is_not_tried_again() -> None:
    kept = Kept(Source(errors=[FileForbidden("no")]))
    with pytest.raises(FileForbidden):
        await kept.keep()
    assert kept.waits_s == []


@pytest.mark.parametrize(
    ("error", "key"),
    [(StorageFull("full"), "failure.storage_full"), (BackendUnavailable("down"), "upload.delayed")],
)
async def test_a_store_that_does_not_take_it_is_an_error_of_the_file(error: EngineError, key: str) -> None:
    class Broken(FakeArtifactStore):
        def put(self, data: bytes, extension: str) -> str:
            raise error

    with pytest.raises(FileError) as caught:
        await Kept(Source(encoded(halves())), Broken()).keep()
    assert caught.value.key == key


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("error", [error for error in FileError.__subclasses__() if error is not FileUnusable])
def test_every_error_has_its_text(error: type[FileError], locale: str) -> None:
    assert t(locale, error.key)


@pytest.mark.parametrize(
    ("files", "first"), [([], None), ([OTHER], OTHER), ([OTHER, IMAGE], IMAGE), ([IMAGE, Attachment("F3")], IMAGE)]
)
def test_the_first_image_counts(files: list[Attachment], first: Attachment | None) -> None:
    assert first_image(files) == first
