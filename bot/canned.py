"""Use case: an answer that agents want to be found again is kept, until one of them wants it no more."""

from __future__ import annotations

from bot.front import Front
from bot.locales import language_of
from bot.replies import sending
from bot.slack.reply_views import without_marks
from bot.slack.sent_message import sent_text
from bot.submit import job_id
from engine.domain.job import Job, Origin, State
from engine.domain.knowledge import CANNED
from engine.domain.replies import CannedReply
from engine.domain.work import Drafting, Sending
from engine.replies.keeping import kept_answer, kept_question


async def save_canned(front: Front, draft: Job, origin: Origin) -> tuple[str, str]:
    """Keep the answer as it was sent, or as it was drafted where it was not; what to tell the agent, and its id.

    The id is "" where nothing is kept.

    It is found for the customer's channel alone: whoever reads there may read it. What it says of this customer is
    kept nowhere. Raises StoreUnavailable.
    """
    work = draft.request.work
    whole = await _answer(front, draft)
    if not isinstance(work, Drafting) or not (whole and work.question):
        return front.words.say(origin.locale, "canned.nothing"), ""
    answer, question = kept_answer(whole, work.messages), kept_question(work.question, work.messages)
    if not (answer and question):
        return front.words.say(origin.locale, "canned.one_customer"), ""
    kept = CannedReply(
        id=job_id(f"canned:{draft.id}:{answer}"),
        workspace=origin.workspace,
        scope=f"channel:{work.channel}",
        question=question,
        answer=answer,
        lang=language_of(answer),
        created_by=origin.user,
        at=front.desk.clock(),
    )
    key = "canned.saved" if await front.desk.keep(kept) else "canned.already"
    return front.words.say(origin.locale, key, channel=f"<#{work.channel}>"), kept.id


async def removable(front: Front, document_id: str, origin: Origin) -> str:
    """The id of the answer that a document of the knowledge base is, if this person may remove it; else "".

    Raises StoreUnavailable.
    """
    document = await front.desk.document(document_id, front.catalogue)
    if document is None or not document.source.startswith(CANNED):
        return ""
    kept = await front.desk.kept(document.source.removeprefix(CANNED), origin.workspace)
    return kept.id if kept is not None and _theirs(front, kept, origin) else ""


async def remove_canned(front: Front, reply_id: str, origin: Origin) -> str:
    """By whoever saved it, or an admin; what to tell them. Raises StoreUnavailable."""
    kept = await front.desk.kept(reply_id, origin.workspace)
    if kept is None:
        return front.words.say(origin.locale, "canned.gone")
    if not _theirs(front, kept, origin):
        return front.words.say(origin.locale, "canned.not_yours")
    await front.desk.forget(kept, front.catalogue)
    return front.words.say(origin.locale, "canned.removed")


def _theirs(front: Front, kept: CannedReply, origin: Origin) -> bool:
    return origin.user in (kept.created_by, *front.desk.gate.limits.admins)


async def _answer(front: Front, draft: Job) -> str:
    sent = (await sending(front, draft)).job
    if sent is not None and sent.state is State.SUCCEEDED and isinstance(sent.request.work, Sending):
        return sent_text(sent.result, sent.request.work)
    artifacts = draft.result.artifacts if draft.result else ()
    return without_marks(artifacts[0].text) if artifacts else ""
