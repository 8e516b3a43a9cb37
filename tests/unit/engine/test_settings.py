"""Settings as operators write them."""

from __future__ import annotations

import pytest

from engine.settings import EngineSettings


def test_a_variable_that_is_set_to_nothing_means_the_built_in_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGC_POLICY_FILE", "")
    assert EngineSettings().policy_file is None


def test_a_guard_model_is_named_in_json_and_null_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGC_GUARD_MODEL", '{"backend": "openai", "model": "llama-guard3"}')
    guard = EngineSettings().guard_model
    assert guard is not None
    assert guard.model == "llama-guard3"
    monkeypatch.setenv("AIGC_GUARD_MODEL", "null")
    assert EngineSettings().guard_model is None


def test_models_are_named_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGC_TEXT_MODELS", '{"gpt": {"backend": "openai", "model": "gpt-4.1-mini"}}')
    assert EngineSettings().text_models["gpt"].model == "gpt-4.1-mini"
