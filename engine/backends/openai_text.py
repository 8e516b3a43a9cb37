"""Text through the OpenAI API, or any server that speaks it.

Sources: platform.openai.com/docs/api-reference/responses-streaming and .../chat-streaming. Responses is the current
API and the default; other servers (vLLM, llama.cpp, Ollama) mostly speak chat completions, the default with a base URL.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import openai
from pydantic import Field

from engine.backends.openai_client import ClientOptions, code_of, connector, listen, translated_errors
from engine.domain.task import TextDelta, TextEnd, TextEvent, TextTask, TextUsage
from engine.errors import BackendRejected, BackendUnavailable, EngineError
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec


class Options(ClientOptions):
    """Options of a text model of backend openai."""

    api: Literal["responses", "chat", "auto"] = "auto"
    temperature: float | None = None
    seed: bool = True
    """Send the seed, where the API has one (chat completions)."""
    reasoning_effort: str = ""
    """How long a reasoning model thinks, e.g. "minimal" or "low"; empty: its default, and what other models take."""
    extra_output_tokens: int = Field(0, ge=0)
    """Room to think beside the text: servers count a reasoning model's thoughts as output."""


@dataclass(frozen=True, slots=True)
class OpenAIText:
    """One model of the API. Each variant is a call of its own: Responses has no `n`, and many servers ignore it."""

    name: str
    model: str
    options: Options
    connect: Callable[[], openai.AsyncOpenAI]
    api: Literal["responses", "chat"]

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> OpenAIText:
        """Raises ConfigurationError without a key; opens no connection."""
        options = Options.model_validate(spec.options)
        own_server = bool(options.base_url or settings.openai_base_url)
        api = options.api if options.api != "auto" else ("chat" if own_server else "responses")
        return cls(name, spec.model, options, connector(options, settings, spec), api)

    def setup(self) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to let go: each call has a client of its own."""

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        """Stream all variants at once. Raises BackendUnavailable, BackendRejected, ModelNotFound, Interrupted."""
        total = TextUsage(0, 0)
        for event in listen([self._one(task, index) for index in range(task.n)], canceled):
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

    async def _one(self, task: TextTask, index: int) -> AsyncIterator[TextEvent]:
        with translated_errors(self.name):
            async with self.connect() as client:
                write = self._responses if self.api == "responses" else self._chat
                async for event in write(client, task, index):
                    yield event

    async def _responses(self, client: openai.AsyncOpenAI, task: TextTask, index: int) -> AsyncIterator[TextEvent]:
        arguments: dict[str, Any] = {"max_output_tokens": self._room(task), "store": False}
        if self.options.reasoning_effort:
            arguments["reasoning"] = {"effort": self.options.reasoning_effort}
        if (temperature := self._temperature(task)) is not None:
            arguments["temperature"] = temperature
        if task.top_p is not None:
            arguments["top_p"] = task.top_p
        async with await self._open(client.responses.create, input=_messages(task), **arguments) as stream:
            async for event in stream:
                if event.type == "response.output_text.delta":
                    yield TextDelta(index, event.delta)
                elif event.type in ("response.completed", "response.incomplete"):
                    if getattr(event.response.incomplete_details, "reason", None) == "content_filter":
                        raise self._filtered()
                    yield TextEnd(index, truncated=event.type == "response.incomplete")
                    if usage := event.response.usage:
                        yield TextUsage(usage.input_tokens, usage.output_tokens)
                    return
                elif event.type == "response.failed":
                    raise self._failed(event.response.error)
                elif event.type == "response.refusal.done":
                    raise BackendRejected(f"{self.name}: the model refused", model=self.name, reason="refusal")
                elif event.type == "error":
                    raise BackendUnavailable(f"{self.name}: stream error {code_of(event.code)}", model=self.name)
        raise self._cut_off()

    def _cut_off(self) -> EngineError:
        return BackendUnavailable(f"{self.name}: the stream ended early", model=self.name)

    def _filtered(self) -> EngineError:
        reason = "content_filter"
        return BackendRejected(f"{self.name}: stopped by the server's filter", model=self.name, reason=reason)

    def _failed(self, error: Any) -> EngineError:
        code = code_of(getattr(error, "code", None)) or "unknown"
        if code in ("server_error", "rate_limit_exceeded"):
            return BackendUnavailable(f"{self.name}: response failed, {code}", model=self.name)
        return BackendRejected(f"{self.name}: response failed, {code}", model=self.name, reason=code)

    async def _chat(self, client: openai.AsyncOpenAI, task: TextTask, index: int) -> AsyncIterator[TextEvent]:
        arguments: dict[str, Any] = {"max_completion_tokens": self._room(task)}
        if self.options.base_url or "api.openai.com" not in str(client.base_url):
            arguments = {"max_tokens": self._room(task)}  # the name that other servers know
        if self.options.reasoning_effort:
            arguments["reasoning_effort"] = self.options.reasoning_effort
        if (temperature := self._temperature(task)) is not None:
            arguments["temperature"] = temperature
        if task.top_p is not None:
            arguments["top_p"] = task.top_p
        if self.options.seed:
            arguments["seed"] = (task.seed + index) % 2**31
        finish = None
        arguments["stream_options"] = {"include_usage": True}
        async with await self._open(client.chat.completions.create, messages=_messages(task), **arguments) as stream:
            async for chunk in stream:
                for choice in chunk.choices:
                    if choice.delta.content:
                        yield TextDelta(index, choice.delta.content)
                    finish = choice.finish_reason or finish
                if chunk.usage:
                    yield TextUsage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        if finish == "content_filter":
            raise self._filtered()
        if finish is None:
            raise self._cut_off()
        yield TextEnd(index, truncated=finish == "length")

    async def _open(self, create: Any, **arguments: Any) -> Any:
        """A stream of events; untyped, because both APIs have dozens of events and we read a few."""
        return await create(model=self.model, stream=True, **arguments)

    def _room(self, task: TextTask) -> int:
        return task.max_new_tokens + self.options.extra_output_tokens

    def _temperature(self, task: TextTask) -> float | None:
        return task.temperature if task.temperature is not None else self.options.temperature


def _messages(task: TextTask) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.text} for turn in task.turns]
