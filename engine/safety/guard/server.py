"""A guard model behind any OpenAI-compatible URL: vLLM, llama.cpp, Ollama, TGI and others.

Source: platform.openai.com/docs/api-reference/chat/create. `chat_template_kwargs` is an extension of vLLM and llama.cpp
for what a chat template takes beside the messages; others ignore it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import openai

from engine.safety.guard.asking import Ask, Reply, Token, Unreadable

TOP = 5
"""Alternatives to ask for per token."""


class ServedGuard:
    """A Model on a server; each ask is a call, all of a text at once."""

    def __init__(self, client: openai.OpenAI, model: str, *, logprobs: bool = True) -> None:
        """`logprobs`: ask for probabilities; for servers that turn such requests down, False."""
        self._client = client
        self._model = model
        self._logprobs: dict[str, Any] = {"logprobs": True, "top_logprobs": TOP} if logprobs else {}

    def replies(self, asks: Sequence[Ask]) -> Sequence[Reply]:
        if len(asks) == 1:
            return [self._reply(asks[0])]
        with ThreadPoolExecutor(len(asks)) as pool:
            return [asked.result() for asked in [pool.submit(copy_context().run, self._reply, ask) for ask in asks]]

    def _reply(self, ask: Ask) -> Reply:
        answer = self._client.chat.completions.create(
            model=self._model,
            messages=[{"role": turn.role, "content": turn.text} for turn in ask.turns],  # type: ignore[misc]
            temperature=0,
            max_tokens=ask.max_new_tokens,
            extra_body={"chat_template_kwargs": dict(ask.template)} if ask.template else None,
            **self._logprobs,
        )
        choice = answer.choices[0]
        if not isinstance(choice.message.content, str):
            raise Unreadable("an answer without text")
        return Reply(choice.message.content, _tokens(choice.logprobs))


def _tokens(logprobs: Any) -> tuple[Token, ...]:
    """Empty where the server gives none, or in another form."""
    content = getattr(logprobs, "content", None) or ()
    return tuple(Token(item.token, {top.token: math.exp(top.logprob) for top in item.top_logprobs}) for item in content)
