"""The forms of a draft: to edit and send it, to say what is wrong with it, to copy it, to read a source.

docs.slack.dev/reference/views; a text input holds 3,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.command.clean import visible
from bot.locales import t
from bot.ports import Place
from bot.slack.blocks import Json, actions, button, checkbox, context, field, modal, reading, section, text_input
from bot.slack.buttons import FORGET, Target
from bot.slack.draft_message import escape_address, source_name
from bot.slack.outcome import refused
from bot.slack.split import split
from bot.slack.text import code, cut, escape, escaped, one_line, utf16
from bot.slack.views import MOST_REASON, Memo
from engine.domain.citing import unmarked
from engine.domain.job import Job, State
from engine.domain.knowledge import Citation
from engine.domain.request import Kind
from engine.domain.work import MAX_SENT_CHARS, Sending

SEND_FORM = "send_form"
RATE_FORM = "rate_form"
KEEP_MARKS = "keep"
_QUESTION_CHARS = 600
_PASSAGE_CHARS = 2_800
_PIECE_CHARS = 2_900


def without_marks(text: str) -> str:
    """A draft without the numbers of its sources: they mean nothing to a customer."""
    return unmarked(text).strip()


def send_form(locale: str, place: Place, draft: Job, question: str, before: Job | None = None) -> Json:
    """The draft to edit, or what the agent made of it `before`, with why that was not let through.

    `place` is where it goes.
    """
    text, why = _written(locale, draft, before)
    quote = f">{escape(cut(one_line(question), _QUESTION_CHARS, escaped))}"
    blocks = [section(f"{t(locale, 'send.to', channel=f'<#{place.channel}>')}\n{quote}")]
    blocks += [context(f":warning: {why}")] if why else []
    if utf16(text) > MAX_SENT_CHARS:
        blocks.append(context(f":warning: {t(locale, 'send.too_long', most=MAX_SENT_CHARS)}"))
    marked = before is not None and isinstance(before.request.work, Sending) and before.request.work.marked
    box = checkbox(KEEP_MARKS, t(locale, "send.marks.keep"), ticked=marked)
    shown = text_input(multiline=True, most=MAX_SENT_CHARS, initial=cut(text, MAX_SENT_CHARS))
    blocks += [
        field("text", t(locale, "send.text"), shown, hint=t(locale, "send.text.hint"), optional=False),
        field("marks", t(locale, "send.marks"), box),
        field("reason", t(locale, "send.reason"), text_input(most=MOST_REASON), hint=t(locale, "send.reason.hint")),
    ]
    labels = (t(locale, "send.title"), t(locale, "send.submit"), t(locale, "form.close"))
    return modal(SEND_FORM, labels, str(Memo(locale, Kind.COPY, place.channel, place.thread, draft.id)), blocks)


def _written(locale: str, draft: Job, before: Job | None) -> tuple[str, str]:
    """The text to begin with, and what stood in its way the last time."""
    if before is None or not isinstance(before.request.work, Sending) or not before.request.work.text:
        return (draft.result.artifacts[0].text if draft.result and draft.result.artifacts else ""), ""
    why = refused(locale, before.result, "reply") if before.state is State.REFUSED and before.result else ""
    return before.request.work.text, " ".join(why.split("\n"))


def read_send_form(values: Mapping[str, Mapping[str, Any]]) -> tuple[str, str, bool]:
    """The text, why it was changed, and whether the numbers of its sources stay."""
    ticked = [each for state in values.get("marks", {}).values() for each in state.get("selected_options") or ()]
    marked = any(isinstance(each, Mapping) and each.get("value") == KEEP_MARKS for each in ticked)
    return _entered(values, "text"), _entered(values, "reason")[:MOST_REASON], marked


def rate_form(locale: str, draft: Job) -> Json:
    """What is wrong with a draft."""
    words = text_input(multiline=True, most=MOST_REASON)
    blocks = [field("reason", t(locale, "rate.reason"), words, hint=t(locale, "rate.reason.hint"))]
    labels = (t(locale, "rate.title"), t(locale, "rate.submit"), t(locale, "form.close"))
    return modal(
        RATE_FORM, labels, str(Memo(locale, Kind.COPY, draft.origin.channel, draft.origin.thread, draft.id)), blocks
    )


def read_rate_form(values: Mapping[str, Mapping[str, Any]]) -> str:
    """The reason, which may be ""."""
    return _entered(values, "reason")[:MOST_REASON]


def text_to_copy(locale: str, texts: Sequence[str]) -> Json:
    """The draft as plain text, without anything of the app's around it."""
    pieces = (piece for text in texts for piece in split(without_marks(text), _PIECE_CHARS, escaped))
    blocks = [section(t(locale, "copy.how")), *(section(code(piece)) for piece in pieces)]
    return reading((t(locale, "copy.title"), t(locale, "form.close")), blocks)


def passage(locale: str, citation: Citation, removable: str = "") -> Json:
    """What a source says, in which version of which document, and where to open that.

    `removable` is the id of the canned reply that it is, for whoever may remove it.
    """
    found = citation.passage
    pieces = (section(escape(piece)) for piece in split(found.text, _PASSAGE_CHARS, escaped))
    title = escape(cut(one_line(source_name(locale, citation)), 500, escaped))
    blocks = [section(f"*{title}*"), *list(pieces)[:5], context(" · ".join(_origin(locale, citation)))]
    blocks += [actions(_remove(locale, "canned.remove", removable))] if removable else []
    return reading((t(locale, "source.title", number=citation.number), t(locale, "form.close")), blocks)


def removed(locale: str, said: str) -> Json:
    """What that form becomes once the button in it was pressed."""
    return reading((t(locale, "draft.canned"), t(locale, "form.close")), [section(said)])


def saved(locale: str, said: str, reply_id: str) -> tuple[Json, ...]:
    """That an answer is kept, with a button to take that back."""
    return (section(said), actions(_remove(locale, "canned.undo", reply_id))) if reply_id else ()


def _remove(locale: str, key: str, reply_id: str) -> Json:
    return button(t(locale, key), FORGET, str(Target(reply_id)))


def _origin(locale: str, citation: Citation) -> Iterator[str]:
    found = citation.passage
    if found.canned:
        yield t(locale, "source.canned")
    yield t(locale, "source.version", document=escape(cut(found.title, 100)), version=escape(found.version))
    if found.url.startswith(("https://", "http://")):
        yield f"<{escape_address(found.url)}|{t(locale, 'source.open')}>"


def _entered(values: Mapping[str, Mapping[str, Any]], name: str) -> str:
    return next((visible(str(state.get("value") or "")) for state in values.get(name, {}).values()), "")
