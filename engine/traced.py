"""The ports again, each of whose calls is a span: for an engine whose process exports traces.

What they are given stays out of the spans, but for words of our own: a stage, an action, a model's name, a size.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.domain.provenance import Labelled, Making
from engine.domain.request import Kind
from engine.domain.safety import NOTHING_TOLD, Masked, Stage, Told, Verdict, Where
from engine.domain.task import ImageEvent, ImageTask, ModelInfo, TextEvent, TextTask
from engine.ports import (
    ArtifactStore,
    Backends,
    Canceled,
    ImageBackend,
    Labeller,
    SafetyFilter,
    Stored,
    StreamCheck,
    TextBackend,
)
from engine.telemetry import traces


@dataclass(frozen=True, slots=True)
class TracedSafety:
    """The port SafetyFilter: spans check.prompt, check.context, check.output and mask."""

    safety: SafetyFilter

    def check_prompt(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Verdict:
        with traces.span(f"check.{stage}"):
            return _said(self.safety.check_prompt(text, where, stage))

    def mask(self, texts: Sequence[str], where: Where) -> Masked:
        with traces.span("mask"):
            return self.safety.mask(texts, where)

    def check_text(self, text: str, where: Where, told: Told = NOTHING_TOLD) -> Verdict:
        with traces.span(f"check.{Stage.OUTPUT}"):
            return _said(self.safety.check_text(text, where, told))

    def second_look(self, texts: Sequence[str], where: Where) -> Verdict:
        return self.safety.second_look(texts, where)

    def check_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Verdict:
        with traces.span(f"check.{stage}", {"aigc.bytes": len(image)}):
            return _said(self.safety.check_image(image, where, stage))

    def stream(self, where: Where, told: Told = NOTHING_TOLD) -> StreamCheck:
        return _TracedStream(self.safety.stream(where, told))


@dataclass(slots=True)
class _TracedStream:
    """One span at the end, which says how long all the checks before it took."""

    check: StreamCheck
    _took_s: float = 0.0

    def feed(self, text: str) -> str:
        began = time.perf_counter()
        cleared = self.check.feed(text)
        self._took_s += time.perf_counter() - began
        return cleared

    def finish(self) -> Verdict:
        with traces.span(f"check.{Stage.OUTPUT}", {"aigc.while_writing_s": self._took_s}):
            return _said(self.check.finish())

    @property
    def refused(self) -> bool:
        return self.check.refused


@dataclass(frozen=True, slots=True)
class TracedLabeller:
    """The port Labeller."""

    labeller: Labeller

    def label(self, data: bytes, making: Making) -> Labelled:
        with traces.span("label"):
            return self.labeller.label(data, making)

    def preview(self, data: bytes, locale: str) -> bytes:
        return self.labeller.preview(data, locale)

    def words(self, made_id: str) -> str:
        return self.labeller.words(made_id)


@dataclass(frozen=True, slots=True)
class TracedArtifacts:
    """The port ArtifactStore."""

    artifacts: ArtifactStore

    def put(self, data: bytes, extension: str) -> str:
        with traces.span("store", {"aigc.bytes": len(data)}):
            return self.artifacts.put(data, extension)

    def get(self, key: str) -> bytes:
        with traces.span("fetch"):
            return self.artifacts.get(key)

    def names(self) -> Iterator[str]:
        return self.artifacts.names()

    def stat(self, name: str) -> Stored | None:
        return self.artifacts.stat(name)

    def delete(self, name: str, before: float) -> bool:
        return self.artifacts.delete(name, before)


@dataclass(frozen=True, slots=True)
class TracedBackends:
    """The port Backends: spans load, where a model is not loaded yet, and generate."""

    backends: Backends

    def text(self, model: str | None) -> TextBackend:
        if self.info(Kind.COPY, model).loaded:
            return _TracedText(self.backends.text(model))
        with traces.span("load"):
            return _TracedText(self.backends.text(model))

    def image(self, model: str | None) -> ImageBackend:
        if self.info(Kind.DRAW, model).loaded:
            return _TracedImage(self.backends.image(model))
        with traces.span("load"):
            return _TracedImage(self.backends.image(model))

    def info(self, kind: Kind, model: str | None) -> ModelInfo:
        return self.backends.info(kind, model)


class _TracedText:
    def __init__(self, backend: TextBackend) -> None:
        self.name = backend.name
        self.setup, self.close = backend.setup, backend.close
        self._backend = backend

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        with traces.beside("generate", {"gen_ai.request.model": self.name, "aigc.variants": task.n}):
            yield from self._backend.generate(task, canceled)


class _TracedImage:
    def __init__(self, backend: ImageBackend) -> None:
        self.name, self.supports_init_image = backend.name, backend.supports_init_image
        self.setup, self.close = backend.setup, backend.close
        self._backend = backend

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        with traces.beside("generate", {"gen_ai.request.model": self.name, "aigc.variants": task.n}):
            yield from self._backend.generate(task, canceled)


def _said(verdict: Verdict) -> Verdict:
    traces.mark({"aigc.action": verdict.action.value})
    return verdict
