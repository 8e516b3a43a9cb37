"""Processes that could not work say so before they begin."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bootstrap import build_bot, build_delivery
from bot.settings import BotSettings
from engine.errors import ConfigurationError
from engine.settings import EngineSettings


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({}, "AIGC_SLACK_BOT_TOKEN, AIGC_SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": "xoxb-1"}, "AIGC_SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": "xoxb-1", "slack_mode": "socket"}, "AIGC_SLACK_APP_TOKEN"),
    ],
)
def test_a_bot_without_its_secrets_does_not_start(tmp_path: Path, settings: dict[str, str], missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        build_bot(BotSettings.model_validate(settings), EngineSettings(data_dir=tmp_path))


def test_delivery_without_a_token_does_not_start(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigurationError, match="AIGC_SLACK_BOT_TOKEN"),
        build_delivery(BotSettings(), EngineSettings(data_dir=tmp_path)),
    ):
        pass
