"""How a request of the app or of a person is turned down."""

from __future__ import annotations

from bot.playground.model import Json


class SlackError(Exception):
    """A Web API method says no; `code` is Slack's own (docs.slack.dev/reference/methods, "Errors")."""

    def __init__(self, code: str, *, messages: tuple[str, ...] = (), status: int = 200, retry_after_s: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages
        self.status = status
        self.retry_after_s = retry_after_s
        self.extra: Json = {}


class MissingScope(SlackError):
    """The token may not do that."""

    def __init__(self, needed: str, provided: tuple[str, ...]) -> None:
        super().__init__("missing_scope")
        self.extra = {"needed": needed, "provided": ",".join(provided)}


class RateLimited(SlackError):
    def __init__(self, retry_after_s: int) -> None:
        super().__init__("ratelimited", status=429, retry_after_s=retry_after_s)


class ActError(Exception):
    """A person cannot do that; the message says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
