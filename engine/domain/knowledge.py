"""What the company knows: passages of its documents, and who may be answered from them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

EVERYBODY = "everybody"
"""The scope of what everybody in a workspace may read. Others: "channel:<id>", "team:<name>"."""
CANNED = "canned:"
"""What the source of an answer that an agent kept begins with; its id comes after it."""


THIS_CHANNEL = "channel"
"""Of a wish: the scope of the channel that it was sent in."""
SCOPE = re.compile(r"everybody|channel:[CDG][A-Z0-9]{2,}|team:[^\s:,]{1,60}")
"""What a scope looks like, by `fullmatch`."""


def channel_scope(channel: str) -> str:
    return f"channel:{channel}"


def team_scope(team: str) -> str:
    return f"team:{team}"


def team_of(scope: str) -> str:
    """The team's name in its scope; "" in others."""
    kind, _, name = scope.partition(":")
    return name if kind == "team" else ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document, as it stood in one version of it."""

    id: str
    """Of this text in this version; another text has another id."""
    document: str
    """The document's id, the same for all its versions."""
    version: str
    """Digest of the document's contents: 12 hexadecimal digits."""
    title: str
    """The document's."""
    text: str
    heading: str = ""
    """The headings above it, outermost first, joined by " › "."""
    url: str = ""
    """Where people can open the document; "" where it was a file."""
    lang: str = ""
    """BCP 47 tag, "en" or "zh"; "" where nobody can tell."""
    canned: bool = False
    """An answer that an agent saved, with the question it answered as `heading`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    score: float
    """How likely it answers the question, from 0 to 1; comparable between questions."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks and where the answer goes: both must be allowed to see a passage.

    An answer for one person alone has that person's `teams`, and the channel that was asked about; what is meant for a
    channel is read by all its members, and gets no more than the channel's own.
    """

    workspace: str
    channel: str = ""
    teams: tuple[str, ...] = ()

    @property
    def scopes(self) -> tuple[str, ...]:
        """All that this reader may be answered from."""
        channel = (channel_scope(self.channel),) if self.channel else ()
        return (EVERYBODY, *channel, *map(team_scope, self.teams))


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that a draft was written from, under the number that the draft names it by. What it said is kept."""

    number: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Document:
    """Something that was read, and is searched by its passages."""

    id: str
    source: str
    """Where it was read: a path, a URL, "slack:<channel>/pins"; the same source in the same scope is the same one."""
    scope: str
    version: str
    title: str
    url: str = ""
    lang: str = ""
    canned: bool = False
    passages: int = 0
    added_at: float = 0.0
    """In seconds since the epoch; of this version."""
    added_by: str = ""
    """A user's id, "" at the terminal."""


def document_of(source: str, scope: str) -> str:
    """A document's id: of what is read in one place for one scope."""
    return hashlib.sha256(f"{scope}\0{source}".encode()).hexdigest()[:16]


class Learned(StrEnum):
    """What became of a file that was given to the knowledge base."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One file of a report."""

    name: str
    learned: Learned
    passages: int = 0
    embedded: int = 0
    """Of these passages, those that were not known before."""
    reason: str = ""
    """Why it could not be read, or what was left out of it: a code, see `engine.knowledge.reading.limits`."""
    params: dict[str, str | int | float] = field(default_factory=dict)
    document: str = ""
    """The document's id."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of something: who asks for the one is answered about the other, too."""

    alias: str
    name: str
    """What it is called in the documents."""
    scope: str = EVERYBODY
    document: str = ""
    """The document that says so; "" where a person did."""
