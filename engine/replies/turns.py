"""What a model is told that drafts a reply or sums a thread up: the thread and the passages are data in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.domain.context import Context, Source, instruction, marked, neutral
from engine.domain.knowledge import Passage
from engine.domain.prompt import LANGUAGES
from engine.domain.task import Turn
from engine.domain.work import Purpose, Said
from engine.replies.style import Style, Tone

MOST_MESSAGE_CHARS = 1_500
MOST_THREAD_CHARS = 6_000
"""Of a thread; its end counts most."""
MOST_PASSAGE_CHARS = 1_500

_REPLY = (
    "You draft replies for a customer service agent, who checks and sends them. Answer the customer's last message "
    "from the numbered passages and the thread alone. After each sentence that uses a passage write its number, like "
    "[1]. Take names, order numbers, dates, prices and links from the thread or a passage only, invent nothing, and "
    "promise nothing that no passage promises. Where they do not answer the question, say that you will check, and ask "
    "the one question that helps most. Write the reply only: no subject, no placeholders, no remarks."
)
_SUMMARY = (
    "You sum up a customer's thread for a colleague who has not read it: what the customer wants, what happened, what "
    "was answered, what is open. Use the thread alone, keep names, order numbers and dates as they are, invent "
    "nothing. Write short points, no preamble."
)
_HANDOVER = (
    "You hand a customer's thread over to the next agent. Under the headings Customer, So far, Promised, Open and Next "
    "step, in the language asked for, write short points from the thread alone. Keep names, order numbers and dates as "
    "they are, invent nothing, and say so where a heading has nothing."
)
_INSTRUCTIONS = {Purpose.REPLY: _REPLY, Purpose.SUMMARY: _SUMMARY, Purpose.HANDOVER: _HANDOVER}
_TONES = {
    Tone.FRIENDLY: "Tone: warm and friendly.",
    Tone.FORMAL: "Tone: formal and courteous.",
    Tone.BRIEF: "Tone: brief and to the point, still polite.",
}
_LENGTHS = ("One or two sentences.", "At most 60 words.", "About 100 words.", "About 180 words.")
_TASKS = {Purpose.REPLY: "Write the reply.", Purpose.SUMMARY: "Sum it up.", Purpose.HANDOVER: "Write the hand-over."}


def turns(
    purpose: Purpose,
    messages: Sequence[Said],
    passages: Mapping[int, Passage],
    style: Style,
    boundary: str,
    *,
    note: str = "",
    earlier: str = "",
    change: str = "",
) -> tuple[Turn, ...]:
    """`passages` by the numbers that the reply is to name them by, which `earlier`, the version to change, has too."""
    said = [marked(Context(Source.THREAD, _thread(messages)), boundary)]
    said += [marked(Context(Source.PASSAGE, _passage(p), number), boundary) for number, p in passages.items()]
    asked = f"The agent adds: {neutral(note)}\n\n{_TASKS[purpose]}" if note else _TASKS[purpose]
    found = [Turn("system", _system(purpose, style, boundary)), Turn("user", "\n\n".join([*said, asked]))]
    if earlier:
        found += [Turn("assistant", neutral(earlier)), Turn("user", f"Revise the text above: {neutral(change)}")]
    return tuple(found)


def _system(purpose: Purpose, style: Style, boundary: str) -> str:
    lang = f"Write in {LANGUAGES.get(style.lang, 'the language of the customer')}."
    manner = [_TONES[style.tone], _LENGTHS[style.level]] if purpose is Purpose.REPLY else []
    return " ".join([_INSTRUCTIONS[purpose], lang, *manner, instruction(boundary)])


def _thread(messages: Sequence[Said]) -> str:
    """Who said what, the oldest left out where it is too long."""
    lines: list[str] = []
    room = MOST_THREAD_CHARS
    for message in reversed(messages):
        line = f"{'Agent' if message.by_agent else 'Customer'}: {message.text[:MOST_MESSAGE_CHARS]}"
        room -= len(line)
        if lines and room < 0:
            lines.append("[...]")
            break
        lines.append(line)
    return "\n".join(reversed(lines))


def _passage(passage: Passage) -> str:
    return "\n".join(part for part in (passage.heading or passage.title, passage.text[:MOST_PASSAGE_CHARS]) if part)
