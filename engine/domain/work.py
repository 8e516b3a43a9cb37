"""What a text job is to do where that is more than writing what its prompt says.

A job's `prompt` is always what its requester typed, "" where they typed nothing; what customers and documents say
stands here, and is data to every check and every model.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

MAX_SENT_CHARS = 3_000
"""Longest text that an agent can send, in characters: what an input of Slack's modals holds, where it is edited."""


class Purpose(StrEnum):
    REPLY = "reply"
    """An answer to the customer."""
    SUMMARY = "summary"
    """What the thread is about and where it stands, for whoever reads it first."""
    HANDOVER = "handover"
    """The same for the next agent: what was promised, what is open, what to do next."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a customer's thread."""

    who: str
    """An opaque id of its writer."""
    text: str
    by_agent: bool = False
    """Somebody of the company wrote it."""


@dataclass(frozen=True, slots=True)
class Drafting:
    """A reply, summary or hand-over that one agent alone sees; the job's origin is their direct messages."""

    purpose: Purpose
    messages: tuple[Said, ...]
    """The thread, oldest first; a reply answers the last that is not an agent's."""
    channel: str
    """Where the thread stands: whose knowledge applies, and where the reply goes."""
    thread: str
    link: str = ""
    """Where people can open the message that it is about; "" where nobody can tell."""
    type: Literal["drafting"] = "drafting"

    @property
    def question(self) -> str:
        """What it is about: the last that is not an agent's, "" where only agents wrote."""
        return next((said.text for said in reversed(self.messages) if not said.by_agent), "")


@dataclass(frozen=True, slots=True)
class Sending:
    """An agent sends a draft, as they edited it; no model runs. The job's origin is the customer's thread."""

    draft_id: str
    """The job that drafted it."""
    text: str
    """Not empty, and at most MAX_SENT_CHARS long."""
    question: str = ""
    """What the customer wrote that it answers."""
    link: str = ""
    """Where people can open what the customer wrote."""
    reason: str = ""
    """Why the agent changed the draft, if they say so."""
    marked: bool = False
    """The numbers of the draft's sources stay in the text."""
    type: Literal["sending"] = "sending"


@dataclass(frozen=True, slots=True)
class FromRecipe:
    """A text or picture by a recipe, filled in; the job's prompt is the brief, "" where the fields say all."""

    recipe: str
    fields: tuple[tuple[str, str], ...] = ()
    """Name and value, in the recipe's order."""
    type: Literal["recipe"] = "recipe"


@dataclass(frozen=True, slots=True)
class ForEachRow:
    """One text by a recipe for each row of a table; the result is a table and a preview."""

    recipe: str
    table: str
    """Artifact store key of the CSV file, as it was uploaded."""
    rows: int
    fields: tuple[tuple[str, str], ...] = ()
    """What is the same for every row."""
    type: Literal["rows"] = "rows"


@dataclass(frozen=True, slots=True)
class Material:
    """A file for the knowledge base."""

    blob: str
    """Artifact store key of its bytes."""
    name: str
    """Its file name; the ending says what it is."""
    url: str = ""
    """Where people can open it."""
    source: str = ""
    """What it is known by: what is learned from the same source later takes its place. "" for its name."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody looks into the knowledge base themselves, and alone sees what was found; the result is that, as sources.

    The job's origin is their direct messages with the app.
    """

    question: str
    channel: str = ""
    """Where they asked: whose knowledge applies, beside everybody's; "" for direct messages."""
    type: Literal["looking"] = "looking"


@dataclass(frozen=True, slots=True)
class Learning:
    """An admin gives files to the knowledge base; the result is a report."""

    materials: tuple[Material, ...]
    scope: str
    type: Literal["learning"] = "learning"


Work = Drafting | Sending | FromRecipe | ForEachRow | Learning | Looking
