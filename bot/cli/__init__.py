"""The command line, `aigc`; every command only translates and hands on."""

from __future__ import annotations

import importlib

import click
from pydantic import ValidationError

from bot.settings import LogSettings
from engine.errors import EngineError
from engine.telemetry import logs

_COMMANDS = {
    "play": "bot.cli.play:play",
    "serve": "bot.cli.serve:serve",
    "worker": "bot.cli.serve:worker",
    "workspace": "bot.cli.play:workspace",
    "redis": "bot.cli.play:redis",
    "copy": "bot.cli.offline:copy",
    "draw": "bot.cli.offline:draw",
    "recipes": "bot.cli.recipes:recipes",
    "verify": "bot.cli.verify:verify",
    "export": "bot.cli.export:export",
    "check": "bot.cli.check:check",
    "policy": "bot.cli.policy:policy",
    "knowledge": "bot.cli.knowledge:knowledge",
    "jobs": "bot.cli.jobs:jobs",
    "review": "bot.cli.review:review",
    "audit": "bot.cli.audit:audit",
    "usage": "bot.cli.usage:usage",
    "feedback": "bot.cli.feedback:feedback",
    "backup": "bot.cli.backup:backup",
    "restore": "bot.cli.backup:restore",
    "retention": "bot.cli.retention:retention",
    "database": "bot.cli.database:database",
    "settings": "bot.cli.settings:settings",
    "bench": "bot.cli.bench:bench",
    "eval": "bot.cli.evals:evals",
}

_PROCESSES = {"serve": "bot", "workspace": "workspace", "redis": "redis"}
"""What the log of a long-lived process calls it; a worker says itself of what kind it is."""


class _Lazy(click.Group):
    """Imports a command's module only when it is called: `aigc play` needs no torch, and starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in _COMMANDS if name not in ("redis", "workspace")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            raise click.ClickException(_explain(error)) from error
        except EngineError as error:
            raise click.ClickException(str(error)) from error


def _explain(error: ValidationError) -> str:
    """Settings errors by the name of the environment variable, without echoing values that may be secret."""
    lines = [
        f"AIGC_{'__'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
        for item in error.errors(include_url=False, include_input=False)
    ]
    return "The settings are wrong:\n" + "\n".join(lines)


@click.group(cls=_Lazy)
@click.version_option(package_name="aigc")
@click.pass_context
def aigc(ctx: click.Context) -> None:
    """AIGC writes text and draws images in Slack, with your own models or the OpenAI API."""
    said = LogSettings()
    logs.configure(said.log_level, said.log_format, _PROCESSES.get(ctx.invoked_subcommand or "", "aigc"))
