"""The OpenAI backends, over HTTP with the real client, against a server that speaks the wire protocol."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pydantic import SecretStr

from engine.backends.openai_image import OpenAIImage, nearest_size
from engine.backends.openai_text import OpenAIText
from engine.domain.task import (
    ImageDone,
    ImageStep,
    ImageTask,
    ImageUsage,
    TextDelta,
    TextEnd,
    TextEvent,
    TextTask,
    TextUsage,
    Turn,
)
from engine.errors import (
    BackendRejected,
    BackendUnavailable,
    ConfigurationError,
    EngineError,
    Interrupted,
    ModelNotFound,
)
from engine.settings import EngineSettings, ModelSpec
from tests.support.asgi import serving
from tests.support.openai_server import OpenAIServer, failure

TASK = TextTask((Turn("system", "Be brief."), Turn("user", "A slogan.")), max_new_tokens=50, seed=7)
FAST = {"max_retries": 1, "timeout_s": 5.0}


@pytest.fixture
def server() -> OpenAIServer:
    return OpenAIServer()


@pytest.fixture
def address(server: OpenAIServer) -> Iterator[str]:
    with serving(server.application()) as url:
        yield f"{url}/v1"


def text(address: str, **options: str | float) -> OpenAIText:
    spec = ModelSpec(backend="openai", model="gpt-test", options={"base_url": address, **FAST, **options})
    settings = EngineSettings(openai_api_key=SecretStr("sk-test"), openai_organization="org-1", data_dir=Path("unused"))
    return OpenAIText.from_spec("gpt", spec, settings)


def image(address: str, **options: str | float) -> OpenAIImage:
    spec = ModelSpec(backend="openai", model="gpt-image-test", options={"base_url": address, **FAST, **options})
    return OpenAIImage.from_spec("pictures", spec, EngineSettings(openai_api_key=SecretStr("sk-test")))


def _collect(events: Iterator[TextEvent], into: list[object]) -> None:
    for event in events:
        into.append(event)


def never() -> bool:
    return False


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_text_streams_word_by_word_then_ends_with_usage(server: OpenAIServer, address: str, api: str) -> None:
    prices = {"usd_per_million_input_tokens": 1.0, "usd_per_million_output_tokens": 10.0}
    events = list(text(address, api=api, **prices).generate(TASK, never))
    assert [event.text for event in events if isinstance(event, TextDelta)] == list(server.words)
    assert TextEnd(0) in events
    usage = events[-1]
    assert isinstance(usage, TextUsage)
    assert (usage.prompt_tokens, usage.completion_tokens) == (11, 4)
    assert usage.cost_usd == pytest.approx((11 * 1.0 + 4 * 10.0) / 1e6)
    assert server.calls[0]["headers"]["openai-organization"] == "org-1"


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_each_variant_is_a_stream_of_its_own(address: str, server: OpenAIServer, api: str) -> None:
    task = TextTask(TASK.turns, max_new_tokens=50, n=3)
    events = list(text(address, api=api).generate(task, never))
    for index in range(3):
        said = "".join(e.text for e in events if isinstance(e, TextDelta) and e.index == index)
        assert said == "".join(server.words)
    usage = events[-1]
    assert isinstance(usage, TextUsage)
    assert usage.completion_tokens == 12


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_the_length_limit_is_told(address: str, server: OpenAIServer, api: str) -> None:
    server.finish = "length"
    assert TextEnd(0, truncated=True) in list(text(address, api=api).generate(TASK, never))


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_text_that_the_servers_filter_stops_is_rejected_not_cut_short(
    address: str, server: OpenAIServer, api: str
) -> None:
    server.finish = "content_filter"
    with pytest.raises(BackendRejected) as caught:
        list(text(address, api=api).generate(TASK, never))
    assert caught.value.params["reason"] == "content_filter"


def test_a_reasoning_model_has_room_to_think(address: str, server: OpenAIServer) -> None:
    for api in ("responses", "chat"):
        list(text(address, api=api, reasoning_effort="low", extra_output_tokens=1000).generate(TASK, never))
    responses, chat = server.calls
    assert (responses["reasoning"], responses["max_output_tokens"]) == ({"effort": "low"}, 1050)
    assert (chat["reasoning_effort"], chat["max_tokens"]) == ("low", 1050)


def test_parameters_reach_the_server(address: str, server: OpenAIServer) -> None:
    task = TextTask(TASK.turns, max_new_tokens=50, seed=7, temperature=0.3, top_p=0.8)
    list(text(address, api="chat").generate(task, never))
    sent = server.calls[0]
    assert (sent["temperature"], sent["top_p"], sent["seed"], sent["max_tokens"]) == (0.3, 0.8, 7, 50)
    assert sent["messages"][0] == {"role": "system", "content": "Be brief."}


def test_responses_are_not_stored_at_the_provider(address: str, server: OpenAIServer) -> None:
    list(text(address, api="responses").generate(TASK, never))
    assert server.calls[0]["store"] is False


def test_a_rate_limit_is_retried_as_the_server_says(address: str, server: OpenAIServer) -> None:
    server.failures = [failure(429, "rate_limit_exceeded", {"retry-after": "0.01"})]
    events = list(text(address).generate(TASK, never))
    assert TextEnd(0) in events
    assert len(server.calls) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((429, "rate_limit_exceeded"), BackendUnavailable),
        ((500, "server_error"), BackendUnavailable),
        ((503, "overloaded"), BackendUnavailable),
        ((429, "insufficient_quota"), BackendRejected),
        ((401, "invalid_api_key"), BackendRejected),
        ((400, "content_policy_violation"), BackendRejected),
        ((404, "model_not_found"), ModelNotFound),
    ],
)
def test_errors_are_translated_without_leaking_what_the_server_said(
    address: str, server: OpenAIServer, answer: tuple[int, str], error: type[EngineError]
) -> None:
    server.failures = [failure(*answer, {"retry-after": "0.01"}) for _ in range(3)]
    with pytest.raises(error) as caught:
        list(text(address).generate(TASK, never))
    assert "sk-secret" not in str(caught.value)
    assert "slogan" not in str(caught.value)


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_broken_stream_is_an_error_not_a_short_text(address: str, server: OpenAIServer, api: str) -> None:
    server.cut_after = 2
    with pytest.raises(BackendUnavailable):
        list(text(address, api=api).generate(TASK, never))


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(BackendUnavailable):
        list(text("http://127.0.0.1:9/v1", max_retries=0).generate(TASK, never))


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_canceling_stops_between_words(address: str, server: OpenAIServer, api: str) -> None:
    server.words = tuple("word " for _ in range(1000))
    server.pause_s = 0.005
    seen: list[object] = []
    events = text(address, api=api).generate(TASK, lambda: len(seen) >= 3)
    with pytest.raises(Interrupted):
        _collect(events, seen)
    assert 3 <= len(seen) < 100


@pytest.mark.parametrize("asked", ["responses", "chat", "one image", "several images"])
def test_canceling_is_heard_while_the_server_is_silent(address: str, server: OpenAIServer, asked: str) -> None:
    server.silent = True
    events: Iterator[object]
    if "image" in asked:
        task = ImageTask("a bicycle", n=1 if asked == "one image" else 3)
        events = image(address, timeout_s=3600.0).generate(task, lambda: bool(server.calls))
    else:
        events = text(address, api=asked, timeout_s=3600.0).generate(TASK, lambda: bool(server.calls))
    with pytest.raises(Interrupted):
        next(events)
    assert len(server.calls) == 1, "and it is not asked again"


def test_a_missing_key_says_which_setting_to_set() -> None:
    with pytest.raises(ConfigurationError, match="AIGC_OPENAI_API_KEY"):
        OpenAIText.from_spec("gpt", ModelSpec(backend="openai", model="gpt-test"), EngineSettings())


def test_one_image_is_streamed_with_previews(address: str) -> None:
    events = list(image(address).generate(ImageTask("a bicycle", seed=5), never))
    assert [type(event) for event in events] == [ImageStep, ImageStep, ImageDone, ImageUsage]
    done = events[2]
    assert isinstance(done, ImageDone)
    assert (done.width_px, done.height_px, done.seed) == (1024, 1024, 5)


def test_several_images_come_from_one_call(address: str, server: OpenAIServer) -> None:
    events = list(image(address, quality="low").generate(ImageTask("a bicycle", n=3, negative="text"), never))
    assert [event.index for event in events if isinstance(event, ImageDone)] == [0, 1, 2]
    sent = server.calls[0]
    assert (sent["n"], sent["quality"], sent["prompt"]) == (3, "low", "a bicycle. Avoid: text")


def test_a_starting_image_is_edited(address: str, server: OpenAIServer) -> None:
    start = io.BytesIO()
    Image.new("RGB", (64, 40)).save(start, "JPEG")
    events = list(image(address).generate(ImageTask("make it blue", init_image=start.getvalue()), never))
    assert any(isinstance(event, ImageDone) for event in events)
    assert server.calls[0]["path"] == "/v1/images/edits"
    assert server.calls[0]["image_bytes"] > 0
    assert server.calls[0]["size"] == "1536x1024", "the shape of what it starts from"


def test_a_rejected_image_prompt_is_rejected(address: str, server: OpenAIServer) -> None:
    server.failures = [failure(400, "moderation_blocked")]
    with pytest.raises(BackendRejected):
        list(image(address).generate(ImageTask("a bicycle"), never))


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [((None, None), (1024, 1024)), ((1920, 1080), (1536, 1024)), ((300, 900), (1024, 1536)), ((64, 64), (1024, 1024))],
)
def test_sizes_are_drawn_in_the_nearest_shape(asked: tuple[int | None, int | None], drawn: tuple[int, int]) -> None:
    assert nearest_size(*asked) == drawn
