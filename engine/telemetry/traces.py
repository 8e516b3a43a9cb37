"""Spans of one request, in whatever processes it goes through; nothing at all unless a process exports them.

Source: opentelemetry.io/docs/specs (trace API, OTLP over HTTP), www.w3.org/TR/trace-context for what a job carries.
Attributes are ids, names of our own and numbers. An exception leaves its type: its message may quote a prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

Attributes = Mapping[str, str | int | float | bool]

_tracer: Tracer | None = None
_flush: Callable[[], object] | None = None
_NOTHING: AbstractContextManager[None] = nullcontext()


@contextmanager
def exporting(url: str, process: str) -> Iterator[None]:
    """Send this process's spans to the OTLP collector at `url`, e.g. "http://otel:4318"; "" exports none.

    The SDK's own OTEL_* variables (headers, sampler, resource attributes) hold too. What is left is sent on leaving.
    """
    global _tracer, _flush  # noqa: PLW0603 - like the logging module's handlers: one per process
    if not url:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"aigc-{process}"}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")))
    _tracer, _flush = provider.get_tracer("aigc"), provider.force_flush
    try:
        yield
    finally:
        _tracer = _flush = None
        provider.shutdown()


def span(name: str, attributes: Attributes | None = None, *, client: bool = False) -> AbstractContextManager[None]:
    """What is done inside, as a child of what goes on around it. `client`: another server does it."""
    return _NOTHING if _tracer is None else _open(_tracer, name, attributes, client=client)


def resumed(name: str, parent: str, attributes: Attributes | None = None) -> AbstractContextManager[None]:
    """As `span`, below the one that `carried` told of in another process; a trace of its own where that is ""."""
    return _NOTHING if _tracer is None else _open(_tracer, name, attributes, _context(parent))


@contextmanager
def beside(name: str, attributes: Attributes | None = None) -> Iterator[None]:
    """As `span`, but what is done inside is no child of it: for a generator, which its caller works in between."""
    if _tracer is None:
        yield
        return
    told = _tracer.start_span(name, attributes=attributes)
    try:
        yield
    except Exception as error:
        _fail(told, error)
        raise
    finally:
        told.end()


def flush() -> None:
    """Send what is not sent yet, now: for a process that a signal is about to end."""
    if _flush is not None:
        _flush()


def past(name: str, parent: str, began: float, ended: float, attributes: Attributes | None = None) -> None:
    """What is over already: it went on from `began` to `ended`, in seconds since the epoch."""
    if _tracer is None:
        return
    told = _tracer.start_span(name, _context(parent), attributes=attributes, start_time=int(began * 1e9))
    told.end(int(ended * 1e9))


def mark(attributes: Attributes) -> None:
    """Add to what the innermost span says."""
    if _tracer is not None:
        _current().set_attributes(attributes)


def carried() -> str:
    """The innermost span as a W3C `traceparent`: ids alone, for another process to go on from. "" without one."""
    if _tracer is None or not (ids := _current().get_span_context()).is_valid:
        return ""
    return f"00-{ids.trace_id:032x}-{ids.span_id:016x}-{ids.trace_flags:02x}"


def current_trace() -> str:
    """The id of the trace, 32 hexadecimal digits, or ""."""
    return carried()[3:35]


@contextmanager
def _open(
    tracer: Tracer, name: str, attributes: Attributes | None, context: Context | None = None, *, client: bool = False
) -> Iterator[None]:
    from opentelemetry.trace import SpanKind, use_span

    kind = SpanKind.CLIENT if client else SpanKind.INTERNAL
    opened = tracer.start_span(name, context, kind, attributes)
    with use_span(opened, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield
        except Exception as error:
            _fail(opened, error)
            raise


def _fail(span: Span, error: Exception) -> None:
    from opentelemetry.trace import StatusCode

    span.set_status(StatusCode.ERROR, type(error).__name__)


def _current() -> Span:
    from opentelemetry.trace import get_current_span

    return get_current_span()


def _context(parent: str) -> Context:
    """Not the one around: what goes on in a process's thread says nothing of whose request it is."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent}, Context())
