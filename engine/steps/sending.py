"""Sends what an agent made of a draft: no model runs, and what goes out is checked like all that does.

The numbers of sources are for the agent, and come off. The agent's own links stay: they typed or kept them. Personal
data stays where whoever reads the thread has it already, from the thread itself or from the documents that the draft
was written from, but not from an answer that was kept; what else the policy says is done.
"""

from __future__ import annotations

from engine.domain.citing import unmarked
from engine.domain.job import Job
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.safety import Told
from engine.domain.work import Drafting, Sending
from engine.ports import JobStore, SafetyFilter
from engine.steps.run import NothingMade, Refused, Run
from engine.steps.writing import hidden


def send(run: Run, work: Sending, safety: SafetyFilter, store: JobStore) -> Result:
    """The text as it may be posted, or held for a reviewer, because of what is in it or of what it is about.

    Raises Refused, NothingMade and StoreUnavailable.
    """
    draft = drafted(run, work, store)
    sources = draft.result.sources if draft is not None and draft.result is not None else ()
    numbers = [] if work.marked else [citation.number for citation in sources]
    text = unmarked(work.text, numbers).strip()
    if not text:
        raise NothingMade
    verdict = safety.check_text(text, run.where, told(text, draft))
    if not run.admit(verdict, text):
        raise Refused(verdict)
    shown = text if verdict.text is None else verdict.text
    second = safety.second_look((*_asked(work, draft), shown), run.where)
    if not run.admit(second, shown):
        raise Refused(second)
    artifact = Artifact(ArtifactKind.TEXT, 0, run.job.request.params.seed, shown)
    return Result((artifact,), notices=(*hidden([verdict]), *verdict.disclaimers))


def _asked(work: Sending, draft: Job | None) -> tuple[str, ...]:
    """What the customer wrote, as far as it is known."""
    thread = draft.request.work if draft is not None else None
    messages = thread.messages if isinstance(thread, Drafting) else ()
    return (work.question, *(message.text for message in messages if not message.by_agent))


def drafted(run: Run, work: Sending, store: JobStore) -> Job | None:
    """The job that made the draft, if it is stored and of the same workspace."""
    job = store.get(work.draft_id)
    return job if job is not None and job.origin.workspace == run.job.origin.workspace else None


def told(text: str, draft: Job | None) -> Told:
    """What a text that answers the draft's thread is judged against."""
    thread = draft.request.work if draft is not None else None
    said = tuple(message.text for message in thread.messages) if isinstance(thread, Drafting) else ()
    sources = draft.result.sources if draft is not None and draft.result is not None else ()
    written = (citation.passage.text for citation in sources if not citation.passage.canned)
    return Told(asked=(text, *said), known=(*said, *written))
