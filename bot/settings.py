"""The Slack side's settings, from AIGC_* environment variables or an .env file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class LogSettings(BaseSettings):
    """What every command reads before anything else."""

    model_config = SettingsConfigDict(env_prefix="AIGC_", env_file=".env", extra="ignore", frozen=True)

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="How much is logged: DEBUG, INFO, WARNING or ERROR. Never a prompt or a secret."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="How it is logged: text for people, json (one object a line) for what collects logs."
    )


class BotSettings(BaseSettings):
    """Read once by a bootstrap and passed on; nothing else reads the environment."""

    model_config = SettingsConfigDict(env_prefix="AIGC_", env_file=".env", extra="ignore", frozen=True)

    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token, xoxb-...: posts the answers.")
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), description="Signing secret: proves that a request comes from Slack (mode http)."
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""), description="App-level token, xapp-..., with connections:write (mode socket)."
    )
    slack_mode: Literal["http", "socket"] = Field(
        "http", description="How Slack reaches the app: http (a public address) or socket (Socket Mode)."
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Where the Slack Web API is.")
    slack_command: str = Field("/aigc", description="The slash command, as in the app's manifest.")
    slack_timeout_s: float = Field(15.0, gt=0, description="Longest a call to Slack may take.")

    host: str = Field("127.0.0.1", description="Address that the bot listens on.")
    port: int = Field(3000, ge=0, le=65535, description="Port that the bot listens on.")
    public_url: str = Field(
        "",
        description="Where people's browsers reach the bot, e.g. https://aigc.example.com: for links to images under "
        "review. Empty: reviewers are told to ask an operator.",
    )
    locale_ttl_s: float = Field(3600.0, gt=0, description="How long a person's language is remembered.")

    delivery_concurrency: int = Field(8, ge=1, description="Messages one delivery worker handles at once.")
    delivery_lease_s: float = Field(
        20.0, gt=0, description="How long a delivery worker holds one job's message without a sign of life."
    )
    delivery_max_retries: int = Field(
        10, ge=0, description="How often a message is tried again before it is left to the sweeper."
    )
    progress_every_s: float = Field(1.1, gt=0, description="Shortest time between two progress updates in one channel.")
    slack_posts_per_s: float = Field(
        1.0, gt=0, description="Messages that Slack lets the app post in one channel per second."
    )
    slack_updates_per_minute: int = Field(
        50, ge=2, description="Changes of messages that Slack lets the app make per minute, in the whole workspace."
    )
