"""Drafts at the wire: asked for from a menu, a command and a mention, changed, read, copied and sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import ChannelUnreachable, MessageGone, SlackUnavailable
from bot.ports import Place, Written
from engine.domain.job import Delivery, Job, Origin, State
from engine.domain.knowledge import Citation, Document, document_of
from engine.domain.replies import CannedReply
from engine.domain.request import Revision
from engine.domain.result import Failure, Result
from engine.domain.review import Outcome
from engine.domain.work import Drafting, Purpose, Said, Sending
from engine.errors import StoreUnavailable
from tests.support.drafts import CANNED, DRAFT, SOURCES, drafted
from tests.support.jobs import show
from tests.support.reviews import decision, held
from tests.unit.bot.listeners.conftest import Wire

QUESTION = Written("7.0", "U9", "Can I return the lamp?", thread="")
LINK = "https://acme.slack.com/archives/C1/p70"


async def point(wire: Wire, callback_id: str = "draft_reply", trigger: str = "t.1", thread: str = "") -> str:
    """What U1 is told where they chose this from the menu of a message."""
    message = {"type": "message", "user": "U9", "ts": "7.0", "text": "?", **({"thread_ts": thread} if thread else {})}
    shortcut = {"type": "message_action", "callback_id": callback_id, "message_ts": "7.0", "message": message}
    answer = await wire.interact(**shortcut, channel={"id": "C1"}, trigger_id=trigger)
    assert answer.status_code == 200
    place, user, text = wire.voice.whispers[-1]
    assert (place, user) == (Place("C1", thread), "U1")
    return text


async def a_draft(wire: Wire, result: Result | None = None, trigger: str = "t.1") -> Job:
    """Finished, in the direct messages of U1."""
    wire.threads.messages = [QUESTION]
    await point(wire, trigger=trigger)
    job = wire.jobs()[-1]
    assert wire.store.claim(job.id, "worker", 60)
    assert wire.store.finish(job.id, "worker", State.SUCCEEDED, result or drafted())
    return found(wire, job.id)


def found(wire: Wire, job_id: str) -> Job:
    job = wire.store.get(job_id)
    assert job
    return job


async def press(wire: Wire, action_id: str, draft: Job, value: str = "") -> None:
    await wire.click(action_id, value or f"{draft.id}:0", channel="D-U1")


async def test_a_draft_is_the_agents_alone(wire: Wire) -> None:
    wire.threads.messages = [QUESTION, Written("8.0", "U1", "One moment.")]
    assert await point(wire) == "en reply.begun.reply"
    (job,) = wire.jobs()
    assert job.origin == Origin("T1", "D-U1", "U1", "", "en")
    said = (Said("U9", "Can I return the lamp?"), Said("U1", "One moment.", by_agent=True))
    assert job.request.work == Drafting(Purpose.REPLY, said, "C1", "7.0", LINK)
    assert job.request.prompt == ""


async def test_it_is_in_the_agents_language_from_the_first_time_on(wire: Wire) -> None:
    wire.threads.messages = [QUESTION]
    message = {"type": "message", "user": "U9", "ts": "7.0", "text": "?"}
    shortcut = {"type": "message_action", "callback_id": "draft_reply", "message_ts": "7.0", "message": message}
    await wire.interact(**shortcut, channel={"id": "C1"}, user={"id": "U_ZH"})
    (job,) = wire.jobs("U_ZH")
    assert job.origin.locale == "zh"
    assert wire.voice.whispers[-1] == (Place("C1"), "U_ZH", "zh reply.begun.reply")


async def test_one_press_is_one_draft(wire: Wire) -> None:
    wire.threads.messages = [QUESTION]
    await point(wire)
    await point(wire)
    assert len(wire.jobs()) == 1
    await point(wire, trigger="t.2")
    assert len(wire.jobs()) == 2


@pytest.mark.parametrize(
    ("callback_id", "purpose"), [("summarise_thread", Purpose.SUMMARY), ("hand_over", Purpose.HANDOVER)]
)
async def test_a_thread_is_summed_up_whatever_message_of_it_is_pointed_at(
    wire: Wire, callback_id: str, purpose: Purpose
) -> None:
    wire.threads.messages = [Written("1.0", "U9", "Hello"), QUESTION, Written("9.0", "U9", "Still there?")]
    assert await point(wire, callback_id, thread="1.0") == f"en reply.begun.{purpose.value}"
    work = wire.jobs()[0].request.work
    assert isinstance(work, Drafting)
    assert (work.purpose, len(work.messages), work.thread) == (purpose, 3, "1.0")
    assert wire.threads.asked == [("C1", "1.0")]


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (ChannelUnreachable("not_in_channel"), "reply.not_in_channel"),
        (MessageGone("thread_not_found"), "reply.gone"),
        (SlackUnavailable("HTTP 503"), "error.try_again"),
    ],
)
async def test_where_the_thread_cannot_be_read_the_agent_is_told_why(wire: Wire, error: Any, key: str) -> None:
    wire.threads.errors = [error]
    assert await point(wire) == f"en {key}"
    assert wire.jobs() == []


async def test_where_there_is_nothing_to_answer_the_agent_is_told_why(wire: Wire) -> None:
    wire.threads.messages = [replace(QUESTION, text="", files=True)]
    assert await point(wire) == "en reply.only_files"


async def test_a_limit_holds_for_drafts_too(wire: Wire) -> None:
    wire.limit(jobs_at_once=1)
    wire.threads.messages = [QUESTION]
    await point(wire)
    assert "jobs_at_once of the" in await point(wire, trigger="t.2")


async def test_the_command_is_for_the_channels_latest_question(wire: Wire) -> None:
    wire.threads.messages = [QUESTION, Written("8.0", "U1", "mine")]
    answer = await wire.slash("reply offer a new one", trigger_id="t.1")
    assert answer.text == ""
    (job,) = wire.jobs()
    work = job.request.work
    assert isinstance(work, Drafting)
    assert (job.request.prompt, work.thread, work.link) == ("offer a new one", "7.0", LINK)
    assert wire.voice.whispers == [(Place("C1"), "U1", "en reply.begun.reply")]
    assert wire.threads.asked == [("C1", ""), ("C1", "7.0")]


async def test_a_mention_in_a_thread_is_for_the_thread_without_the_mention(wire: Wire) -> None:
    request = Written("9.0", "U1", "@AIGC draft")
    wire.threads.messages = [QUESTION, request]
    for _ in range(2):
        await wire.event(type="app_mention", text="<@U0APP> draft", ts="9.0", thread_ts="7.0")
    (job,) = wire.jobs()
    work = job.request.work
    assert isinstance(work, Drafting)
    assert work.messages == (Said("U9", "Can I return the lamp?"),)
    assert wire.voice.whispers == [(Place("C1", "7.0"), "U1", "en reply.begun.reply")], "once, however often it is told"


async def test_a_button_changes_the_draft_beside_it(wire: Wire) -> None:
    draft = await a_draft(wire)
    await press(wire, "draft_change_shorter", draft)
    revised = wire.jobs()[-1]
    assert revised.request.revision == Revision(draft.id, instruction="en draft.instruction.shorter")
    assert revised.request.work == draft.request.work
    assert revised.origin.channel == "D-U1"


async def test_words_in_the_thread_of_a_draft_change_it(wire: Wire) -> None:
    draft = await a_draft(wire)
    show(wire.store, Delivery(draft.id, "5.5", done=True), "D-U1")
    await wire.event(channel="D-U1", channel_type="im", text="warmer", ts="6.6", thread_ts="5.5")
    revised = wire.jobs()[-1]
    assert revised.request.revision == Revision(draft.id, instruction="warmer")
    assert revised.request.work == draft.request.work
    assert (revised.origin.channel, revised.origin.thread) == ("D-U1", "5.5")


async def test_a_tone_is_chosen_from_a_menu(wire: Wire) -> None:
    draft = await a_draft(wire)
    option = {"text": {"type": "plain_text", "text": "Formal"}, "value": f"{draft.id}:0:formal"}
    action = {"type": "static_select", "action_id": "draft_tone", "block_id": "b", "selected_option": option}
    await wire.click("draft_tone", "", channel="D-U1", actions=[action])
    revision = wire.jobs()[-1].request.revision
    assert revision
    assert revision.instruction == "en draft.instruction.formal"


async def test_a_source_opens_what_it_says(wire: Wire) -> None:
    draft = await a_draft(wire)
    await press(wire, "draft_source_2", draft, f"{draft.id}:2")
    assert SOURCES[1].passage.text in str(wire.voice.forms[-1])
    await press(wire, "draft_source_9", draft, f"{draft.id}:9")
    assert wire.voice.whispers[-1][2] == "en error.forgotten"


async def test_the_text_opens_to_be_copied(wire: Wire) -> None:
    draft = await a_draft(wire)
    await press(wire, "draft_text", draft)
    assert "```You can return it within 30 days." in str(wire.voice.forms[-1])


async def form_of(wire: Wire, draft: Job) -> dict[str, Any]:
    await press(wire, "draft_send", draft)
    return wire.voice.forms[-1][1]


async def submit(wire: Wire, form: dict[str, Any], text: str, view_id: str = "V1", user: str = "U1") -> dict[str, Any]:
    values = {
        "text": {"value": {"type": "plain_text_input", "value": text}},
        "reason": {"value": {"type": "plain_text_input", "value": "kinder"}},
    }
    view = {**form, "id": view_id, "hash": "h", "state": {"values": values}}
    answer = await wire.interact(type="view_submission", view=view, user={"id": user})
    assert answer.status_code == 200
    return json.loads(answer.text) if answer.text else {}


async def test_an_edited_draft_is_sent_to_the_customers_thread(wire: Wire) -> None:
    draft = await a_draft(wire)
    form = await form_of(wire, draft)
    assert DRAFT in str(form)
    assert await submit(wire, form, "You can [1].") == {}
    job = wire.jobs()[-1]
    assert job.origin == Origin("T1", "C1", "U1", "7.0", "en")
    assert job.request.work == Sending(draft.id, "You can.", "Can I return the lamp?", LINK, "kinder")


async def test_a_double_press_sends_once(wire: Wire) -> None:
    draft = await a_draft(wire)
    form = await form_of(wire, draft)
    await submit(wire, form, "You can.")
    assert await submit(wire, form, "You can.") != {}, "the second form says that it is on its way"
    assert await submit(wire, form, "You cannot.", "V2") == {
        "response_action": "errors",
        "errors": {"text": "en send.already.going"},
    }
    assert len([job for job in wire.jobs() if isinstance(job.request.work, Sending)]) == 1


async def test_a_draft_that_was_sent_says_so(wire: Wire) -> None:
    draft = await a_draft(wire)
    await submit(wire, await form_of(wire, draft), "You can.")
    wire.finish(wire.jobs()[-1])
    forms = len(wire.voice.forms)
    await press(wire, "draft_send", draft)
    assert wire.voice.whispers[-1][2] == "en send.already.succeeded"
    assert len(wire.voice.forms) == forms


async def test_what_was_not_let_through_can_be_mended_and_sent(wire: Wire) -> None:
    draft = await a_draft(wire)
    form = await form_of(wire, draft)
    await submit(wire, form, "You idiot.")
    refused = wire.jobs()[-1]
    assert wire.store.claim(refused.id, "worker", 60)
    assert wire.store.finish(refused.id, "worker", State.FAILED, Result(failure=Failure("internal")))
    assert await submit(wire, await form_of(wire, draft), "You can.", "V2") == {}
    assert len([job for job in wire.jobs() if isinstance(job.request.work, Sending)]) == 2


async def test_what_a_reviewer_did_not_approve_is_in_the_form_again(wire: Wire) -> None:
    draft = await a_draft(wire)
    await submit(wire, await form_of(wire, draft), "Five days.")
    waiting = wire.jobs()[-1]
    assert wire.store.claim(waiting.id, "worker", 60)
    assert wire.store.finish(waiting.id, "worker", State.HELD, held(expires_at=9e9))
    assert wire.store.decide(waiting.id, decision(Outcome.REJECTED, reason="Promise no days"))
    form = str(await form_of(wire, draft))
    assert "Promise no days" in form
    assert "Five days." in form


async def test_a_reply_that_waits_can_be_taken_back(wire: Wire) -> None:
    draft = await a_draft(wire)
    await submit(wire, await form_of(wire, draft), "Five days.")
    waiting = wire.jobs()[-1]
    assert wire.store.claim(waiting.id, "worker", 60)
    assert wire.store.finish(waiting.id, "worker", State.HELD, held(expires_at=9e9))
    for _ in range(2):
        await press(wire, "draft_take_back", draft)
    assert [said for *_, said in wire.voice.whispers[-2:]] == ["en send.taken_back", "en send.taken_back.nothing"]
    assert found(wire, waiting.id).state is State.CANCELED


async def test_a_reviewer_who_decided_at_the_same_moment_was_first(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = await a_draft(wire)
    await submit(wire, await form_of(wire, draft), "Five days.")
    waiting = wire.jobs()[-1]
    assert wire.store.claim(waiting.id, "worker", 60)
    assert wire.store.finish(waiting.id, "worker", State.HELD, held(expires_at=9e9))
    cancel = wire.store.cancel

    def just_decided(job_id: str) -> Job | None:
        assert wire.store.decide(job_id, decision(Outcome.REJECTED))
        return cancel(job_id)

    monkeypatch.setattr(wire.store, "cancel", just_decided)
    await press(wire, "draft_take_back", draft)
    assert wire.voice.whispers[-1][2] == "en send.taken_back.nothing"


async def test_what_is_sent_is_not_taken_back(wire: Wire) -> None:
    draft = await a_draft(wire)
    await submit(wire, await form_of(wire, draft), "Five days.")
    wire.finish(wire.jobs()[-1])
    await press(wire, "draft_take_back", draft)
    assert wire.voice.whispers[-1][2] == "en send.already.succeeded"


async def test_what_the_customers_channel_did_not_take_can_be_sent_again(wire: Wire) -> None:
    draft = await a_draft(wire)
    form = await form_of(wire, draft)
    await submit(wire, form, "You can.")
    first = wire.finish(wire.jobs()[-1])
    show(wire.store, Delivery(first.id, "", done=True), "C1", "7.0")
    assert await submit(wire, await form_of(wire, draft), "You can.", "V2") == {}
    assert len([job for job in wire.jobs() if isinstance(job.request.work, Sending)]) == 2


async def test_an_empty_reply_is_not_sent_and_a_stranger_sends_nothing(wire: Wire) -> None:
    draft = await a_draft(wire)
    form = await form_of(wire, draft)
    assert (await submit(wire, form, "[1]"))["errors"] == {"text": "en form.missing"}
    assert (await submit(wire, form, "Yes", user="U2"))["errors"] == {"text": "en error.no_such_job"}


async def test_what_was_sent_is_not_changed_from_the_customers_thread(wire: Wire) -> None:
    draft = await a_draft(wire)
    await submit(wire, await form_of(wire, draft), "You can.")
    wire.finish(wire.jobs()[-1])
    before = len(wire.jobs())
    await wire.event(type="app_mention", text="<@U0APP> copy shorter", ts="9.9", thread_ts="7.0")
    (new,) = wire.jobs()[before:]
    assert new.request.work is None
    assert new.request.revision is None


async def thumb(wire: Wire, draft: Job, vote: str) -> None:
    action = {"type": "feedback_buttons", "action_id": "draft_rate", "block_id": "b", "value": f"{draft.id}:0:{vote}"}
    await wire.click("draft_rate", "", channel="D-U1", actions=[action])


async def test_a_thumb_up_is_kept_at_once(wire: Wire) -> None:
    draft = await a_draft(wire)
    await thumb(wire, draft, "up")
    (rating,) = wire.store.replies.ratings()
    assert (rating.job_id, rating.workspace, rating.user, rating.up, rating.reason) == (draft.id, "T1", "U1", True, "")
    assert wire.voice.whispers[-1] == (Place("D-U1"), "U1", "en rate.thanks")


async def test_a_thumb_down_is_kept_at_once_and_its_reason_when_it_is_given(wire: Wire) -> None:
    draft = await a_draft(wire)
    await thumb(wire, draft, "down")
    assert [rating.up for rating in wire.store.replies.ratings()] == [False]
    form = wire.voice.forms[-1][1]
    values = {"reason": {"value": {"type": "plain_text_input", "value": "wrong price"}}}
    view = {**form, "id": "V1", "hash": "h", "state": {"values": values}}
    for user in ("U2", "U1"):
        await wire.interact(type="view_submission", view=view, user={"id": user})
    assert [(rating.user, rating.up, rating.reason) for rating in wire.store.replies.ratings()] == [
        ("U1", False, "wrong price")
    ]


async def test_an_answer_is_saved_as_it_was_drafted_or_once_it_was_sent_as_that(wire: Wire) -> None:
    draft = await a_draft(wire)
    for _ in range(2):
        await press(wire, "draft_canned", draft)
    assert [text for _, _, text in wire.voice.whispers[-2:]] == ["en canned.saved", "en canned.already"]
    await submit(wire, await form_of(wire, draft), "You can, for 30 days.")
    wire.finish(wire.jobs()[-1], "You can, for 30 days.")
    await press(wire, "draft_canned", draft)
    sent, drafted_answer = sorted(wire.store.replies.canned("T1"), key=lambda reply: len(reply.answer))
    assert (sent.question, sent.answer) == ("Can I return the lamp?", "You can, for 30 days.")
    assert (sent.scope, sent.lang, sent.created_by) == ("channel:C1", "en", "U1")
    assert drafted_answer.answer == "You can return it within 30 days. We pay the postage."


async def a_canned_reply(wire: Wire) -> tuple[CannedReply, Document]:
    """Saved by U1, and learned."""
    await press(wire, "draft_canned", await a_draft(wire))
    (kept,) = wire.store.replies.canned("T1")
    source = f"canned:{kept.id}"
    wire.documents.append(Document(document_of(source, kept.scope), source, kept.scope, "v", "Saved", canned=True))
    return kept, wire.documents[-1]


async def test_saving_can_be_undone(wire: Wire) -> None:
    kept, _ = await a_canned_reply(wire)
    for _ in range(2):
        await wire.click("canned_forget", f"{kept.id}:0", channel="D-U1", response_url="https://hooks.slack.com/x")
    assert [said for *_, said in wire.voice.whispers[-2:]] == ["en canned.removed", "en canned.gone"]
    assert wire.voice.dismissed == ["https://hooks.slack.com/x"] * 2
    assert (wire.store.replies.canned("T1"), wire.documents) == ((), [])


async def test_it_is_removed_by_whoever_saved_it_or_an_admin_alone(wire: Wire) -> None:
    kept, document = await a_canned_reply(wire)
    for who in ({"id": "U2"}, {"id": "U1", "team_id": "T9"}):
        await wire.click("canned_forget", f"{kept.id}:0", channel="D-U1", user=who)
    assert [said for *_, said in wire.voice.whispers[-2:]] == ["en canned.not_yours", "en error.guest"]
    assert wire.documents == [document]
    await wire.click("canned_forget", f"{kept.id}:0", channel="D-U1", user={"id": "U0ADMIN"})
    assert wire.store.replies.canned("T1") == ()


async def test_a_draft_that_cites_it_has_the_button_in_the_form_that_shows_it(wire: Wire) -> None:
    kept, document = await a_canned_reply(wire)
    cited = Citation(1, replace(CANNED, document=document.id))
    draft = await a_draft(wire, drafted(sources=(cited,)), trigger="t.2")
    await press(wire, "draft_source_1", draft, f"{draft.id}:1")
    form = wire.voice.forms[-1][1]
    assert f"{kept.id}:0" in str(form)
    await wire.click("canned_forget", f"{kept.id}:0", **in_form(form))
    assert wire.voice.forms[-1][0] == "V1 h"
    assert "en canned.removed" not in [said for *_, said in wire.voice.whispers]
    assert wire.documents == []
    await press(wire, "draft_source_1", draft, f"{draft.id}:1")
    assert "canned_forget" not in str(wire.voice.forms[-1])


def in_form(form: Any) -> dict[str, Any]:
    """What Slack tells of a button in a form, beside the button."""
    return {"container": {"type": "view", "view_id": "V1"}, "view": {**form, "id": "V1", "hash": "h"}, "channel": ""}


async def test_what_could_not_be_removed_is_told_and_can_be_removed_again(wire: Wire) -> None:
    kept, document = await a_canned_reply(wire)
    wire.catalogue.errors = [StoreUnavailable("x")] * 2
    await wire.click("canned_forget", f"{kept.id}:0", channel="D-U1")
    assert wire.voice.whispers[-1][2] == "en error.try_again"
    await wire.click("canned_forget", f"{kept.id}:0", **in_form({"type": "modal"}))
    assert "en error.try_again" in str(wire.voice.forms[-1])
    assert (wire.store.replies.canned("T1"), wire.documents) == ((kept,), [document])
    await wire.click("canned_forget", f"{kept.id}:0", channel="D-U1")
    assert (wire.store.replies.canned("T1"), wire.documents) == ((), [])


async def test_what_a_worker_learns_while_it_is_removed_goes_too(wire: Wire) -> None:
    kept, document = await a_canned_reply(wire)
    wire.documents.clear()

    def learn_once() -> None:
        wire.catalogue.after_removal = lambda: None
        wire.documents.append(document)

    wire.catalogue.after_removal = learn_once
    await wire.click("canned_forget", f"{kept.id}:0", channel="D-U1")
    assert (wire.store.replies.canned("T1"), wire.documents) == ((), [])


async def test_what_it_says_of_this_customer_is_not_saved(wire: Wire) -> None:
    said = "Hi Anna,\n\nWe sent BX-4711 to 12 Mill Lane. You can return it within 30 days."
    draft = await a_draft(wire, drafted(said))
    await press(wire, "draft_canned", draft)
    (kept,) = wire.store.replies.canned("T1")
    assert kept.answer == "You can return it within 30 days."


async def test_what_is_about_one_customer_alone_is_not_saved_at_all(wire: Wire) -> None:
    draft = await a_draft(wire, drafted("We sent BX-4711 to 12 Mill Lane."))
    await press(wire, "draft_canned", draft)
    assert wire.voice.whispers[-1][2] == "en canned.one_customer"
    assert wire.store.replies.canned("T1") == ()


async def test_what_answers_nothing_is_not_saved(wire: Wire) -> None:
    await wire.slash("copy a post")
    job = wire.finish(wire.jobs()[0])
    await wire.click("draft_canned", f"{job.id}:0")
    assert wire.voice.whispers[-1][2] == "en canned.nothing"


GUEST = {"id": "U9", "team_id": "T9"}
"""A customer, in a channel that their company shares (Slack Connect)."""


async def test_a_customer_of_another_company_gets_no_draft_from_a_mention(wire: Wire) -> None:
    wire.threads.messages = [QUESTION]
    fields = {"type": "app_mention", "text": "<@U0APP> draft", "user": "U9", "ts": "9.0", "thread_ts": "7.0"}
    await wire.event(**fields, team="T9", user_team="T9")
    assert wire.jobs("U9") == []
    assert wire.voice.whispers == [(Place("C1", "7.0"), "U9", "en error.guest")]
    await wire.event(**{**fields, "ts": "9.1"}, team="T1", user_team="T1")
    assert len(wire.jobs("U9")) == 1


async def test_nor_from_the_menu_of_a_message(wire: Wire) -> None:
    wire.threads.messages = [QUESTION]
    message = {"type": "message", "user": "U9", "ts": "7.0", "text": "?"}
    shortcut = {"type": "message_action", "callback_id": "draft_reply", "message_ts": "7.0", "message": message}
    await wire.interact(**shortcut, channel={"id": "C1"}, user=GUEST)
    assert wire.jobs("U9") == []
    assert wire.voice.whispers == [(Place("C1"), "U9", "en error.guest")]


@pytest.mark.parametrize("action_id", ["draft_send", "draft_canned", "draft_source_1", "draft_change_shorter"])
async def test_nor_can_they_do_anything_with_one(wire: Wire, action_id: str) -> None:
    draft = await a_draft(wire)
    await wire.click(action_id, f"{draft.id}:1", channel="D-U1", user=GUEST)
    assert wire.voice.whispers[-1][1:] == ("U9", "en error.guest")
    assert wire.voice.forms == []
    assert list(wire.store.replies.canned("T1")) == []


async def test_nor_send_its_form(wire: Wire) -> None:
    draft = await a_draft(wire)
    form = await form_of(wire, draft)
    values = {"text": {"value": {"type": "plain_text_input", "value": "Free lamps!"}}}
    view = {**form, "id": "V1", "hash": "h", "state": {"values": values}}
    answer = await wire.interact(type="view_submission", view=view, user={"id": "U1", "team_id": "T9"})
    assert json.loads(answer.text)["errors"] == {"text": "en error.guest"}
    assert not any(isinstance(job.request.work, Sending) for job in wire.jobs())
