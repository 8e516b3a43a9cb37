"""The OpenAI client as our settings want it, with its errors in our own words.

Source: github.com/openai/openai-python. The client itself retries connection errors, 408, 409, 429 and 5xx, with
exponential back-off and jitter, and follows Retry-After.
"""

from __future__ import annotations

import queue
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

import openai
from anyio.from_thread import start_blocking_portal
from pydantic import BaseModel, ConfigDict

from engine.backends.waiting import next_event
from engine.errors import BackendRejected, BackendUnavailable, ConfigurationError, EngineError, ModelNotFound
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec

Event = TypeVar("Event")


class ClientOptions(BaseModel):
    """Options that every model of backend openai takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = ""
    """Another server for this model alone; empty: AIGC_OPENAI_BASE_URL, or OpenAI itself."""
    timeout_s: float = 120.0
    max_retries: int = 4
    usd_per_million_input_tokens: float | None = None
    usd_per_million_output_tokens: float | None = None

    def cost_usd(self, input_tokens: int, output_tokens: int) -> float | None:
        """What that many tokens cost, or None when no price is set."""
        if self.usd_per_million_input_tokens is None or self.usd_per_million_output_tokens is None:
            return None
        millionths = (
            input_tokens * self.usd_per_million_input_tokens + output_tokens * self.usd_per_million_output_tokens
        )
        return millionths / 1e6


def connector(options: ClientOptions, settings: EngineSettings, spec: ModelSpec) -> Callable[[], openai.AsyncOpenAI]:
    """What makes a client for one call. Raises ConfigurationError without a key."""
    base_url = options.base_url or settings.openai_base_url
    key = settings.openai_api_key.get_secret_value()
    if not key and not base_url:
        raise ConfigurationError(f"Model {spec.model} needs an API key: set AIGC_OPENAI_API_KEY.")
    return lambda: openai.AsyncOpenAI(
        api_key=key or "none",  # servers of one's own often want none, the client insists on some
        organization=settings.openai_organization or None,
        base_url=base_url or None,
        timeout=options.timeout_s,
        max_retries=options.max_retries,
    )


def listen(calls: Sequence[AsyncIterator[Event]], canceled: Canceled) -> Iterator[Event]:
    """What all `calls` tell, as it comes; they run at once, on an event loop of their own.

    Raises Interrupted soon after `canceled`, even while a server is silent, and what a call raises; either way all
    connections are closed.
    """
    events: queue.SimpleQueue[Event | Future[None]] = queue.SimpleQueue()

    async def forward(call: AsyncIterator[Event]) -> None:
        async for event in call:
            events.put(event)

    with start_blocking_portal() as portal:  # which cancels the calls when it is left by an exception
        for call in calls:
            portal.start_task_soon(forward, call).add_done_callback(events.put)
        left = len(calls)
        while left:
            event = next_event(events, canceled)
            if isinstance(event, Future):
                event.result()
                left -= 1
            else:
                yield event


@contextmanager
def translated_errors(model: str) -> Iterator[None]:
    """Raise our own errors for the client's; messages carry status and code, never the prompt or the key."""
    try:
        yield
    except openai.OpenAIError as error:
        raise translate(error, model) from error


def translate(error: openai.OpenAIError, model: str) -> EngineError:
    """One of the client's errors as one of ours."""
    if isinstance(error, openai.APITimeoutError):
        return BackendUnavailable(f"{model}: the API did not answer in time", model=model)
    if isinstance(error, openai.APIConnectionError):
        return BackendUnavailable(f"{model}: the API cannot be reached ({type(error.__cause__).__name__})", model=model)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, model)
    if isinstance(error, openai.APIError):
        return BackendUnavailable(f"{model}: the stream broke off with code {code_of(error.code)}", model=model)
    return BackendRejected(f"{model}: {type(error).__name__}", model=model, reason="unknown")


def _of_status(error: openai.APIStatusError, model: str) -> EngineError:
    text = f"{model}: HTTP {error.status_code}, code {code_of(error.code)}, request {error.request_id}"
    if isinstance(error, openai.NotFoundError):
        return ModelNotFound(text, model=model)
    if isinstance(error, openai.RateLimitError) and error.code != "insufficient_quota":
        return BackendUnavailable(text, model=model, retry_after_s=_retry_after_s(error))
    if error.status_code >= 500:
        return BackendUnavailable(text, model=model)
    return BackendRejected(text, model=model, reason=code_of(error.code) or str(error.status_code))


def code_of(code: object) -> str | None:
    """A code that is one: a server may put anything there, what it was sent too."""
    return code if isinstance(code, str) and re.fullmatch(r"[\w.-]{1,64}", code, re.ASCII) else None


def _retry_after_s(error: openai.APIStatusError) -> float | None:
    try:
        return float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
