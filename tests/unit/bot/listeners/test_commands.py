"""The slash command at the wire: signed form in, acknowledgement out."""

from __future__ import annotations

import pytest

from bot import answers
from bot.slack.quiet import UNFURL_NOTHING
from engine.domain.job import Job, State
from engine.errors import StoreFull, StoreUnavailable
from tests.unit.bot.listeners.conftest import Wire


async def test_a_request_is_a_job_once_it_is_acknowledged(wire: Wire) -> None:
    answer = await wire.slash("copy a post")
    assert (answer.status_code, answer.text) == (200, "")
    [job] = wire.jobs()
    assert (job.request.prompt, job.origin.channel, job.origin.thread) == ("a post", "C1", "")


async def test_afterwards_the_workers_hear_of_it(wire: Wire) -> None:
    await wire.slash("copy a post")
    wire.submitter.close()
    [job] = wire.jobs()
    assert wire.queue.generated == [job.id]
    assert wire.queue.delivered == [job.id]


async def test_the_same_trigger_is_one_job(wire: Wire) -> None:
    await wire.slash("copy a post", trigger_id="t.1")
    await wire.slash("copy a post", trigger_id="t.1")
    assert len(wire.jobs()) == 1


async def test_the_word_payload_is_no_interaction(wire: Wire) -> None:
    await wire.slash("copy a payload for a rocket")
    assert [job.request.prompt for job in wire.jobs()] == ["a payload for a rocket"]


async def test_what_is_not_understood_is_answered_to_the_sender_alone(wire: Wire) -> None:
    answer = await wire.slash("dance")
    assert answer.json() == {"text": "no dance", "response_type": "ephemeral", **UNFURL_NOTHING}
    assert wire.jobs() == []


async def test_help_speaks_the_language_of_the_text_until_the_persons_is_known(wire: Wire) -> None:
    assert (await wire.slash("help 画", user_id="U2")).json()["text"] == "zh help 画"
    assert (await wire.slash("help 画", user_id="U2")).json()["text"] == "en help 画"


async def test_without_words_a_form_opens(wire: Wire) -> None:
    answer = await wire.slash("", trigger_id="t.1")
    assert answer.text == ""
    assert wire.voice.forms == [("t.1", {"form": "en copy", "channel": "C1"})]


async def test_status_tells_of_the_persons_own_jobs_and_their_place(wire: Wire) -> None:
    await wire.slash("copy first", user_id="U2")
    await wire.slash("copy second")
    await wire.slash("copy third")
    assert (await wire.slash("status")).json()["text"] == "third accepted 2; second accepted 1"


async def test_cancel_stops_all_that_is_the_persons_own(wire: Wire) -> None:
    await wire.slash("copy theirs", user_id="U2")
    await wire.slash("copy mine")
    assert (await wire.slash("cancel")).json()["text"] == "en canceled mine"
    assert [job.state for job in wire.jobs()] == [State.CANCELED]
    assert [job.state for job in wire.jobs("U2")] == [State.ACCEPTED]
    assert (await wire.slash("cancel")).json()["text"] == "en cancel.nothing"


async def test_many_jobs_are_canceled_by_one_command_which_names_their_number(wire: Wire) -> None:
    for number in range(25):
        await wire.slash(f"copy number {number}")
    assert (await wire.slash("cancel")).json()["text"] == "en cancel.many"
    assert {job.state for job in wire.jobs()} == {State.CANCELED}


async def test_where_time_does_not_do_for_all_jobs_the_next_command_goes_on(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "CANCEL_S", 0.0)
    for number in range(2):
        await wire.slash(f"copy number {number}")
    assert (await wire.slash("cancel")).json()["text"] == "en cancel.some"
    assert [job.state for job in wire.jobs()] == [State.ACCEPTED, State.CANCELED]
    assert (await wire.slash("cancel")).json()["text"] == "en canceled number 0"


async def test_a_job_that_ends_before_it_is_canceled_is_told_to_be_over(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wire.slash("copy mine")
    [job] = wire.jobs()
    cancel = wire.store.cancel

    def too_late(job_id: str) -> Job | None:
        wire.finish(job)
        return cancel(job_id)

    monkeypatch.setattr(wire.store, "cancel", too_late)
    assert (await wire.slash(f"cancel {job.id}")).json()["text"] == "en error.already_finished"


async def test_a_cancelled_jobs_message_is_brought_up_to_date(wire: Wire) -> None:
    await wire.slash("copy mine")
    await wire.slash("cancel")
    wire.submitter.close()
    assert wire.queue.delivered == [wire.jobs()[0].id] * 2


@pytest.mark.parametrize(("asker", "workspace"), [("U2", "T1"), ("U1", "T2")])
async def test_nobody_cancels_what_is_not_theirs(wire: Wire, asker: str, workspace: str) -> None:
    await wire.slash("copy mine")
    [job] = wire.jobs()
    answer = await wire.slash(f"cancel {job.id}", user_id=asker, team_id=workspace)
    assert answer.json()["text"] == ("en error.not_your_job" if workspace == "T1" else "en error.no_such_job")
    assert wire.jobs()[0].state is State.ACCEPTED


async def test_what_is_finished_cannot_be_cancelled(wire: Wire) -> None:
    await wire.slash("copy mine")
    job = wire.finish(wire.jobs()[0])
    assert (await wire.slash(f"cancel {job.id}")).json()["text"] == "en error.already_finished"


async def test_a_full_database_is_told_as_what_it_is(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreFull("database or disk is full")

    monkeypatch.setattr(wire.store, "admit", full)
    assert (await wire.slash("copy a post")).json()["text"].splitlines()[0] == "en failure.store_full"


async def test_without_a_database_the_sender_is_told_to_try_again(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(wire.store, "admit", down)
    answer = await wire.slash("copy 一篇文章", user_id="U_ZH")
    assert answer.status_code == 200
    text = "zh error.try_again\nzh error.you_wrote\n```/aigc copy 一篇文章```"
    assert answer.json() == {"text": text, "response_type": "ephemeral", **UNFURL_NOTHING}


async def test_nothing_is_whispered_that_the_acknowledgement_can_say(wire: Wire) -> None:
    for text in ("dance", "help", "status", "cancel"):
        await wire.slash(text)
    assert wire.voice.whispers == []
