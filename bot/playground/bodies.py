"""Reads what is sent, up to a size."""

from __future__ import annotations

from starlette.requests import Request


class TooLarge(Exception):
    """More was sent than is taken."""


async def read_body(request: Request, most: int) -> bytes:
    """The body, whether or not its length was announced. Raises TooLarge beyond `most` bytes."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > most:
            raise TooLarge
    return bytes(data)
