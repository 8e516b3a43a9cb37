"""Fetching attached files at the wire: real servers that redirect, lie, trickle and hang up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from yarl import URL

from bot.errors import FileDelayed, FileElsewhere, FileError, FileForbidden, FileGone, FileTooLarge
from bot.ports import Attachment
from bot.slack.files import SlackFiles
from tests.support.asgi import serving
from tests.support.pictures import HTML, encoded, halves

MOST = 100_000
TOKEN = "xoxb-secret"


@dataclass
class Host:
    """A server of files; keeps the headers of what it was asked for."""

    answers: dict[str, Response] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/files.info", self._info, methods=["GET", "POST"]),
                Route("/files/{name:path}", self._file),
            ]
        )

    async def _info(self, request: Request) -> Response:
        return JSONResponse(self.info)

    async def _file(self, request: Request) -> Response:
        self.asked.append((request.path_params["name"], dict(request.headers)))
        return self.answers.get(request.path_params["name"], PlainTextResponse("no such file", status_code=404))

    def tokens(self) -> list[str | None]:
        return [headers.get("authorization") for _, headers in self.asked]


@pytest.fixture
def slack() -> Iterator[Host]:
    host = Host()
    with serving(host.app()) as host.url:
        yield host


@pytest.fixture
def elsewhere() -> Iterator[Host]:
    host = Host()
    with serving(host.app()) as host.url:
        yield host


def fetched(slack: Host, file: Attachment, timeout_s: float = 10, most: int = MOST) -> bytes:
    return asyncio.run(SlackFiles(TOKEN, f"{slack.url}/api/", timeout_s).fetch(file, most))


def at(host: Host, name: str = "a.png", **others: Any) -> Attachment:
    return Attachment("F1", f"{host.url}/files/{name}", **others)


def test_the_bytes_come_for_the_token_as_they_are(slack: Host) -> None:
    data = encoded(halves())
    slack.answers["a.png"] = Response(data, media_type="image/png")
    assert fetched(slack, at(slack)) == data
    [(_, headers)] = slack.asked
    assert (headers["authorization"], headers["accept-encoding"]) == (f"Bearer {TOKEN}", "identity")


def test_a_file_of_which_an_event_says_nothing_is_asked_about(slack: Host) -> None:
    slack.answers["a.png"] = Response(b"bytes")
    slack.info = {"ok": True, "file": {"id": "F1", "mimetype": "image/png", "url_private": at(slack).url}}
    assert fetched(slack, Attachment("F1")) == b"bytes"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"ok": False, "error": "missing_scope"}, FileForbidden),
        ({"ok": False, "error": "file_not_found"}, FileGone),
        ({"ok": False, "error": "file_deleted"}, FileGone),
        ({"ok": False, "error": "ratelimited"}, FileDelayed),
        ({"ok": False, "error": "internal_error"}, FileDelayed),
        ({"ok": True, "file": {"id": "F1", "mode": "tombstone"}}, FileGone),
        ({"ok": True, "file": {"id": "F1", "mode": "external", "url_private": "https://docs.example"}}, FileElsewhere),
        ({"ok": True, "file": {"id": "F1", "file_access": "check_file_info"}}, FileGone),
        ({"ok": True}, FileGone),
    ],
)
def test_what_slack_says_of_a_file_it_does_not_give(
    slack: Host, answer: dict[str, Any], error: type[FileError]
) -> None:
    slack.info = answer
    with pytest.raises(error):
        fetched(slack, Attachment("F1"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_gets_neither_the_token_nor_a_visit(
    slack: Host, elsewhere: Host, status: int
) -> None:
    elsewhere.answers["a.png"] = Response(encoded(halves()))
    slack.answers["a.png"] = RedirectResponse(f"{elsewhere.url}/files/a.png", status)
    with pytest.raises(FileElsewhere):
        fetched(slack, at(slack))
    assert elsewhere.asked == []


def test_a_redirect_within_slack_is_followed(slack: Host) -> None:
    slack.answers["a.png"] = RedirectResponse("/files/b.png")
    slack.answers["b.png"] = Response(b"bytes")
    assert fetched(slack, at(slack)) == b"bytes"


def test_redirects_that_do_not_end_end(slack: Host) -> None:
    slack.answers["a.png"] = RedirectResponse("/files/a.png")
    with pytest.raises(FileForbidden):
        fetched(slack, at(slack))
    assert len(slack.asked) < 10


def files_of(api_url: str) -> SlackFiles:
    return SlackFiles(TOKEN, api_url, 10)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/a.png",
        "https://files.slack.com:8443/a.png",
        "https://files.slack.com.evil.example/a.png",
        "https://files.slack.com@evil.example/a.png",
        "https://evilslack.com/a.png",
        "https://slack.com.evil.example/a.png",
        "https://169.254.169.254/latest/meta-data",
        "https://127.0.0.1/a.png",
        "https://[::1]/a.png",
        "https://files。evil.example/a.png",
        "ftp://files.slack.com/a.png",
        "file:///etc/passwd",
        "//evil.example/a.png",
        "javascript:alert(1)",
        "https://",
        "no address",
        "https://files.slack.com:99999/a.png",
    ],
)
async def test_nothing_is_fetched_from_what_is_not_slack(url: str) -> None:
    with pytest.raises(FileElsewhere):
        await files_of("https://slack.com/api/").fetch(Attachment("F1", url), MOST)


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.png", True),
        ("https://slack.com/files-pri/T1-F1/a.png", True),
        ("https://acme.slack.com/?redir=%2Ffiles", False),
        ("https://a.slack-edge.com/signed", False),
        ("https://downloads.slack-files.com/signed", False),
    ],
)
def test_the_token_is_for_slacks_own_hosts_alone(url: str, token: bool) -> None:
    headers = files_of("https://slack.com/api/")._authorization(URL(url))
    assert headers == ({"Authorization": f"Bearer {TOKEN}"} if token else {})


def test_a_page_in_place_of_an_image_means_that_a_scope_is_missing(slack: Host) -> None:
    slack.answers["a.png"] = RedirectResponse("/files/sign-in")
    slack.answers["sign-in"] = Response(HTML, media_type="text/html; charset=utf-8")
    with pytest.raises(FileForbidden):
        fetched(slack, at(slack))
    slack.answers["a.html"] = Response(HTML, media_type="text/html")
    assert fetched(slack, at(slack, "a.html", is_image=False)) == HTML, "somebody's own page"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, FileForbidden),
        (403, FileForbidden),
        (404, FileGone),
        (410, FileGone),
        (500, FileDelayed),
        (503, FileDelayed),
    ],
)
def test_a_status_is_an_error_that_says_whether_to_try_again(slack: Host, status: int, error: type[FileError]) -> None:
    slack.answers["a.png"] = Response(b"", status_code=status)
    with pytest.raises(error):
        fetched(slack, at(slack))


@pytest.mark.parametrize(("header", "wait_s"), [("7", 7.0), ("soon", None)])
def test_a_rate_limit_says_for_how_long(slack: Host, header: str, wait_s: float | None) -> None:
    slack.answers["a.png"] = Response(b"", status_code=429, headers={"Retry-After": header})
    with pytest.raises(FileDelayed) as caught:
        fetched(slack, at(slack))
    assert caught.value.retry_after_s == wait_s


def test_what_is_announced_as_too_large_is_not_asked_for(slack: Host) -> None:
    with pytest.raises(FileTooLarge):
        fetched(slack, at(slack, size_bytes=MOST + 1))
    assert slack.asked == []


def test_what_never_ends_is_cut_off_at_the_limit(slack: Host) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * (MOST // 10)
        await asyncio.Event().wait()

    slack.answers["a.png"] = StreamingResponse(endless(), media_type="image/png")
    with pytest.raises(FileTooLarge):
        fetched(slack, at(slack, size_bytes=10))


def test_a_compressed_answer_is_not_unpacked(slack: Host) -> None:
    slack.answers["a.png"] = Response(b"\x1f\x8b packed", headers={"Content-Encoding": "gzip"})
    assert fetched(slack, at(slack)) == b"\x1f\x8b packed"


def test_what_trickles_is_given_up_after_the_time_limit(slack: Host) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    slack.answers["a.png"] = StreamingResponse(trickle(), media_type="image/png")
    with pytest.raises(FileDelayed):
        fetched(slack, at(slack), timeout_s=0.3)


async def raw_server(answer: bytes) -> tuple[asyncio.Server, str]:
    """A server that says this and hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nshort",
        b"no HTTP at all\r\n\r\n",
        b"",
    ],
    ids=["lies about its length", "unfinished", "negative", "gibberish", "silence"],
)
async def test_a_broken_answer_may_be_tried_again(answer: bytes) -> None:
    server, url = await raw_server(answer)
    async with server:
        with pytest.raises(FileDelayed):
            await SlackFiles(TOKEN, f"{url}/api/", 5).fetch(Attachment("F1", f"{url}/files/a.png"), MOST)


async def test_where_nobody_listens_may_be_tried_again() -> None:
    server, url = await raw_server(b"")
    server.close()
    await server.wait_closed()
    with pytest.raises(FileDelayed):
        await SlackFiles(TOKEN, f"{url}/api/", 5).fetch(Attachment("F1", f"{url}/files/a.png"), MOST)


async def test_no_error_repeats_an_address_a_name_or_the_token() -> None:
    with pytest.raises(FileElsewhere) as caught:
        await files_of("https://slack.com/api/").fetch(Attachment("F1", "https://evil.example/secret-name.png"), MOST)
    assert "secret-name" not in str(caught.value)
    assert TOKEN not in str(caught.value)
