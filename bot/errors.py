"""The Slack side's error tree; what went wrong with a command is for its sender, the rest for the operator.

BotError
├── CommandError                  a command that makes no sense; its sender is told how to mend it
├── PayloadError                  a request that Slack would not send; nothing was done
├── OverLimit                     a request that is too much now; its sender is told how much, and until when
├── StillBusy                     work goes on behind; Slack is to ask again
├── FileError                     a file that a person attached cannot be had; they are told why
│   ├── FileDelayed               may succeed when tried again
│   ├── FileTooLarge              more bytes than are taken
│   ├── FileGone                  deleted, or kept back by Slack
│   ├── FileElsewhere             not kept by Slack: nothing is fetched from anywhere else
│   ├── FileUnusable              no image that can be started from, or no room for it
│   └── FileForbidden             the token may not read files: the operator's to mend
└── DeliveryError                 Slack did not show what it was asked to
    ├── DeliveryDelayed           may succeed when tried again
    │   ├── RateLimited           Slack says how long to wait; nothing was posted
    │   ├── TurnNotCome           others write first: nothing was tried
    │   ├── SlackUnavailable      timed out or broke; something may have been posted
    │   ├── FileNotReady          an uploaded file cannot be shown yet
    │   └── SlackMisconfigured    token or scopes are wrong: the operator's to mend
    ├── ChannelUnreachable        not a member, archived, or posting is restricted
    ├── MessageGone               somebody deleted the message, or the thread that it was for
    ├── MessageFixed              the message is there, and Slack does not let it be changed
    ├── MessageTooLong            longer than Slack allows
    ├── UploadRefused             Slack does not take the file
    └── SlackRejected             anything else Slack answered "no" to

What comes of each of Slack's errors is the table in bot.slack.refusals.
"""

from __future__ import annotations

from engine.domain.limits import Denial


class BotError(Exception):
    """`str(error)` is for the operator's log: never a prompt, a text or a token."""


class CommandError(BotError):
    """What a person wrote makes no sense.

    `code` and `params` make the text for them (locale key "command.<code>"); `suggestion` is what they may have
    meant, without the slash command's name, "" if there is no telling. None of it is for a log but `code`.
    """

    def __init__(self, code: str, suggestion: str = "", **params: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion
        self.params = params


class PayloadError(BotError):
    """A request that is signed, and yet not of a shape that Slack sends or that a form of ours has."""


class OverLimit(BotError):
    """A request that is not taken now, and lost nothing: it can be sent again."""

    def __init__(self, denial: Denial) -> None:
        super().__init__(f"over the limit: {denial.limit} of the {denial.scope}")
        self.denial = denial


class StillBusy(BotError):
    """What was asked for takes longer than Slack waits. It goes on; the same request again finds it done."""


class FileError(BotError):
    """`key` is the text for the person, in the locales."""

    key: str = "upload.gone"


class FileDelayed(FileError):
    """A time-out, a broken connection, HTTP 429 or 5xx; `retry_after_s` is Slack's own advice, if any."""

    key = "upload.delayed"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class FileTooLarge(FileError):
    """Told by what came, not by what was announced."""

    key = "failure.image_too_large"


class FileGone(FileError):
    """Deleted, hidden, or of somebody who does not let the app see it."""

    key = "upload.gone"


class FileElsewhere(FileError):
    """Its address is not Slack's."""

    key = "upload.elsewhere"


class FileUnusable(FileError):
    """It came, and is no image that a drawing can start from, or cannot be stored."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


class FileForbidden(FileError):
    """Slack shows its sign-in page or says no: the scope files:read is missing, or the token is wrong."""

    key = "upload.forbidden"


class DeliveryError(BotError):
    """The message is Slack's error code, e.g. "not_in_channel"."""


class DeliveryDelayed(DeliveryError):
    """May succeed when tried again; `retry_after_s` is Slack's own advice, if any."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RateLimited(DeliveryDelayed):
    """HTTP 429 (docs.slack.dev/apis/web-api/rate-limits)."""


class TurnNotCome(DeliveryDelayed):
    """Slack was not asked: its rates leave no room yet, or an earlier request's message comes first."""


class SlackUnavailable(DeliveryDelayed):
    """A time-out, a broken connection, HTTP 5xx or internal_error."""


class FileNotReady(DeliveryDelayed):
    """Slack does not know an uploaded file yet, or not any more."""


class SlackMisconfigured(DeliveryDelayed):
    """Token or scopes are wrong. Nothing is lost: it is tried every minute until somebody has mended them."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_after_s=60.0)


class ChannelUnreachable(DeliveryError):
    """The app cannot post there."""


class MessageGone(DeliveryError):
    """The message to update does not exist any more."""


class MessageFixed(DeliveryError):
    """Another app user wrote the message, or the workspace lets nobody edit so late: it stays as it is."""


class UploadRefused(DeliveryError):
    """The workspace's limits keep the file out, however often it is tried."""


class MessageTooLong(DeliveryError):
    """Text or blocks are longer than Slack allows."""


class SlackRejected(DeliveryError):
    """Slack refused for a reason that no other class names."""
