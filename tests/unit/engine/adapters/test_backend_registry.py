"""Models by name: found however they are packaged, set up once, and a clear error where they are not."""

from __future__ import annotations

import importlib.metadata
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.adapters.backend_registry import BackendRegistry
from engine.domain.request import Kind
from engine.errors import ConfigurationError, ModelCorrupt, ModelNotFound
from engine.settings import EngineSettings, ModelSpec
from tests.fakes import FakeImageBackend, FakeTextBackend

HERE = "tests.unit.engine.adapters.test_backend_registry"


class Slow(FakeTextBackend):
    """Counts how often it is set up; the first time fails where the model is "fragile"."""

    count = 0
    lock = threading.Lock()

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> Slow:
        return cls(name=name, words=(spec.model,))

    def setup(self) -> None:
        time.sleep(0.05)  # long enough for others to come in between
        with Slow.lock:
            Slow.count += 1
            if self.words == ("fragile",) and Slow.count == 1:
                raise ModelCorrupt("broken")
        super().setup()


def image(name: str, spec: ModelSpec, settings: EngineSettings) -> FakeImageBackend:
    return FakeImageBackend(name=name)


def registry(backend: str = f"{HERE}:Slow", model: str = "m") -> BackendRegistry:
    Slow.count = 0
    models = {"first": ModelSpec(backend=backend, model=model), "second": ModelSpec(backend=backend, model=model)}
    images = {"picture": ModelSpec(backend=f"{HERE}:image", model="m")}
    return BackendRegistry(EngineSettings(text_models=models, image_models=images))


def test_the_first_model_is_the_default() -> None:
    backends = registry()
    assert (backends.text(None).name, backends.text("second").name) == ("first", "second")
    assert backends.image(None).name == "picture"


def test_a_model_is_set_up_once_however_many_ask_at_once() -> None:
    backends = registry()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: backends.text("first"), range(16)))
    assert Slow.count == 1
    assert all(one is found[0] for one in found)


def test_what_is_loaded_can_be_seen() -> None:
    backends = registry()
    assert backends.info(Kind.COPY, None).loaded is False
    backends.text(None)
    info = backends.info(Kind.COPY, None)
    assert (info.name, info.backend, info.loaded) == ("first", f"{HERE}:Slow", True)
    assert backends.loaded() == ("first",)


def test_a_model_that_could_not_be_loaded_is_tried_again() -> None:
    backends = registry(model="fragile")
    with pytest.raises(ModelCorrupt):
        backends.text(None)
    assert backends.text(None).name == "first"


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelNotFound) as caught:
        registry().text("third")
    assert caught.value.params == {"model": "third", "known": "first, second"}


@pytest.mark.parametrize("backend", ["unheard-of", "no.such.module:Backend", f"{HERE}:Missing", ":", "json:"])
def test_a_backend_that_is_not_there_is_a_wrong_setting(backend: str) -> None:
    with pytest.raises(ConfigurationError):
        registry(backend).text(None)


def test_an_installed_package_adds_a_backend_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = importlib.metadata.EntryPoint("theirs", f"{HERE}:Slow.from_spec", "aigc.text_backends")
    monkeypatch.setattr(
        importlib.metadata,
        "entry_points",
        lambda group, name: [e for e in [entry] if (e.group, e.name) == (group, name)],
    )
    assert registry("theirs").text(None).name == "first"


def test_closing_lets_go_of_every_model() -> None:
    backends = registry()
    text = backends.text(None)
    backends.close()
    assert isinstance(text, Slow)
    assert text.closed
    assert backends.loaded() == ()


def test_options_that_a_backend_does_not_know_are_named_without_their_values() -> None:
    spec = ModelSpec(backend="diffusers", model="embedded", options={"stpes": "xyzzy"})
    with pytest.raises(ConfigurationError, match="picture are wrong: stpes") as caught:
        BackendRegistry(EngineSettings(image_models={"picture": spec})).image(None)
    assert "xyzzy" not in str(caught.value)


@pytest.mark.parametrize(
    ("backend", "said", "outside"),
    [("openai", None, True), ("openai", False, False), ("transformers", None, False), ("acme:Backend", None, True)],
)
def test_a_model_is_anothers_unless_it_is_known_to_run_here(backend: str, said: bool | None, outside: bool) -> None:
    spec = ModelSpec(backend=backend, model="m", outside=said)
    assert BackendRegistry(EngineSettings(text_models={"m": spec})).info(Kind.COPY, "m").outside is outside
