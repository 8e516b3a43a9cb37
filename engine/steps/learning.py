"""Takes files into the knowledge base, and looks into it. No model writes anything: there is nothing to label."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.domain.knowledge import Citation, Learned, Lesson, Reader
from engine.domain.result import Progress, Result
from engine.domain.work import Learning, Looking, Material
from engine.errors import ArtifactMissing, Interrupted, KnowledgeUnavailable
from engine.ports import Library
from engine.steps.run import Refused, Run
from engine.steps.tools import Tools

MOST_SHOWN = 5
NOT_THERE, NO_TIME = "not_there", "no_time"
"""Of `engine.knowledge.reading.limits.REASONS`."""


def know(run: Run, work: Learning | Looking, tools: Tools) -> Result:
    """What came of either. Raises what they raise."""
    return learn(run, work, tools) if isinstance(work, Learning) else look(run, work, tools)


def learn(run: Run, work: Learning, tools: Tools, clock: Callable[[], float] = time.monotonic) -> Result:
    """A lesson for each file; of what was learned before it was interrupted, "unchanged".

    A file that others left no time for is a lesson that says so: a job that runs too long ends without a report.
    Raises Interrupted, KnowledgeUnavailable and StoreUnavailable.
    """
    if tools.library is None:
        raise KnowledgeUnavailable("this worker has no knowledge base")
    lessons, until = [], clock() + tools.learning_s
    for done, material in enumerate(work.materials):
        if run.canceled():
            raise Interrupted("canceled between two files")
        run.board.put(Progress(step=done, steps=len(work.materials), phase="learning"), now=not done)
        late = clock() > until
        lessons.append(_too_late(material) if late else _lesson(run, material, work.scope, tools, tools.library))
    return Result(lessons=tuple(lessons))


def look(run: Run, work: Looking, tools: Tools) -> Result:
    """What answers the question, of what everybody where it was asked may read: in direct messages, the teams' of
    whoever asks, too.

    Whoever asked in a channel sees it alone all the same: customers may be there.

    Raises Refused and KnowledgeUnavailable.
    """
    if tools.knowledge is None:
        raise KnowledgeUnavailable("this worker has no knowledge base")
    verdict = tools.safety.check_prompt(work.question, run.where)
    if not run.admit(verdict, work.question):
        raise Refused(verdict)
    origin = run.job.origin
    teams = tools.teams.of(origin.user) if origin.direct and not work.channel else ()
    reader = Reader(origin.workspace, work.channel or origin.channel, teams)
    hits = tools.knowledge.search(work.question, reader, MOST_SHOWN)
    return Result(sources=tuple(Citation(number, hit.passage) for number, hit in enumerate(hits, 1)))


def _too_late(material: Material) -> Lesson:
    return Lesson(material.name, Learned.UNREADABLE, reason=NO_TIME)


def _lesson(run: Run, material: Material, scope: str, tools: Tools, library: Library) -> Lesson:
    try:
        data = tools.artifacts.get(material.blob)
    except ArtifactMissing:
        return Lesson(material.name, Learned.UNREADABLE, reason=NOT_THERE)
    source, by = material.source or material.name, run.job.origin.user
    return library.learn(material.name, data, scope=scope, source=source, url=material.url, by=by)
