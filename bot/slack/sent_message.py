"""What a customer sees of a reply: nothing before it is cleared, then the text and who sent it; pure."""

from __future__ import annotations

from bot.locales import language_of, t
from bot.ports import Shown
from bot.slack.blocks import context, markdown
from bot.slack.people import person
from bot.slack.split import split
from bot.slack.text import cut, defuse, escape, escaped, utf8
from engine.domain.job import Job, State
from engine.domain.result import Result
from engine.domain.work import Sending

PIECE_BYTES = 3_000
_SPOKEN_CHARS = 2_000


def show(job: Job, work: Sending) -> tuple[Shown, ...]:
    """The message in the customer's thread. What an agent answers for keeps its links; it addresses nobody."""
    if job.state is not State.SUCCEEDED:
        return ()
    text = sent_text(job.result, work)
    label = t(language_of(text), "sent.label", user=person(job.origin.user))
    pieces = (markdown(piece) for piece in split(defuse(text), PIECE_BYTES, utf8))
    return (Shown(f"[{label}] {escape(cut(text, _SPOKEN_CHARS, escaped))}", (*pieces, context(f":sparkles: {label}"))),)


def sent_text(result: Result | None, work: Sending) -> str:
    """As it was sent: what the filter hides is not in it."""
    return next((artifact.text for artifact in (result or Result()).artifacts), work.text)
