"""Does what a job's work asks for; each kind of work is a case and a step of its own."""

from __future__ import annotations

from engine.domain.request import Kind
from engine.domain.result import Result
from engine.domain.work import Drafting, Sending
from engine.errors import WorkNotSupported
from engine.steps.drafting import draft
from engine.steps.drawing import draw
from engine.steps.run import Run
from engine.steps.sending import send
from engine.steps.tools import Tools, with_model
from engine.steps.writing import write


def do(run: Run, tools: Tools) -> Result:
    """The result of the run's job.

    Raises WorkNotSupported, and what the steps raise: Refused, NothingMade, Interrupted and EngineError.
    """
    match run.job.request.work:
        case None:
            return _generate(with_model(run, tools), tools)
        case Sending() as work:
            return send(run, work, tools.safety, tools.store)
        case Drafting() as work:
            return draft(run, work, tools)
        case work:
            raise WorkNotSupported(f"this worker does no {work.type}", work=work.type)


def _generate(run: Run, tools: Tools) -> Result:
    request = run.job.request
    if request.kind is Kind.COPY:
        return write(run, tools.backends.text(request.params.model), tools.safety)
    image = tools.backends.image(request.params.model)
    return draw(run, image, tools.safety, tools.labeller, tools.artifacts)
