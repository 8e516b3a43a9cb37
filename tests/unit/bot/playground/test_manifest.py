"""The app is installed here as its manifest installs it in a real workspace."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.checks import SCOPES
from bot.playground.config import PlaygroundConfig

MANIFEST = yaml.safe_load((Path(__file__).parents[4] / "deploy" / "slack" / "manifest.yaml").read_text())


def test_the_workspace_grants_what_the_manifest_asks_for() -> None:
    config = PlaygroundConfig(None, "s", "b", "a", None, "http://127.0.0.1")
    assert set(config.scopes) == set(SCOPES) == set(MANIFEST["oauth_config"]["scopes"]["bot"])
    assert set(config.bot_events) == set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    commands = MANIFEST["features"]["slash_commands"]
    assert [c["command"] for c in commands] == list(config.commands)
    assert commands[0]["usage_hint"] == config.command_usage_hint
    assert commands[0]["description"] == config.command_description
    assert [(s["callback_id"], s["name"], s["type"]) for s in MANIFEST["features"]["shortcuts"]] == [
        (s.callback_id, s.name, s.type) for s in config.shortcuts
    ]
