"""Text through the OpenAI API, or any server that speaks it.

Sources: platform.openai.com/docs/api-reference/responses-streaming and .../chat-streaming. Responses is the current
API and the default; other servers (vLLM, llama.cpp, Ollama) mostly speak chat completions, the default with a base URL.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import openai

from engine.backends.openai_client import ClientOptions, make_client, translated_errors
from engine.domain.task import TextDelta, TextEnd, TextEvent, TextTask, TextUsage
from engine.errors import BackendRejected, BackendUnavailable, EngineError, Interrupted
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec


class Options(ClientOptions):
    """Options of a text model of backend openai."""

    api: Literal["responses", "chat", "auto"] = "auto"
    temperature: float | None = None
    seed: bool = True
    """Send the seed, where the API has one (chat completions)."""


@dataclass(frozen=True, slots=True)
class OpenAIText:
    """One model of the API. Each variant is a call of its own: Responses has no `n`, and many servers ignore it."""

    name: str
    model: str
    options: Options
    client: openai.OpenAI
    api: Literal["responses", "chat"]

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> OpenAIText:
        """Raises ConfigurationError without a key; opens no connection."""
        options = Options.model_validate(spec.options)
        own_server = bool(options.base_url or settings.openai_base_url)
        api = options.api if options.api != "auto" else ("chat" if own_server else "responses")
        return cls(name, spec.model, options, make_client(options, settings, spec), api)

    def setup(self) -> None:
        """Nothing to load."""

    def close(self) -> None:
        self.client.close()

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        """Stream all variants at once. Raises BackendUnavailable, BackendRejected, ModelNotFound, Interrupted."""
        total = TextUsage(0, 0)
        for event in self._variants(task, canceled):
            if isinstance(event, TextUsage):
                total = replace(
                    total,
                    prompt_tokens=total.prompt_tokens + event.prompt_tokens,
                    completion_tokens=total.completion_tokens + event.completion_tokens,
                )
            else:
                yield event
        yield replace(
            total,
            cost_usd=self.options.cost_usd(total.prompt_tokens, total.completion_tokens),
            settings=(
                ("temperature", self._temperature(task)),
                ("max_new_tokens", task.max_new_tokens),
                ("api", self.api),
            ),
        )

    def _variants(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        """The events of all variants, as they come, from one thread each."""
        events: queue.SimpleQueue[TextEvent | EngineError | None] = queue.SimpleQueue()
        stop = threading.Event()

        def halted() -> bool:
            return stop.is_set() or canceled()

        def run(index: int) -> None:
            try:
                for event in self._one(task, index, halted):
                    events.put(event)
                events.put(None)
            except EngineError as error:
                events.put(error)
            except Exception as error:  # a thread's exception would be lost, and the reader wait for ever
                events.put(BackendUnavailable(f"{self.model}: {type(error).__name__}", model=self.name))

        for index in range(task.n):
            threading.Thread(target=run, args=(index,), name=f"{self.name}-{index}", daemon=True).start()
        try:
            left = task.n
            while left:
                event = events.get()
                if isinstance(event, EngineError):
                    raise event
                if event is None:
                    left -= 1
                else:
                    yield event
        finally:
            stop.set()

    def _one(self, task: TextTask, index: int, halted: Canceled) -> Iterator[TextEvent]:
        with translated_errors(self.name):
            events = self._responses(task, index) if self.api == "responses" else self._chat(task, index)
            for event in events:
                if halted():
                    raise Interrupted(f"{self.name}: stopped while streaming")
                yield event

    def _responses(self, task: TextTask, index: int) -> Iterator[TextEvent]:
        arguments: dict[str, Any] = {"max_output_tokens": task.max_new_tokens, "store": False}
        if (temperature := self._temperature(task)) is not None:
            arguments["temperature"] = temperature
        if task.top_p is not None:
            arguments["top_p"] = task.top_p
        with self._open(self.client.responses.create, input=_messages(task), **arguments) as stream:
            for event in stream:
                if event.type == "response.output_text.delta":
                    yield TextDelta(index, event.delta)
                elif event.type in ("response.completed", "response.incomplete"):
                    yield TextEnd(index, truncated=event.type == "response.incomplete")
                    if usage := event.response.usage:
                        yield TextUsage(usage.input_tokens, usage.output_tokens)
                    return
                elif event.type == "response.failed":
                    raise self._failed(event.response.error)
                elif event.type == "response.refusal.done":
                    raise BackendRejected(f"{self.name}: the model refused", model=self.name, reason="refusal")
                elif event.type == "error":
                    raise BackendUnavailable(f"{self.name}: stream error {event.code}", model=self.name)
        raise self._cut_off()

    def _cut_off(self) -> EngineError:
        return BackendUnavailable(f"{self.name}: the stream ended early", model=self.name)

    def _failed(self, error: Any) -> EngineError:
        code = getattr(error, "code", None) or "unknown"
        if code in ("server_error", "rate_limit_exceeded"):
            return BackendUnavailable(f"{self.name}: response failed, {code}", model=self.name)
        return BackendRejected(f"{self.name}: response failed, {code}", model=self.name, reason=code)

    def _chat(self, task: TextTask, index: int) -> Iterator[TextEvent]:
        arguments: dict[str, Any] = {"max_completion_tokens": task.max_new_tokens}
        if self.options.base_url or "api.openai.com" not in str(self.client.base_url):
            arguments = {"max_tokens": task.max_new_tokens}  # the name that other servers know
        if (temperature := self._temperature(task)) is not None:
            arguments["temperature"] = temperature
        if task.top_p is not None:
            arguments["top_p"] = task.top_p
        if self.options.seed:
            arguments["seed"] = (task.seed + index) % 2**31
        finish = None
        arguments["stream_options"] = {"include_usage": True}
        with self._open(self.client.chat.completions.create, messages=_messages(task), **arguments) as stream:
            for chunk in stream:
                for choice in chunk.choices:
                    if choice.delta.content:
                        yield TextDelta(index, choice.delta.content)
                    finish = choice.finish_reason or finish
                if chunk.usage:
                    yield TextUsage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        if finish == "content_filter":
            raise BackendRejected(f"{self.name}: stopped by the server's filter", model=self.name, reason=finish)
        if finish is None:
            raise self._cut_off()
        yield TextEnd(index, truncated=finish == "length")

    def _open(self, create: Any, **arguments: Any) -> Any:
        """A stream of events; untyped, because both APIs have dozens of events and we read a few."""
        return create(model=self.model, stream=True, **arguments)

    def _temperature(self, task: TextTask) -> float | None:
        return task.temperature if task.temperature is not None else self.options.temperature


def _messages(task: TextTask) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.text} for turn in task.turns]
