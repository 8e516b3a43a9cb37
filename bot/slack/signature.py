"""Tells what comes from Slack: signed with the app's secret, just now, as Slack signs.

Before a body is parsed, so that whoever does not know the secret has nothing of ours to play with but this.
Source: docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slack_sdk.signature import Clock, SignatureVerifier

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class Signature:
    """Checks requests against one signing secret; without a secret nothing comes from Slack."""

    def __init__(self, secret: str, clock: Clock | None = None) -> None:
        self._verifier = SignatureVerifier(secret, clock or Clock()) if secret.strip() else None

    def objection(self, body: str, headers: Mapping[str, str]) -> str:
        """Why this request is not from Slack, in words for the log that quote nothing of it; "" if it is."""
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not stamp or not signature:
            return "it is not signed"
        if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            return "what should be its signature is none"  # and would be an error further down: int(), compare_digest()
        if self._verifier is None or not self._verifier.is_valid(body, stamp, signature):
            return "it is signed with another secret, was changed, or is more than five minutes old"
        return ""
