"""The port that a process is watched at: GET /metrics for Prometheus, /health/live and /health/ready.

A thread of its own, beside whatever the process does: it answers while models load, and in the bot it is not the port
that Slack reaches. prometheus_client's own server knows no path but its own; this is the same one with two more.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from engine.errors import ConfigurationError
from engine.telemetry import traces
from engine.telemetry.health import Health
from engine.telemetry.logs import name_process

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_TEXT = "text/plain; charset=utf-8"


@contextmanager
def watched(process: str, host: str, port: int, traces_url: str) -> Iterator[Health]:
    """Name this process, and let it be watched while the block lasts. Port 0: at none; URL "": it exports no traces.

    Raises ConfigurationError where the port is not to be had.
    """
    name_process(process)
    health = Health()
    with traces.exporting(traces_url, process), _serving(health, host, port):
        yield health


@contextmanager
def _serving(health: Health, host: str, port: int) -> Iterator[None]:
    if not port:
        yield
        return
    try:
        server = make_server(host, port, _application(health), _Server, _Quiet)
    except OSError as error:
        raise ConfigurationError(f"AIGC_MONITOR_PORT: {host}:{port} is not to be had: {error.strerror}") from error
    with server:
        threading.Thread(target=server.serve_forever, name="monitor", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def _application(health: Health) -> WSGIApplication:
    metrics: WSGIApplication = make_wsgi_app()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match environ["PATH_INFO"]:
            case "/metrics":
                return metrics(environ, start_response)
            case "/health/live":
                return _answer(start_response, "200 OK", "ok", _TEXT)
            case "/health/ready":
                report = health.look()
                status = "200 OK" if report.ready else "503 Service Unavailable"
                return _answer(start_response, status, report.json(), "application/json")
            case _:
                return _answer(start_response, "404 Not Found", "not found", _TEXT)

    return application


def _answer(start_response: StartResponse, status: str, text: str, kind: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind)])
    return [text.encode()]


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    """A thread for each request: a slow probe holds up no other."""

    daemon_threads = True

    def server_bind(self) -> None:
        """Without asking the name service for our own name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]
        self.setup_environ()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: it is asked every few seconds."""
