"""The addresses at which files are served."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

from bot.playground.model import File

THUMB = 360
"""The longer side of a preview, in pixels."""


class FileUrls:
    """Addresses of files under the workspace's own; with a key where a browser, which has no token, loads them."""

    def __init__(self, public_url: str, secret: str) -> None:
        self._base = f"{public_url}/files"
        self._secret = secret.encode()

    def private(self, file: File) -> str:
        return f"{self._base}/{file.id}/{quote(file.name)}"

    def thumb(self, file: File) -> str:
        return f"{self._base}/{file.id}/thumb_{THUMB}.png"

    def keyed(self, url: str, file_id: str) -> str:
        return f"{url}?key={self.key(file_id)}"

    def key(self, file_id: str) -> str:
        return hmac.new(self._secret, f"file:{file_id}".encode(), hashlib.sha256).hexdigest()[:32]

    def opens(self, file_id: str, key: str) -> bool:
        return hmac.compare_digest(self.key(file_id).encode(), key.encode())
