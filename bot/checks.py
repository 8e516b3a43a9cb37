"""What the bot needs of Slack: a token that works and has the scopes of the manifest."""

from __future__ import annotations

from collections.abc import Iterator

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.settings import BotSettings
from engine.checks import Finding, Mark

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "pins:read",
    "users:read",
)
"""Bot token scopes; deploy/slack/manifest.yaml asks for the same."""


def slack_checks(settings: BotSettings) -> Iterator[Finding]:
    """Look at the signing secret or app token, then ask Slack about the bot token."""
    yield _entry(settings)
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        advice = "Set AIGC_SLACK_BOT_TOKEN: the app's page, OAuth & Permissions, Bot User OAuth Token."
        yield Finding("Slack token", Mark.WRONG, "not set", advice)
        return
    yield from _token(WebClient(token, base_url=settings.slack_api_url, timeout=10))


def _entry(settings: BotSettings) -> Finding:
    if settings.slack_mode == "socket":
        if settings.slack_app_token.get_secret_value():
            return Finding("Slack requests", Mark.OK, "Socket Mode")
        advice = "Set AIGC_SLACK_APP_TOKEN: an app-level token with connections:write."
        return Finding("Slack requests", Mark.WRONG, "Socket Mode without an app token", advice)
    if settings.slack_signing_secret.get_secret_value():
        return Finding("Slack requests", Mark.OK, f"HTTP on port {settings.port}, signatures verified")
    advice = "Set AIGC_SLACK_SIGNING_SECRET: the app's page, Basic Information, App Credentials."
    return Finding("Slack requests", Mark.WRONG, "no signing secret", advice)


def _token(client: WebClient) -> Iterator[Finding]:
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        advice = "Install the app to the workspace again and copy the new token."
        yield Finding("Slack token", Mark.WRONG, str(error.response["error"]), advice)
        return
    except OSError as error:
        advice = "Check the network, and AIGC_SLACK_API_URL if it is set."
        yield Finding("Slack token", Mark.WRONG, f"cannot reach Slack: {error}", advice)
        return
    yield Finding("Slack token", Mark.OK, f"{answer['user']} in {answer['team']}")
    granted = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        advice = "Add them under OAuth & Permissions (or update the manifest), then install the app again."
        yield Finding("Slack scopes", Mark.WRONG, "missing: " + ", ".join(missing), advice)
    else:
        yield Finding("Slack scopes", Mark.OK, f"all {len(SCOPES)} granted")
