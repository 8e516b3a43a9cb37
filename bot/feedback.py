"""Use case: what an agent thinks of a draft is kept, and an answer that they want to be found again."""

from __future__ import annotations

from bot.front import Front
from bot.locales import language_of
from bot.replies import sending
from bot.slack.reply_views import without_marks
from bot.slack.sent_message import sent_text
from bot.submit import job_id
from engine.domain.job import Job, Origin, State
from engine.domain.replies import CannedReply, Rating
from engine.domain.work import Drafting, Sending
from engine.replies.keeping import kept_answer, kept_question


async def rate(front: Front, draft: Job, origin: Origin, *, up: bool, reason: str = "") -> str:
    """Keep a thumb, in place of an earlier one; what to tell the agent. Raises StoreUnavailable."""
    rating = Rating(draft.id, origin.workspace, origin.user, up, front.desk.clock(), reason)
    await front.desk.rate(rating)
    return front.words.say(origin.locale, "rate.thanks")


async def save_canned(front: Front, draft: Job, origin: Origin) -> str:
    """Keep the answer as it was sent, or as it was drafted where it was not; what to tell the agent.

    It is found for the customer's channel alone: whoever reads there may read it. What it says of this customer is
    kept nowhere. Raises StoreUnavailable.
    """
    work = draft.request.work
    whole = await _answer(front, draft)
    if not isinstance(work, Drafting) or not (whole and work.question):
        return front.words.say(origin.locale, "canned.nothing")
    answer, question = kept_answer(whole, work.messages), kept_question(work.question, work.messages)
    if not (answer and question):
        return front.words.say(origin.locale, "canned.one_customer")
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
    return front.words.say(origin.locale, key, channel=f"<#{work.channel}>")


async def _answer(front: Front, draft: Job) -> str:
    sent = (await sending(front, draft)).job
    if sent is not None and sent.state is State.SUCCEEDED and isinstance(sent.request.work, Sending):
        return sent_text(sent.result, sent.request.work)
    artifacts = draft.result.artifacts if draft.result else ()
    return without_marks(artifacts[0].text) if artifacts else ""
