"""Files on their way in: announced, received, completed."""

from __future__ import annotations

import io
import mimetypes
import time
from dataclasses import replace
from pathlib import PurePath

from PIL import Image

from bot.playground.errors import SlackError
from bot.playground.ids import new_id
from bot.playground.model import File
from bot.playground.workspace import Workspace

_MOST_PIXELS = 100_000_000


class Uploads:
    """The external upload flow (docs.slack.dev/messaging/working-with-files), and the short way for people."""

    def __init__(self, workspace: Workspace, ready_after_s: float, max_bytes: int) -> None:
        self._workspace = workspace
        self._ready_after_s = ready_after_s
        self.max_bytes = max_bytes

    def announce(self, name: str, size: int, user: str, alt_txt: str = "", mimetype: str = "") -> File:
        """A file of which nothing is here yet; its name tells its media type. Raises SlackError if it is too large."""
        if size > self.max_bytes:
            raise SlackError("file_upload_size_restricted")
        safe_name = PurePath(name.replace("\\", "/")).name[:255] or "file"
        mimetype = mimetype or mimetypes.guess_type(safe_name)[0] or "application/octet-stream"
        file = File(new_id("F"), safe_name, safe_name, mimetype, size, user, int(time.time()), alt_txt=alt_txt)
        self._workspace.put_file(file)
        return file

    def receive(self, file: File, data: bytes) -> File:
        """Its bytes. Raises SlackError if they are not as many as announced."""
        if len(data) != file.size:
            raise SlackError("invalid_file_size", status=400)
        width, height = _dimensions(data) if file.mimetype.startswith("image/") else (0, 0)
        received = replace(file, received=True, width=width, height=height)
        self._workspace.write_bytes(received, data)
        self._workspace.put_file(received)
        return received

    def complete(self, file_id: str, title: str) -> File:
        """Make it a file of the workspace. Raises SlackError file_not_found."""
        file = self._workspace.files.get(file_id)
        if not file or not file.received:
            raise SlackError("file_not_found")
        ready_at = time.time() + self._ready_after_s
        completed = replace(file, complete=True, title=title[:255] or file.title, ready_at=ready_at)
        self._workspace.put_file(completed)
        return completed

    def add(self, name: str, data: bytes, user: str, mimetype: str = "") -> File:
        """All three steps at once."""
        file = self.receive(self.announce(name, len(data), user, mimetype=mimetype), data)
        return self.complete(file.id, "")

    def share(self, file: File, channel: str, ts: str) -> None:
        """Remember where a message shows it."""
        self._workspace.put_file(replace(file, shares=(*file.shares, (channel, ts))))


def _dimensions(data: bytes) -> tuple[int, int]:
    """In pixels; (0, 0) if it is no image that can be read."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
    except (OSError, ValueError, Image.DecompressionBombError, SyntaxError):
        return 0, 0
    return (width, height) if width * height <= _MOST_PIXELS else (0, 0)


def preview_png(data: bytes, longest_px: int) -> bytes | None:
    """A smaller PNG of an image, None if it cannot be read. Takes milliseconds: call it from a thread."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.thumbnail((longest_px, longest_px))
            out = io.BytesIO()
            image.convert("RGBA").save(out, "PNG")
    except (OSError, ValueError, Image.DecompressionBombError, SyntaxError):
        return None
    return out.getvalue()
