"""A local server that speaks the OpenAI API's wire protocol, as platform.openai.com/docs/api-reference shows it."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class Spoken:
    """A reply; `tokens` are its tokens, each with the log-probabilities of the likeliest, where they are told."""

    text: str | None
    tokens: tuple[tuple[str, dict[str, float]], ...] = ()


@dataclass
class OpenAIServer:
    """What it answers, and what it was asked."""

    words: tuple[str, ...] = ("A ", "bottle ", "for ", "life.")
    failures: list[Response] = field(default_factory=list)
    """Answers to give instead, one per call, until none are left."""
    cut_after: int | None = None
    """Break the stream off after so many words."""
    finish: str = "stop"
    pause_s: float = 0.0
    silent: bool = False
    """Take requests and never answer."""
    calls: list[dict[str, Any]] = field(default_factory=list)
    reply: Callable[[dict[str, Any]], Spoken] = lambda body: Spoken("A bottle for life.")
    """What a chat that is not streamed says to a request."""
    scores: dict[str, float] = field(default_factory=dict)
    """What the moderation model finds; nothing in all other categories."""

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/responses", self.responses, methods=["POST"]),
                Route("/v1/chat/completions", self.chat, methods=["POST"]),
                Route("/v1/moderations", self.moderations, methods=["POST"]),
                Route("/v1/images/generations", self.images, methods=["POST"]),
                Route("/v1/images/edits", self.edits, methods=["POST"]),
            ]
        )

    async def responses(self, request: Request) -> Response:
        body = await self._record(request)
        if self.failures:
            return self.failures.pop(0)
        return _events(self._response_events(body["model"]))

    async def chat(self, request: Request) -> Response:
        body = await self._record(request)
        if self.failures:
            return self.failures.pop(0)
        if not body.get("stream"):
            return JSONResponse(_completion(body["model"], self.reply(body)))
        return _events(self._chat_events(body["model"]))

    async def moderations(self, request: Request) -> Response:
        body = await self._record(request)
        if self.failures:
            return self.failures.pop(0)
        kind = "text" if isinstance(body["input"], str) else body["input"][0]["type"].removesuffix("_url")
        return JSONResponse(moderation(body["model"], kind, self.scores))

    async def images(self, request: Request) -> Response:
        body = await self._record(request)
        if self.failures:
            return self.failures.pop(0)
        if body.get("stream"):
            return _events(self._image_events(body, "image_generation"))
        return JSONResponse(self._images(int(body.get("n", 1)), body["size"]))

    async def edits(self, request: Request) -> Response:
        async with request.form() as form:
            body: dict[str, Any] = {key: value for key, value in form.items() if isinstance(value, str)}
            body["image_bytes"] = len(await form["image"].read())  # type: ignore[union-attr]
        await self._note(request, body)
        if self.failures:
            return self.failures.pop(0)
        if body.get("stream") == "true":
            return _events(self._image_events(body, "image_edit"))
        return JSONResponse(self._images(int(body.get("n", "1")), body["size"]))

    async def _record(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = await request.json()
        await self._note(request, body)
        return body

    async def _note(self, request: Request, body: dict[str, Any]) -> None:
        self.calls.append({"path": request.url.path, "headers": dict(request.headers), **body})
        if self.silent:
            await request.receive()  # after the body there is nothing but the client's going

    async def _response_events(self, model: str) -> AsyncIterator[dict[str, Any]]:
        response = {"id": "resp_1", "object": "response", "created_at": 1, "model": model, "output": []}
        yield {"type": "response.created", "sequence_number": 0, "response": {**response, "status": "in_progress"}}
        for number, word in enumerate(self.words):
            if number == self.cut_after:
                return
            await asyncio.sleep(self.pause_s)
            place = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "logprobs": []}
            yield {"type": "response.output_text.delta", "sequence_number": number + 1, "delta": word, **place}
        usage = {
            "input_tokens": 11,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": len(self.words),
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 11 + len(self.words),
        }
        done = "completed" if self.finish == "stop" else "incomplete"
        why = {"length": "max_output_tokens"}.get(self.finish, self.finish)
        details = {"reason": why} if done == "incomplete" else None
        yield {
            "type": f"response.{done}",
            "sequence_number": 99,
            "response": {**response, "status": done, "incomplete_details": details, "usage": usage},
        }

    async def _chat_events(self, model: str) -> AsyncIterator[dict[str, Any] | str]:
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model}
        for number, word in enumerate(self.words):
            if number == self.cut_after:
                return
            await asyncio.sleep(self.pause_s)
            delta = {"role": "assistant", "content": word}
            yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": self.finish}]}
        count = len(self.words)
        usage = {"prompt_tokens": 11, "completion_tokens": count, "total_tokens": 11 + count}
        yield {**head, "choices": [], "usage": usage}
        yield "[DONE]"

    async def _image_events(self, body: dict[str, Any], kind: str) -> AsyncIterator[dict[str, Any]]:
        common = {
            "created_at": 1,
            "size": body["size"],
            "quality": "low",
            "background": "opaque",
            "output_format": "png",
        }
        for index in range(int(body["partial_images"])):
            await asyncio.sleep(self.pause_s)
            partial = {"type": f"{kind}.partial_image", "partial_image_index": index, "b64_json": _picture("64x64")}
            yield {**partial, **common}
        done = {"type": f"{kind}.completed", "b64_json": _picture(body["size"]), "usage": _IMAGE_USAGE}
        yield {**done, **common}

    def _images(self, n: int, size: str) -> dict[str, Any]:
        return {"created": 1, "data": [{"b64_json": _picture(size)} for _ in range(n)], "usage": _IMAGE_USAGE}


_IMAGE_USAGE = {
    "input_tokens": 10,
    "output_tokens": 200,
    "total_tokens": 210,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 0},
}


OF_IMAGES = ("sexual", "violence", "violence/graphic", "self-harm", "self-harm/intent", "self-harm/instructions")
OF_TEXTS = (
    *OF_IMAGES, "sexual/minors", "hate", "hate/threatening", "harassment", "harassment/threatening", "illicit",
    "illicit/violent",
)  # fmt: skip


def moderation(model: str, kind: str, scores: dict[str, float]) -> dict[str, Any]:
    """An answer as platform.openai.com/docs/guides/moderation shows it, for an input of "text" or "image"."""
    found = {category: scores.get(category, 0.0) for category in OF_TEXTS}
    applied = {category: [kind] if kind == "text" or category in OF_IMAGES else [] for category in OF_TEXTS}
    result = {
        "flagged": any(score > 0.5 for score in found.values()),
        "categories": {category: score > 0.5 for category, score in found.items()},
        "category_scores": found,
        "category_applied_input_types": applied,
    }
    return {"id": "modr-0d9740456c391e43c445bf0f010940c7", "model": model, "results": [result]}


def _completion(model: str, spoken: Spoken) -> dict[str, Any]:
    content = [
        {
            "token": token,
            "logprob": top.get(token, -0.1),
            "bytes": list(token.encode()),
            "top_logprobs": [{"token": t, "logprob": p, "bytes": list(t.encode())} for t, p in top.items()],
        }
        for token, top in spoken.tokens
    ]
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": spoken.text, "refusal": None},
        "logprobs": {"content": content, "refusal": None} if content else None,
        "finish_reason": "stop",
    }
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model}
    usage = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}
    return {**head, "choices": [choice], "usage": usage}


def failure(status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    """An error as the API sends it."""
    error = {"message": "It failed: sk-secret", "type": "error", "param": None, "code": code}
    return JSONResponse({"error": error}, status, headers)


def _events(events: AsyncIterator[dict[str, Any] | str] | AsyncIterator[dict[str, Any]]) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        async for event in events:
            if isinstance(event, str):
                yield f"data: {event}\n\n"
            else:
                name = f"event: {event['type']}\n" if "type" in event else ""
                yield f"{name}data: {json.dumps(event)}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


def _picture(size: str) -> str:
    width, _, height = size.partition("x")
    target = io.BytesIO()
    Image.new("RGB", (int(width), int(height)), "red").save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()
