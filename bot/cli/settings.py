"""`aigc settings`: every setting as a Markdown table, from the code that reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from bot.settings import BotSettings, LogSettings
from engine.settings import EngineSettings


@click.command()
def settings() -> None:
    """Print all settings: name, default and meaning."""
    click.echo("\n".join(table()))


def table() -> Iterator[str]:
    """Lines of a Markdown table, the bot's settings first."""
    yield "| Variable | Default | Meaning |"
    yield "|---|---|---|"
    for group in (BotSettings, EngineSettings, LogSettings):
        for name, field in group.model_fields.items():
            yield f"| `{_variable(group, name)}` | {_default(field)} | {(field.description or '').replace('|', '/')} |"


def _variable(group: type[BaseSettings], name: str) -> str:
    return f"{group.model_config.get('env_prefix', '')}{name}".upper()


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, dict):
        plain = {k: v.model_dump(exclude_defaults=True) if isinstance(v, BaseModel) else v for k, v in value.items()}
        return f"`{json.dumps(plain)}`"
    if value is None or value == "" or isinstance(value, SecretStr):
        return ""
    return f"`{value}`"
