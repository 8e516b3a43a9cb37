"""Settings as operators write them."""

from __future__ import annotations

import pytest

from engine.settings import EngineSettings


def test_a_variable_that_is_set_to_nothing_means_the_built_in_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGC_POLICY_FILE", "")
    assert EngineSettings().policy_file is None


def test_models_are_named_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGC_TEXT_MODELS", '{"gpt": {"backend": "openai", "model": "gpt-4.1-mini"}}')
    assert EngineSettings().text_models["gpt"].model == "gpt-4.1-mini"
