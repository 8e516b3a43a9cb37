"""An OpenTelemetry collector for tests: takes spans over OTLP/HTTP and lets one look at them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """What a test wants to know of one; ids in hexadecimal, `parent` "" for a root."""

    process: str
    name: str
    trace: str
    id: str
    parent: str
    seconds: float
    error: str
    attributes: dict[str, Any]


@dataclass
class Collector:
    """All that was sent, decoded and as it came."""

    url: str
    spans: list[Span] = field(default_factory=list)
    raw: bytes = b""

    def take(self, body: bytes) -> None:
        self.raw += body
        for part in ExportTraceServiceRequest.FromString(body).resource_spans:
            process = next(a.value.string_value for a in part.resource.attributes if a.key == "service.name")
            self.spans += [_span(process, found) for scope in part.scope_spans for found in scope.spans]


def _span(process: str, found: Any) -> Span:
    attributes = {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in found.attributes}
    seconds = (found.end_time_unix_nano - found.start_time_unix_nano) / 1e9
    trace, own, parent = (part.hex() for part in (found.trace_id, found.span_id, found.parent_span_id))
    return Span(process, found.name, trace, own, parent, seconds, found.status.message, attributes)


@contextmanager
def collector() -> Iterator[Collector]:
    """Yield one that listens on a free port of the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
