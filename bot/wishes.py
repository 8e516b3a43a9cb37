"""What a person can ask the app for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import BotError
from engine.domain.request import Request, RevisionMode
from engine.domain.work import Purpose


@dataclass(frozen=True, slots=True)
class Generate:
    request: Request


@dataclass(frozen=True, slots=True)
class Revise:
    """Change an earlier result of the same thread."""

    instruction: str
    version: int = 0
    """1 for "v1", and so on; 0 for the latest."""
    variant: int = 0
    """Which of that version's variants, 0-based: 2 for "v1 #3"."""
    mode: RevisionMode = RevisionMode.EDIT


@dataclass(frozen=True, slots=True)
class Cancel:
    job: str = ""
    """A job's id; "" for all that the person has waiting or running."""


@dataclass(frozen=True, slots=True)
class Status:
    pass


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used today of what there is."""


@dataclass(frozen=True, slots=True)
class Help:
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply to what a customer wrote, or a summary of it, for whoever asks alone."""

    purpose: Purpose
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenForm:
    pass


Wish = Generate | Revise | Cancel | Status | Usage | Help | Draft | OpenForm


class Misunderstood(BotError):
    """What was written makes no sense; `answer` tells its writer, in their language, what would.

    `field` is the block of a form that it is about, "" for what was written in a message.
    """

    def __init__(self, answer: str, field: str = "") -> None:
        super().__init__("not understood")
        self.answer = answer
        self.field = field
