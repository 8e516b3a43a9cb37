"""The backends that the settings name, found through entry points and set up on first use."""

from __future__ import annotations

import importlib.metadata
import logging
import pkgutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import ValidationError

from engine.domain.request import Kind
from engine.domain.task import ModelInfo
from engine.errors import ConfigurationError, ModelNotFound
from engine.ports import ImageBackend, TextBackend
from engine.settings import EngineSettings, ModelSpec

log = logging.getLogger(__name__)

B = TypeVar("B", TextBackend, ImageBackend)
Factory = Callable[[str, ModelSpec, EngineSettings], B]

GROUPS = {Kind.COPY: "aigc.text_backends", Kind.DRAW: "aigc.image_backends"}
"""The entry point groups. An entry is called with a model's name, its ModelSpec and the EngineSettings."""


class BackendRegistry:
    """The port Backends. Each model is set up once per process, by whoever asks first; the others wait."""

    def __init__(self, settings: EngineSettings) -> None:
        self._text: _Shelf[TextBackend] = _Shelf(Kind.COPY, settings.text_models, settings)
        self._image: _Shelf[ImageBackend] = _Shelf(Kind.DRAW, settings.image_models, settings)

    def text(self, model: str | None) -> TextBackend:
        """Raises what `setup` raises, ModelNotFound and ConfigurationError."""
        return self._text.take(model)

    def image(self, model: str | None) -> ImageBackend:
        """Raises what `setup` raises, ModelNotFound and ConfigurationError."""
        return self._image.take(model)

    def info(self, kind: Kind, model: str | None) -> ModelInfo:
        return (self._text if kind is Kind.COPY else self._image).info(model)

    def loaded(self) -> tuple[str, ...]:
        """Names of the models that are set up."""
        return (*self._text.loaded(), *self._image.loaded())

    def close(self) -> None:
        self._text.close()
        self._image.close()


@dataclass(slots=True)
class _Slot(Generic[B]):
    lock: threading.Lock = field(default_factory=threading.Lock)
    backend: B | None = None


class _Shelf(Generic[B]):
    """The models of one kind."""

    def __init__(self, kind: Kind, specs: Mapping[str, ModelSpec], settings: EngineSettings) -> None:
        self._kind = kind
        self._specs = specs
        self._settings = settings
        self._slots: dict[str, _Slot[B]] = {name: _Slot() for name in specs}

    def take(self, model: str | None) -> B:
        name = self._name(model)
        slot = self._slots[name]
        with slot.lock:
            if slot.backend is None:
                slot.backend = self._set_up(name)
            return slot.backend

    def info(self, model: str | None) -> ModelInfo:
        name = self._name(model)
        spec = self._specs[name]
        loaded = self._slots[name].backend is not None
        return ModelInfo(name, spec.backend, loaded, spec.leaves, spec.model == "embedded", spec.in_process)

    def loaded(self) -> tuple[str, ...]:
        return tuple(name for name, slot in self._slots.items() if slot.backend is not None)

    def close(self) -> None:
        for slot in self._slots.values():
            with slot.lock:
                if slot.backend is not None:
                    slot.backend.close()
                slot.backend = None

    def _name(self, model: str | None) -> str:
        name = model or next(iter(self._specs), "")
        if name not in self._specs:
            known = ", ".join(self._specs)
            raise ModelNotFound(f"no {self._kind} model {name!r}; known: {known}", model=name, known=known)
        return name

    def _set_up(self, name: str) -> B:
        spec = self._specs[name]
        log.info("loading %s model %s (%s)", self._kind, name, spec.backend)
        started = time.monotonic()
        factory: Factory[B] = find_backend(self._kind, spec.backend)
        backend = self._made(name, factory)
        backend.setup()
        log.info("loaded %s model %s in %.1f s", self._kind, name, time.monotonic() - started)
        return backend

    def _made(self, name: str, factory: Factory[B]) -> B:
        try:
            return factory(name, self._specs[name], self._settings)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
            raise ConfigurationError(f"the options of {self._kind} model {name} are wrong: {wrong}") from error


def find_backend(kind: Kind, name: str) -> Factory[B]:
    """By entry point name, or "package.module:attribute" for one that is not packaged. Raises ConfigurationError."""
    try:
        if ":" in name:
            found = pkgutil.resolve_name(name)
        else:
            found = next(iter(importlib.metadata.entry_points(group=GROUPS[kind], name=name))).load()
    except StopIteration as error:
        known = ", ".join(sorted(entry.name for entry in importlib.metadata.entry_points(group=GROUPS[kind])))
        raise ConfigurationError(f"no backend {name!r} for {kind}; installed: {known or 'none'}") from error
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"backend {name} cannot be imported: {error}") from error
    factory: Factory[B] = getattr(found, "from_spec", found)
    if not callable(factory):
        raise ConfigurationError(f"backend {name} is not callable: name a class with from_spec, or a function")
    return factory
