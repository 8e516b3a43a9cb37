"""Presidio's recognisers find what ours do not, once, offline and without a word in the log."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from engine.domain.request import Kind
from engine.domain.safety import Action, Where
from engine.safety.normalise import Views
from engine.safety.presidio import PresidioCheck
from engine.safety.recognisers import RecogniserCheck
from tests.unit.engine.safety.conftest import make_filter, presidio

check = cache(presidio)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("send it to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "send it to [wallet]"),
        ("my NIE is Z8078221M", "my NIE is [id number]"),
        ("cf RSSMRA85T10A562S", "cf [tax number]"),
        ("her PESEL: 44051401359", "her PESEL: [id number]"),
        ("NHS number 943 476 5919", "NHS number [health number]"),
        ("Aadhaar 312345678909", "Aadhaar [id number]"),
        ("我的aadhaar 312345678909号", "我的aadhaar [id number]号"),
        ("ＮＨＳ ９４３４７６５９１９", "ＮＨＳ [health number]"),
    ],
)
def test_is_redacted(text: str, shown: str) -> None:
    assert make_filter(check()).check_prompt(text, Where(Kind.COPY)).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "44051401359 pieces",
        "order 943 476 5919",
        "the company ABCPD1234E",
        "pan for gold. ABCPD1234E",
        "4155552671",
        "on 2026-11-26, see https://example.com, from 10.0.0.1",
        "UUID 123e4567-e89b-12d3-a456-426614174000",
    ],
)
def test_stays(text: str) -> None:
    assert make_filter(check()).check_prompt(text, Where(Kind.COPY)).action is Action.ALLOW


@pytest.mark.parametrize("text", ["mail ann@example.com", "IBAN GB56HXDO88167774656119", "call +49 30 12345678"])
def test_what_our_own_recognisers_find_is_reported_once(text: str) -> None:
    verdict = make_filter(RecogniserCheck(), check()).check_prompt(text, Where(Kind.COPY))
    assert [finding.check for finding in verdict.findings] == ["recognisers"]
    assert check().find(text)


def test_many_threads_may_ask_at_once() -> None:
    fresh = PresidioCheck()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: len(fresh.find("NHS number 943 476 5919")), range(64)))
    assert found == [1] * 64


def test_no_connection_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a check opened a connection")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    fresh = PresidioCheck()
    assert [entity for entity, *_ in fresh.find("mail ann@example.co.uk, NHS number 943 476 5919")] == [
        "email_address",
        "uk_nhs",
    ]


def test_a_fresh_process_needs_no_network() -> None:
    """The first e-mail address is what makes tldextract fetch its list, unless it is told not to."""
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): print('tried'); raise OSError('no network')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "from engine.safety.presidio import PresidioCheck\n"
        "print(PresidioCheck().find('mail ann@example.co.uk')[0][0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout.split(), done.stderr) == (["email_address"], "")


def test_the_log_stays_silent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    PresidioCheck().judge(Views("mail ann@example.com, IBAN GB56HXDO88167774656110, NHS 943 476 5919"), Kind.COPY)
    assert not [record for record in caplog.records if record.name.startswith(("presidio", "tldextract", "filelock"))]
