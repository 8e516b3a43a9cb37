"""The server that comes with the product: answers once entered, gone once left, and gone with a killed parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from engine.adapters.embedded_redis import EmbeddedRedis
from engine.errors import ConfigurationError
from tests.support.waiting import until

PARENT = """
import sys, time, pathlib
from engine.adapters.embedded_redis import EmbeddedRedis
with EmbeddedRedis(pathlib.Path(sys.argv[1])) as server:
    print(server.port, flush=True)
    time.sleep(600)
"""


def answers(port: int) -> bool:
    with socket.socket() as link:
        return link.connect_ex(("127.0.0.1", port)) == 0


def test_it_answers_while_it_is_entered(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        with redis.Redis.from_url(server.url) as client:
            assert client.ping()
            assert client.config_get("bind")["bind"] == "127.0.0.1"
        port = server.port
    assert not answers(port)


def test_a_port_that_is_taken_is_an_error_that_names_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=str(port)), EmbeddedRedis(tmp_path, port):
            pass


def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    port = int(parent.stdout.readline())
    assert answers(port)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until(lambda: not answers(port))
