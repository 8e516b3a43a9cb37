"""What a person can ask the app for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import BotError
from engine.domain.request import CopyParams, Request, RevisionMode
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
    variant: int | None = None
    """Which of that version's variants, 0-based: 2 for "v1 #3"; None for the one that was picked, or the first."""
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


@dataclass(frozen=True, slots=True)
class Recipes:
    """What can be asked for by name."""

    query: str = ""
    """Words that the recipes are to have in them; "" for all."""


@dataclass(frozen=True, slots=True)
class SaveRecipe:
    """Keep a thread that went well as a recipe."""

    title: str


@dataclass(frozen=True, slots=True)
class RemoveRecipe:
    title: str


@dataclass(frozen=True, slots=True)
class ForRows:
    """A text by a recipe for each row of the table that came with the message."""

    recipe: str
    fields: tuple[tuple[str, str], ...]
    """What is the same for every row."""
    brief: str
    params: CopyParams


@dataclass(frozen=True, slots=True)
class Learn:
    """Take something into the knowledge base."""

    source: str
    """"files" that came with the message, or of the channel its "pins" or its "canvas"."""
    scope: str = ""
    """Who may be answered from it; THIS_CHANNEL for where it was asked, "" where nobody said."""


@dataclass(frozen=True, slots=True)
class Look:
    """Show what the knowledge base says to a question."""

    question: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is in the knowledge base."""


Wish = (
    Generate
    | Revise
    | Cancel
    | Status
    | Usage
    | Help
    | Draft
    | OpenForm
    | Recipes
    | SaveRecipe
    | RemoveRecipe
    | Learn
    | Look
    | Shelf
)


class Misunderstood(BotError):
    """What was written makes no sense; `answer` tells its writer, in their language, what would.

    `field` is the block of a form that it is about, "" for what was written in a message; `others` are the answers to
    more blocks of it.
    """

    def __init__(self, answer: str, field: str = "", others: Mapping[str, str] | None = None) -> None:
        super().__init__("not understood")
        self.answer = answer
        self.field = field
        self.others = dict(others or {})
