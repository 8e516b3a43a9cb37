"""Runs an ASGI application on a real loopback socket, in a thread, for the time of a test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from tests.support.waiting import until


def bound_socket() -> socket.socket:
    """Listening on a free port already, so that nobody else can take it."""
    return socket.create_server(("127.0.0.1", 0), backlog=128)


def address(listener: socket.socket) -> str:
    """E.g. "http://127.0.0.1:41234"."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def serving(
    application: Any,
    listener: socket.socket | None = None,
    server_class: type[uvicorn.Server] = uvicorn.Server,
    **options: Any,
) -> Iterator[str]:
    """Yield the server's address; the listener is closed at the end. `options` are more of uvicorn.Config's."""
    listener = listener or bound_socket()
    config = uvicorn.Config(application, log_level="error", lifespan="on", timeout_graceful_shutdown=2, **options)
    server = server_class(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        assert server.started, "the server did not start"
        yield address(listener)
    finally:
        server.should_exit = True
        thread.join(10.0)
        listener.close()
        assert not thread.is_alive(), "the server did not stop"
