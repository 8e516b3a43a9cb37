"""What each of Slack's refusals means, and what comes of it for the message that was to be shown.

RateLimited (HTTP 429, `ratelimited`)
    No such call for as long as Retry-After says, in seconds or as a date; without one for a second, then twice as long
    each time. Then it is sent: however long that is, nothing is lost.
SlackUnavailable (HTTP 408 or 5xx, no answer, a broken connection, `internal_error`, `fatal_error`)
    Tried again, later each time. What may have been posted all the same is looked for first, by its metadata.
SlackMisconfigured (`invalid_auth`, `token_revoked`, `account_inactive`, `missing_scope`)
    Tried every minute, and the log says so; what is finished waits in the database for as long as it takes, and is
    shown once a valid token, or the scope, is there. For operators: `aigc check`.
ChannelUnreachable (`channel_not_found`, `not_in_channel`, `is_archived`, `channel_archived`, `restricted_action`)
    The job is stopped, and its requester told why in a direct message, once.
MessageGone (`message_not_found`, `thread_not_found`)
    Somebody deleted it: the job is stopped, and nothing is said.
MessageFixed (`cant_update_message`, `edit_window_closed`)
    Progress is left out, and the outcome posted as a new message, once.
MessageTooLong (`msg_too_long`, `msg_blocks_too_long`)
    Shown as short plain text.
FileNotReady (`invalid_blocks` of a message with uploaded images)
    Tried again, then uploaded again, and in the end shown without the images, which it says.
UploadRefused (of an upload: `file_upload_size_restricted`, `storage_limit_reached`, another HTTP 4xx of the place where
the bytes go, anything else that is not above)
    The message is shown without that image, and says why.
SlackRejected (`invalid_blocks`, anything else)
    Shown as short plain text; if that is refused too, as ChannelUnreachable.

Sources: docs.slack.dev/reference/methods (the errors of each method), docs.slack.dev/apis/web-api/rate-limits.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.errors import (
    ChannelUnreachable,
    DeliveryError,
    FileNotReady,
    MessageFixed,
    MessageGone,
    MessageTooLong,
    RateLimited,
    SlackMisconfigured,
    SlackRejected,
    SlackUnavailable,
)
from bot.ports import Block

_CODE = re.compile(r"[a-z0-9_]{1,80}")

RATE_LIMITED = ("ratelimited", "rate_limited", "message_limit_exceeded")
UNAVAILABLE = (
    "internal_error", "fatal_error", "service_unavailable", "request_timeout", "update_failed", "file_update_failed",
    "file_not_found", "external_channel_migrating", "team_added_to_org", "org_login_required",
)  # fmt: skip
"""Slack's own trouble. The first two say that the call may have taken effect nevertheless; `file_not_found` comes
where the bytes of an upload are not known yet."""
MISCONFIGURED = (
    "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "missing_scope",
    "no_permission", "not_allowed_token_type", "access_denied", "accesslimited", "ekm_access_denied",
    "enterprise_is_restricted", "team_access_not_granted", "two_factor_setup_required",
)  # fmt: skip
UNREACHABLE = (
    "channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived", "channel_archived", "is_inactive",
    "restricted_action", "messages_tab_disabled", "posting_to_channel_denied", "invalid_channel",
    "user_not_found", "user_not_visible", "user_disabled", "cannot_dm_bot", "invalid_user_combination",
)  # fmt: skip
GONE = ("message_not_found", "thread_not_found")
FIXED = ("cant_update_message", "edit_window_closed", "block_mismatch")
TOO_LONG = ("msg_too_long", "msg_blocks_too_long")

_KINDS: dict[str, type[DeliveryError]] = {
    **dict.fromkeys(UNAVAILABLE, SlackUnavailable),
    **dict.fromkeys(MISCONFIGURED, SlackMisconfigured),
    **dict.fromkeys(UNREACHABLE, ChannelUnreachable),
    **dict.fromkeys(GONE, MessageGone),
    **dict.fromkeys(FIXED, MessageFixed),
    **dict.fromkeys(TOO_LONG, MessageTooLong),
}


def from_answer(error: SlackApiError, blocks: Sequence[Block]) -> DeliveryError:
    """From what slack_sdk made of an answer; `blocks` are those that the call was to show."""
    response: Any = error.response
    status = getattr(response, "status_code", 200)
    code = str(response.get("error", "unknown"))
    if status == 429 or code in RATE_LIMITED:
        return RateLimited(code, retry_after_s=retry_after_s(getattr(response, "headers", {})))
    if status >= 500 or not _CODE.fullmatch(code):
        return SlackUnavailable(f"HTTP {status}, no answer of Slack's")
    if code == "invalid_blocks" and any("slack_file" in block for block in blocks):
        return FileNotReady(code, retry_after_s=1.0)
    if code.startswith("restricted_action"):
        return ChannelUnreachable(code)
    return _KINDS.get(code, SlackRejected)(code)


def from_status(status: int, headers: Mapping[str, str]) -> DeliveryError:
    """From the answer of the place where file bytes go, which speaks in HTTP alone."""
    if status == 429:
        return RateLimited("upload", retry_after_s=retry_after_s(headers))
    if status == 413:
        return SlackRejected("file_upload_size_restricted")
    if 400 <= status < 500 and status != 408:
        return SlackRejected(f"upload_http_{status}")
    return SlackUnavailable(f"upload answered HTTP {status}")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the header Retry-After (RFC 9110, 10.2.3: seconds or a date); None if it does not say."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        wait_s = float(value)
    except ValueError:
        try:
            wait_s = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(wait_s, 0.0) if math.isfinite(wait_s) else None
