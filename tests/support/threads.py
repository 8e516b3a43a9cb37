"""A customer's thread, what is asked about it, and passages to answer it from."""

from __future__ import annotations

from engine.domain.job import Job, NewJob, Origin, State
from engine.domain.knowledge import Hit, Passage
from engine.domain.request import CopyParams, Kind, Request, Revision
from engine.domain.result import Result
from engine.domain.work import Drafting, Purpose, Said, Sending

AGENT = Origin("T1", "D1", "U0AGENT", "1.0")
"""Where an agent sees drafts."""
CUSTOMER = Origin("T1", "C0HELP", "U0AGENT", "9.0")
"""Where the customer waits."""
QUESTION = Said("U0CUST", "Hi, can I send the lamp from order A-1042 back? I bought it two weeks ago.")
RETURNS = Passage(
    "p1",
    "d1",
    "0123456789ab",
    "Returns",
    "You can return an unused lamp within 30 days of delivery. The refund is paid within 5 working days. "
    "Write to returns@acme.example for a label.",
    heading="Returns › Lamps",
    lang="en",
)
RETURNS_ZH = Passage(
    "p2",
    "d2",
    "ba9876543210",
    "退货",
    "未使用的灯具可在签收后30天内退货。退款将在5个工作日内到账。",
    heading="退货 › 灯具",
    lang="zh",
)


def hits(*passages: Passage) -> tuple[Hit, ...]:
    """The first answers it best."""
    return tuple(Hit(passage, 0.9 - place / 10) for place, passage in enumerate(passages))


def drafting(*messages: Said, purpose: Purpose = Purpose.REPLY) -> Drafting:
    return Drafting(purpose, messages or (QUESTION,), "C0HELP", "9.0")


def new_draft(
    job_id: str = "draft",
    work: Drafting | Sending | None = None,
    prompt: str = "",
    *,
    params: CopyParams | None = None,
    revision: Revision | None = None,
) -> NewJob:
    """An agent asks for a draft, or sends one."""
    work = work or drafting()
    origin = CUSTOMER if isinstance(work, Sending) else AGENT
    request = Request(Kind.COPY, prompt, params or CopyParams(seed=5), revision, work=work)
    return NewJob(job_id, f"key:{job_id}", origin, request, 100.0)


def as_job(new: NewJob, result: Result | None = None) -> Job:
    """As if a worker had it, or had made `result` of it."""
    state = State.RUNNING if result is None else State.SUCCEEDED
    return Job(new.id, new.origin, new.request, new.created_at, state, new.id, 1, result=result)
