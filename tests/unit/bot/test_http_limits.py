"""What a client may send around a body, over a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import http_limits
from bot.http_limits import MAX_AROUND_BODY, BoundedProtocol
from tests.support.asgi import serving

ENDLESS = 64 * 1024 * 1024
"""More than any buffer on the way takes: whoever sends so much notices that nobody reads it."""


async def size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    app = Starlette(routes=[Route("/", size, methods=["POST"])])
    with serving(app, http=BoundedProtocol) as url:
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        yield parts.hostname, parts.port


def answer(address: tuple[str, int], *pieces: bytes) -> bytes:
    """All that comes back until the other side closes, b"" if it cuts the connection."""
    with socket.create_connection(address, timeout=30) as link:
        try:
            for piece in pieces:
                link.sendall(piece)
            return b"".join(iter(lambda: link.recv(65_536), b""))
        except OSError:
            return b""


HEAD = b"POST / HTTP/1.1\r\nhost: bot\r\nconnection: close\r\n"


def test_a_request_of_slacks_gets_through(address: tuple[str, int]) -> None:
    body = b"x" * 1_000_000
    head = HEAD + b"x-slack-signature: v0=" + b"a" * 64 + f"\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    assert answer(address, head, body).endswith(b"1000000")


def test_so_does_one_in_chunks_and_a_second_one_behind_it(address: tuple[str, int]) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    first = b"POST / HTTP/1.1\r\nhost: bot\r\ntransfer-encoding: chunked\r\n\r\n"
    second = HEAD + b"content-length: 3\r\n\r\nabc"
    got = answer(address, first, *[chunk] * 10, b"0\r\n\r\n", second)
    assert b"655360" in got
    assert got.endswith(b"3")


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"POST /", b"a" * 65_536),
        (b"POST / HTTP/1.1\r\nx: ", b"a" * 65_536),
        (b"POST / HTTP/1.1\r\n", b"x: a\r\n" * 10_000),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n1;", b"a" * 65_536),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\n", b"x: a\r\n" * 10_000),
    ],
    ids=["address", "one header", "many headers", "around chunks", "trailers"],
)
def test_what_never_ends_is_cut_off(address: tuple[str, int], head: bytes, piece: bytes) -> None:
    assert MAX_AROUND_BODY < ENDLESS
    assert b"200 OK" not in answer(address, head, *[piece] * (ENDLESS // len(piece)))


@pytest.mark.parametrize("begun", [b"", b"POST / HT", HEAD], ids=["nothing", "a line", "some headers"])
def test_what_does_not_come_in_time_is_cut_off(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_limits, "HEAD_S", 0.05)
    assert patiently_served(begun) == b""


@pytest.mark.parametrize("length", [b"content-length: 9000", b"transfer-encoding: chunked"])
def test_so_is_a_body_that_does_not_come_in_time(length: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_limits, "BODY_S", 0.05)
    assert patiently_served(HEAD + length + b"\r\n\r\n1") == b""


def test_what_is_answered_before_its_body_came_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_limits, "BODY_S", 3_600.0)
    got = patiently_served(b"GET / HTTP/1.1\r\nhost: bot\r\ncontent-length: 9000\r\n\r\nx")
    assert got.startswith(b"HTTP/1.1 405 ")


def test_a_body_that_comes_behind_another_request_is_waited_for(address: tuple[str, int]) -> None:
    first = b"GET / HTTP/1.1\r\nhost: bot\r\n\r\n"
    with socket.create_connection(address, timeout=30) as link:
        link.sendall(first + HEAD + b"content-length: 3\r\n\r\na")
        assert b"405" in link.recv(65_536)
        link.sendall(b"bc")
        assert b"".join(iter(lambda: link.recv(65_536), b"")).endswith(b"3")


def patiently_served(sent: bytes) -> bytes:
    """All that comes back from a server that never closes a connection only because nothing happens on it."""
    app: Any = Starlette(routes=[Route("/", size, methods=["POST"])])
    with serving(app, http=BoundedProtocol, timeout_keep_alive=3_600) as url:
        parts = urlsplit(url)
        got = b""
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as link:
            link.sendall(sent)
            try:
                while piece := link.recv(65_536):
                    got += piece
            except ConnectionResetError:
                return got
        return got
