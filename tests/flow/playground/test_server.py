"""The workspace as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.support.asgi import bound_socket
from tests.support.slack import ADA
from tests.support.waiting import until

PROGRAM = """
import sys
from pathlib import Path
from bot.playground.app import create_playground
from bot.playground.config import PlaygroundConfig
from bot.playground.server import serve
port, folder = int(sys.argv[1]), Path(sys.argv[2])
serve(create_playground(PlaygroundConfig(folder, "s", "b", "a", None, f"http://127.0.0.1:{port}")), "127.0.0.1", port)
"""


def test_it_stops_cleanly_with_a_page_open(tmp_path: Path) -> None:
    with bound_socket() as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(port), str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:

        def is_up() -> bool:
            assert process.poll() is None, "the server ended at once"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
                    return bool(answer.status == 200)
            except OSError:
                return False

        until(is_up)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/people/events?user={ADA}", timeout=10) as stream:
            stream.readline()
            process.send_signal(signal.SIGTERM)
            assert stream.read() in (b"\n", b"")
        _, said = process.communicate(timeout=20)
    assert said == ""
    assert process.returncode in (0, -signal.SIGTERM)
