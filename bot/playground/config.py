"""What a local workspace is set up with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
"""What deploy/slack/manifest.yaml asks for: what works here works in a real workspace."""

BOT_EVENTS = ("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")


TIERS = {
    **dict.fromkeys(("chat.update", "chat.delete", "conversations.history", "conversations.replies"), 50),
    **dict.fromkeys(("conversations.open", "conversations.info", "pins.list"), 50),
    **dict.fromkeys(("files.getUploadURLExternal", "files.completeUploadExternal", "files.info"), 100),
    **dict.fromkeys(("chat.postEphemeral", "users.info", "views.open", "views.update", "views.publish"), 100),
}
"""How often each method may be called in a minute, by its tier (docs.slack.dev/apis/web-api/rate-limits): Slack says
"50+" and "100+", and lets short bursts pass; here it is not one more."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in the shortcuts menu, as the app's manifest declares it."""

    callback_id: str
    name: str
    type: str
    """ "global" (the lightning menu) or "message" (the menu of a message)."""


@dataclass(frozen=True, slots=True)
class PlaygroundConfig:
    """A workspace with one app installed in it."""

    data_dir: Path | None
    """Where state and files are kept between runs; None keeps them in memory."""
    signing_secret: str = field(repr=False)
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    app_url: str | None
    """Where signed requests go, e.g. http://127.0.0.1:3000/slack/events; None: Socket Mode only."""
    public_url: str
    """The workspace's own base address, without a slash at the end."""
    commands: tuple[str, ...] = ("/aigc",)
    command_description: str = "Write a text or draw an image"
    command_usage_hint: str = "copy <brief> | draw <prompt> | reply | usage | help"
    shortcuts: tuple[Shortcut, ...] = (
        Shortcut("open_form", "Write or draw", "global"),
        Shortcut("draft_reply", "Draft a reply", "message"),
        Shortcut("summarise_thread", "Summarise thread", "message"),
        Shortcut("hand_over", "Hand over", "message"),
        Shortcut("save_recipe", "Save as recipe", "message"),
        Shortcut("is_this_ours", "Is this ours?", "message"),
    )
    bot_events: tuple[str, ...] = BOT_EVENTS
    """The events that the app has subscribed to; no other is sent."""
    scopes: tuple[str, ...] = SCOPES
    """What the bot token may do; a method that needs another answers `missing_scope`."""
    retry_delays_s: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Slack repeats an event that was not acknowledged at once, after a minute and after five."""
    ack_timeout_s: float = 3.0
    trigger_ttl_s: float = 3.0
    message_burst: int = 10
    """How many messages a channel takes at once before 429."""
    message_rate_per_s: float = 1.0
    calls_per_minute: Mapping[str, int] = field(default_factory=lambda: TIERS)
    stream_ttl_s: float = 300.0
    """A streamed message takes no more text after this long."""
    status_ttl_s: float = 120.0
    socket_ttl_s: float = 3600.0
    """A Socket Mode connection is asked to reconnect after this long."""
    file_ready_after_s: float = 0.0
    """How long an uploaded file cannot be shown yet."""
    max_file_bytes: int = 50 * 1024 * 1024
    quiet_only: bool = False
    """Turn down what shows a message and does not say that nothing in it unfurls: `would_unfurl`."""
    customers: bool = False
    """Two customers are there who have asked something in #support: `seed.questions`."""
