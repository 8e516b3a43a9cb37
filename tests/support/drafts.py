"""A reply drafted for a customer, as the Slack side meets it."""

from __future__ import annotations

from engine.domain.job import Job, Origin, State
from engine.domain.knowledge import Citation, Passage
from engine.domain.request import CopyParams, Kind, Request, Revision
from engine.domain.result import Artifact, ArtifactKind, Result, Usage
from engine.domain.work import Drafting, Purpose, Said, Sending

LINK = "https://acme.slack.com/archives/C1/p70"
QUESTION = "Can I return the lamp from order A-1042?"
DRAFT = "You can return it within 30 days [1]. We pay the postage [1][2]."
RETURNS = Passage("p1", "d1", "0123456789ab", "Returns", "Lamps: 30 days.", "Lamps › Unused", "https://acme.example/r")
CANNED = Passage("p2", "d2", "ba9876543210", "Saved", "We pay the postage.", "Who pays?", canned=True)
SOURCES = (Citation(1, RETURNS), Citation(2, CANNED))


def drafting(question: str = QUESTION, purpose: Purpose = Purpose.REPLY) -> Drafting:
    return Drafting(purpose, (Said("U9", question), Said("U1", "One moment.", by_agent=True)), "C1", "7.0", LINK)


def drafted(text: str = DRAFT, sources: tuple[Citation, ...] = SOURCES) -> Result:
    return Result((Artifact(ArtifactKind.TEXT, 0, 5, text),), usage=Usage("smollm2", run_s=2.34), sources=sources)


def draft(
    state: State = State.SUCCEEDED,
    result: Result | None = None,
    *,
    work: Drafting | None = None,
    locale: str = "en",
    note: str = "",
    revision: Revision | None = None,
) -> Job:
    """In the direct messages of U1; finished with a draft unless told otherwise."""
    result = result or (drafted() if state is State.SUCCEEDED else None)
    request = Request(Kind.COPY, note, CopyParams(seed=5), revision, work=work or drafting())
    return Job("d" * 16, Origin("T1", "D1", "U1", locale=locale), request, 100.0, state, "d" * 16, 1, result=result)


def sent(
    state: State = State.SUCCEEDED, result: Result | None = None, *, text: str = "You can.", locale: str = "en"
) -> Job:
    """What U1 made of the draft, for the customer's thread."""
    work = Sending("d" * 16, text, QUESTION, LINK)
    if result is None and state is State.SUCCEEDED:
        result = Result((Artifact(ArtifactKind.TEXT, 0, 5, text),))
    request = Request(Kind.COPY, "", CopyParams(seed=5), work=work)
    return Job("e" * 16, Origin("T1", "C1", "U1", "7.0", locale), request, 200.0, state, "e" * 16, 1, result=result)
