"""Lists the documents of the knowledge base for an admin; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.locales import t
from bot.slack.knowledge_message import scope
from bot.slack.text import cut, escape, inert, one_line
from engine.domain.knowledge import Document

MOST = 40
_TITLE_CHARS = 80


def documents(locale: str, found: Sequence[Document], slash: str) -> str:
    """As mrkdwn, the latest first."""
    if not found:
        return t(locale, "library.empty", command=slash)
    latest = sorted(found, key=lambda document: -document.added_at)
    lines = [t(locale, "library.title", count=len(found), passages=sum(document.passages for document in found))]
    for document in latest[:MOST]:
        title = escape(cut(inert(one_line(document.title)), _TITLE_CHARS))
        lines.append(f"• {title} · {scope(locale, document.scope)}")
    if len(found) > MOST:
        lines.append(t(locale, "library.more", count=len(found) - MOST))
    return "\n".join(lines)
