"""The deployment files start commands that exist, with settings that exist, and check everybody's health."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import aigc
from bot.settings import BotSettings, LogSettings
from engine.settings import EngineSettings
from tests.support.compose import COMPOSE, OURS, ROOT, SERVICES, environment, start_command

DOCKERFILES = sorted((ROOT / "deploy/docker").glob("*.Dockerfile"))
KNOWN = {f"AIGC_{name.upper()}" for group in (BotSettings, EngineSettings, LogSettings) for name in group.model_fields}


@pytest.mark.parametrize("service", OURS)
def test_a_service_starts_a_command_that_exists(service: str) -> None:
    program, *arguments = start_command(service)
    assert program == "aigc"
    assert CliRunner().invoke(aigc, [*arguments, "--help"]).exit_code == 0


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_says_how_it_is(service: str) -> None:
    test = SERVICES[service]["healthcheck"]["test"]
    assert test[0] in ("CMD", "CMD-SHELL")
    if test[1] == "aigc":
        assert CliRunner().invoke(aigc, [*test[2:-1], "--help"]).exit_code == 0


@pytest.mark.parametrize("service", OURS)
def test_services_are_given_settings_that_exist(service: str) -> None:
    assert set(SERVICES[service]["environment"]) <= KNOWN


def test_a_model_worker_is_given_no_slack_token() -> None:
    workers = [name for name in OURS if name.startswith("worker")]
    assert workers
    assert not [key for name in workers for key in SERVICES[name]["environment"] if "SLACK" in key]


@pytest.mark.parametrize("service", OURS)
def test_all_agree_on_which_models_there_are_and_whether_they_cost_anything(service: str) -> None:
    assert {"AIGC_TEXT_MODELS", "AIGC_IMAGE_MODELS", "AIGC_OPENAI_BASE_URL"} <= set(SERVICES[service]["environment"])


def test_volumes_that_are_mounted_are_declared() -> None:
    mounted = {entry.partition(":")[0] for service in SERVICES.values() for entry in service.get("volumes", ())}
    assert {name for name in mounted if not name.startswith(".")} == set(COMPOSE["volumes"])


def test_the_sample_environment_has_what_compose_asks_for_and_nothing_unknown() -> None:
    lines = (ROOT / "deploy/env.sample").read_text().splitlines()
    sample = {line.lstrip("# ").partition("=")[0] for line in lines if re.match(r"(# )?[A-Z_]+=", line)}
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "deploy/compose.yaml").read_text()))
    assert asked <= sample | KNOWN
    assert sample - {"POSTGRES_PASSWORD"} <= KNOWN


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_a_dockerfile_copies_what_is_there_and_does_not_run_as_root(dockerfile: Path) -> None:
    text = dockerfile.read_text()
    for line in re.findall(r"^COPY (.*)$", text, re.MULTILINE):
        assert all((ROOT / source).exists() for source in shlex.split(line)[:-1])
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["aigc"]


def test_the_bots_image_has_no_torch() -> None:
    assert not re.search(
        r"^(torch|transformers|diffusers)==", (ROOT / "requirements-bot.lock").read_text(), re.MULTILINE
    )


def test_models_may_be_named_in_the_environment_and_secrets_must() -> None:
    with pytest.raises(KeyError, match="AIGC_SLACK_BOT_TOKEN"):
        environment("bot", {"POSTGRES_PASSWORD": "p"})
    given = {"POSTGRES_PASSWORD": "p", "AIGC_SLACK_BOT_TOKEN": "xoxb-1", "AIGC_TEXT_MODELS": "{}"}
    filled = environment("bot", given)
    assert filled["AIGC_DATABASE_URL"] == "postgresql+psycopg://aigc:p@postgres/aigc"
    assert (filled["AIGC_TEXT_MODELS"], filled["AIGC_SLACK_MODE"]) == ("{}", "http")
    assert EngineSettings.model_validate({"image_models": json.loads(filled["AIGC_IMAGE_MODELS"])})
