"""Models behind a URL, over a real socket: what is sent, what is read, and every way a server can fail."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image
from starlette.responses import JSONResponse, Response

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Stage, Where
from engine.errors import ConfigurationError
from engine.safety import build_safety
from engine.safety.filter import LayeredFilter
from engine.safety.guard.check import build_guard
from engine.safety.layers import ImageCheck, Layer, OutsideCheck
from engine.safety.moderation import SIDE_PX, ImageModerationCheck, ModerationCheck
from engine.safety.openai_client import client
from engine.safety.policy import Policy
from engine.safety.policy_file import LayerName
from engine.settings import EngineSettings, ModelSpec
from tests.support.asgi import address as address_of
from tests.support.asgi import bound_socket, serving
from tests.support.openai_server import OpenAIServer, Spoken, failure, moderation

COPY, DRAW = Where(Kind.COPY), Where(Kind.DRAW)
USED = """
name: x
version: 1
layers:
  guard: {use: true, timeout_s: 60}
  moderation: {use: true, timeout_s: 60}
  image-moderation: {use: true, timeout_s: 60}
"""


@pytest.fixture
def server() -> OpenAIServer:
    return OpenAIServer()


@pytest.fixture
def address(server: OpenAIServer) -> Iterator[str]:
    with serving(server.application()) as address:
        yield f"{address}/v1"


@pytest.fixture
def policy(policy_of: Callable[[str], Policy]) -> Policy:
    return policy_of(USED)


def settings(address: str, model: str = "meta-llama/Llama-Guard-3-8B", **options: bool) -> EngineSettings:
    return EngineSettings.model_validate(
        {
            "openai_api_key": "sk-test",
            "moderation_base_url": address,
            "guard_model": ModelSpec(backend="openai", model=model, options={"base_url": address, **options}),
        }
    )


def texts(layer: str, address: str, policy: Policy, made: EngineSettings | None = None) -> LayeredFilter:
    """A filter with no layer but the one."""
    made = made or settings(address)
    assert made.guard_model is not None
    check: OutsideCheck = build_guard(made.guard_model, made)
    if layer == "moderation":
        check = ModerationCheck(client(made, address), made.moderation_model)
    return LayeredFilter(policy, (), (), [Layer[OutsideCheck](check, 60.0)])


def images(address: str, policy: Policy) -> LayeredFilter:
    check = ImageModerationCheck(client(settings(address), address), "omni-moderation-latest")
    return LayeredFilter(policy, (), [Layer[ImageCheck](check, 30.0)])


def picture(size: tuple[int, int] = (64, 48), image_format: str = "PNG", **how: Any) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "red").save(target, image_format, **how)
    return target.getvalue()


def test_moderation_is_sent_the_text_and_scores_every_category(
    server: OpenAIServer, address: str, policy: Policy
) -> None:
    server.scores = {"hate": 0.9, "violence": 0.2}
    verdict = texts("moderation", address, policy).check_prompt("hello", COPY)
    (call,) = server.calls
    assert (call["path"], call["model"], call["input"]) == ("/v1/moderations", "omni-moderation-latest", "hello")
    assert call["headers"]["authorization"] == "Bearer sk-test"
    assert [(f.category, f.score, f.check) for f in verdict.findings] == [(Category.HATE, 0.9, "moderation")]


def test_every_category_of_moderation_is_one_of_ours(server: OpenAIServer, address: str, policy: Policy) -> None:
    (report,) = texts("moderation", address, policy).report_text("hello", COPY)
    judged = {item.finding.category.value for item in report.judged}
    assert judged == set(moderation("", "text", {})["results"][0]["category_scores"])


def test_an_image_is_sent_as_a_data_url_and_scored_for_what_is_judged_in_images(
    server: OpenAIServer, address: str, policy: Policy
) -> None:
    server.scores = {"violence/graphic": 0.9}
    verdict = images(address, policy).check_image(picture(), DRAW)
    (part,) = server.calls[0]["input"]
    kind, _, data = part["image_url"]["url"].partition(",")
    with Image.open(io.BytesIO(base64.b64decode(data))) as sent:
        assert (part["type"], kind, sent.size) == ("image_url", "data:image/jpeg;base64", (64, 48))
    assert verdict.categories == (Category.VIOLENCE_GRAPHIC,)


def test_an_image_leaves_its_metadata_and_its_size_behind(server: OpenAIServer, address: str, policy: Policy) -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home"
    images(address, policy).check_image(picture((3000, 600), "JPEG", exif=exif), DRAW)
    data = base64.b64decode(server.calls[0]["input"][0]["image_url"]["url"].partition(",")[2])
    assert b"at home" not in data
    with Image.open(io.BytesIO(data)) as sent:
        assert max(sent.size) == SIDE_PX


def test_a_guard_model_is_asked_in_a_chat_and_its_first_token_scores(
    server: OpenAIServer, address: str, policy: Policy
) -> None:
    tokens: tuple[tuple[str, dict[str, float]], ...] = (
        ("\n\n", {"\n\n": 0.0}),
        ("unsafe", {"unsafe": math.log(0.9), "safe": math.log(0.1)}),
        ("\nS10", {}),
    )
    server.reply = lambda body: Spoken("\n\nunsafe\nS10", tokens)
    verdict = texts("guard", address, policy).check_text("a text", COPY)
    (call,) = server.calls
    assert (call["path"], call["model"], call["temperature"]) == (
        "/v1/chat/completions", "meta-llama/Llama-Guard-3-8B", 0,
    )  # fmt: skip
    assert call["messages"][-1] == {"role": "assistant", "content": "a text"}
    assert (call["logprobs"], call["top_logprobs"]) == (True, 5)
    (finding,) = verdict.findings
    assert (finding.category, round(finding.score, 3), finding.check) == (Category.HATE, 0.9, "guard")


def test_what_a_chat_template_takes_is_sent_beside_the_messages(
    server: OpenAIServer, address: str, policy: Policy
) -> None:
    server.reply = lambda body: Spoken("Yes" if "Hate" in body["chat_template_kwargs"]["guideline"] else "No")
    verdict = texts("guard", address, policy, made=settings(address, "google/shieldgemma-2b")).check_prompt(
        "a text", COPY
    )
    assert len(server.calls) == 4
    assert verdict.categories == (Category.HATE,)


def test_a_server_that_turns_probabilities_down_is_not_asked_for_them(
    server: OpenAIServer, address: str, policy: Policy
) -> None:
    server.reply = lambda body: Spoken("safe")
    safety = texts("guard", address, policy, made=settings(address, logprobs=False))
    assert safety.check_prompt("a text", COPY).action is Action.ALLOW
    assert "logprobs" not in server.calls[0]


BROKEN = [
    (failure(429, "rate_limit_exceeded"), "RateLimitError"),
    (failure(500, "server_error"), "InternalServerError"),
    (failure(401, "invalid_api_key"), "AuthenticationError"),
    (Response('{"results": [', media_type="application/json"), "JSONDecodeError"),
    (Response("<html>busy</html>", media_type="text/html"), ""),
    (JSONResponse({"status": "fine"}), ""),
]


@pytest.mark.parametrize("layer", ["guard", "moderation"])
@pytest.mark.parametrize(("answer", "detail"), BROKEN)
def test_a_server_that_fails_lets_nothing_through(
    server: OpenAIServer, policy: Policy, layer: str, answer: Response, detail: str
) -> None:
    server.failures = [answer]
    with serving(server.application()) as address:
        verdict = texts(layer, f"{address}/v1", policy).check_prompt("good words", COPY)
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.UNCHECKED,))
    assert detail in verdict.findings[0].detail
    assert len(server.calls) == 1, "it is asked once: the filter has no time for more"


def test_neither_the_text_nor_the_key_is_logged_when_a_server_fails(
    server: OpenAIServer, address: str, policy: Policy, caplog: pytest.LogCaptureFixture
) -> None:
    server.failures = [failure(400, "invalid_request")]
    texts("moderation", address, policy).check_prompt("good words", COPY)
    assert "BadRequestError" in caplog.text
    assert "good words" not in caplog.text
    assert "sk-" not in caplog.text


@pytest.mark.parametrize("layer", ["guard", "moderation"])
def test_a_server_that_is_silent_lets_nothing_through(
    server: OpenAIServer, address: str, policy_of: Callable[[str], Policy], layer: str
) -> None:
    server.silent = True
    policy = policy_of(USED.replace("timeout_s: 60", "timeout_s: 0.2"))
    verdict = texts(layer, address, policy).check_prompt("good words", COPY)
    assert (verdict.action, verdict.findings[0].detail) == (Action.REFUSE, "time limit")


@pytest.mark.parametrize("layer", ["guard", "moderation"])
def test_a_server_that_is_not_there_lets_nothing_through(policy: Policy, layer: str) -> None:
    listener = bound_socket()
    gone = f"{address_of(listener)}/v1"
    listener.close()
    verdict = texts(layer, gone, policy).check_prompt("good words", COPY)
    assert (verdict.action, verdict.findings[0].detail) == (Action.REFUSE, "APIConnectionError")


@pytest.mark.parametrize("said", [None, "", "I cannot judge that.", "safe and sound"])
def test_a_guard_that_answers_in_another_form_lets_nothing_through(
    server: OpenAIServer, address: str, policy: Policy, said: str | None
) -> None:
    server.reply = lambda body: Spoken(said)
    verdict = texts("guard", address, policy).check_prompt("good words", COPY)
    assert (verdict.action, verdict.findings[0].detail) == (Action.REFUSE, "Unreadable")


def test_a_moderation_that_leaves_a_category_out_lets_nothing_through(
    server: OpenAIServer, address: str, policy: Policy
) -> None:
    answer = moderation("m", "text", {})
    del answer["results"][0]["category_scores"]["hate"]
    server.failures = [JSONResponse(answer)]
    assert texts("moderation", address, policy).check_prompt("good words", COPY).action is Action.REFUSE


def test_a_moderation_that_did_not_look_at_the_image_lets_it_not_through(
    server: OpenAIServer, address: str, policy: Policy
) -> None:
    answer = moderation("m", "image", {})
    answer["results"][0]["category_applied_input_types"]["violence"] = []
    server.failures = [JSONResponse(answer)]
    assert images(address, policy).check_image(picture(), DRAW, Stage.PROMPT).action is Action.REFUSE


@pytest.mark.heavy
def test_the_settings_and_the_policy_put_all_layers_together(
    server: OpenAIServer, address: str, tmp_path: Path
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(USED, encoding="utf-8")
    server.reply = lambda body: Spoken("safe")
    safety = build_safety(settings(address).model_copy(update={"policy_file": path, "safety_timeout_s": 120.0}))
    asked = [report.layer for stage in Stage for report in safety.report_text("hello", COPY, stage)]
    seen = [report.layer for report in safety.report_image(picture(), DRAW)]
    assert asked[-2:] == ["guard", "moderation"]
    assert seen == ["nudenet", "image-moderation"]
    known = {name for kind in get_args(LayerName) for name in get_args(kind)}
    assert {*asked, *seen} == known, "a policy can say how each layer is used, and names no other"


@pytest.mark.parametrize(
    ("layer", "setting"),
    [("guard", "AIGC_GUARD_MODEL"), ("moderation", "AIGC_OPENAI_API_KEY"), ("image-moderation", "AIGC_OPENAI_API_KEY")],
)
def test_a_policy_that_uses_what_the_settings_do_not_name_stops_the_start(
    tmp_path: Path, layer: str, setting: str
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(f"name: x\nversion: 1\nlayers: {{{layer}: {{use: true}}}}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=setting):
        build_safety(EngineSettings(policy_file=path))


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"backend": "diffusers", "model": "llama-guard"}, "neither openai nor transformers"),
        ({"backend": "openai", "model": "ours"}, "no known family"),
        ({"backend": "openai", "model": "llama-guard", "options": {"colour": "red"}}, "colour: no such option"),
        ({"backend": "openai", "model": "llama-guard"}, "AIGC_OPENAI_API_KEY"),
    ],
)
def test_a_guard_model_that_cannot_be_built_is_a_mistake_in_the_configuration(
    spec: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        build_guard(ModelSpec.model_validate(spec), EngineSettings())
