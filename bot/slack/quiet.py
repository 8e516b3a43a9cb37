"""What every call that shows a message carries: Slack crawls no link in it, and turns no word of it into a mention.

A link that unfurls is fetched by Slack's servers whether anybody clicks it or not, and may carry a secret in its
address (CVE-2025-34072). docs.slack.dev names `unfurl_*` for chat.postMessage, chat.scheduleMessage and webhooks, and
`parse` for all of them; chat.update's default is "client", not "none". What a method does not know, Slack ignores.
"""

from __future__ import annotations

from typing import Any

UNFURL_NOTHING: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
"""For an answer in an acknowledgement or to a response URL."""

QUIETLY: dict[str, Any] = {**UNFURL_NOTHING, "parse": "none", "link_names": False}
"""For the methods of the Web API."""
