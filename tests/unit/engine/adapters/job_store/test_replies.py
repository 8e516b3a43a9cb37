"""What became of drafts, on both databases: written with the job that sends, rated, kept, and gone in time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.domain.census import REPLIES_S
from engine.domain.job import Audience, Delivery, State
from engine.domain.replies import CannedReply, Rating, ReplyStats, SentReply
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.review import Outcome
from engine.domain.work import Said, Sending
from tests.support.clock import Clock
from tests.support.jobs import show
from tests.support.reviews import decision, held
from tests.support.threads import QUESTION, drafting, new_draft

DRAFT = "Within 30 days. [1]"
CANNED = CannedReply("k1", "T1", "everybody", "Can I return it?", "Within 30 days.", "en", "U0AGENT", 100.0)


def text(words: str) -> Result:
    return Result((Artifact(ArtifactKind.TEXT, 0, 5, words),))


def drafted(store: SqlJobStore, job_id: str = "draft") -> None:
    work = drafting(QUESTION, Said("A", "A moment, please.", by_agent=True))
    store.add([new_draft(job_id, work, prompt="be brief")])
    assert store.claim(job_id, "worker", 30)
    assert store.finish(job_id, "worker", State.SUCCEEDED, text(DRAFT))
    show(store, Delivery(job_id, f"{job_id}.1", shown="x", done=True))


def sent(store: SqlJobStore, words: str, job_id: str = "sent", *, state: State = State.SUCCEEDED) -> None:
    """What was sent of the draft."""
    store.add([new_draft(job_id, Sending("draft", words, reason="too short"))])
    assert store.claim(job_id, "worker", 30)
    assert store.finish(job_id, "worker", state, held(*text(words).artifacts) if state is State.HELD else text(words))
    if state is State.SUCCEEDED:
        posted(store, job_id, f"{job_id}.1")


def posted(store: SqlJobStore, job_id: str, message: str) -> None:
    """In the customer's thread; "" where the channel took nothing."""
    show(store, Delivery(job_id, message, shown="x", done=True), thread="1.0")


def found(store: SqlJobStore, job_id: str = "sent") -> SentReply:
    reply = store.replies.sent_reply(job_id)
    assert reply is not None
    return reply


def test_what_was_sent_is_kept_beside_its_draft(store: SqlJobStore, clock: Clock) -> None:
    drafted(store)
    sent(store, "Within 60 days, yes.")
    prompt = f"Customer: {QUESTION.text}\nAgent: A moment, please.\nNote: be brief"
    assert found(store) == SentReply(
        "sent", "draft", "T1", "C0HELP", "U0AGENT", found(store).at, prompt, "Within 30 days.", "Within 60 days, yes.",
        distance=6, reason="too short",
    )  # fmt: skip
    assert not found(store).unchanged


def test_a_draft_sent_as_it_is_counts_as_unchanged_without_the_numbers_of_its_sources(store: SqlJobStore) -> None:
    drafted(store)
    sent(store, "Within 30 days.")
    assert found(store).unchanged


def test_numbers_that_an_agent_keeps_are_no_change(store: SqlJobStore) -> None:
    drafted(store)
    sent(store, DRAFT)
    assert found(store).unchanged
    assert found(store).sent == found(store).draft == "Within 30 days."


def test_what_is_held_counts_when_it_is_approved_and_not_when_it_is_not(store: SqlJobStore) -> None:
    drafted(store)
    for job_id, outcome in (("yes", Outcome.APPROVED), ("no", Outcome.REJECTED)):
        sent(store, "Within 30 days.", job_id, state=State.HELD)
        assert store.replies.sent_reply(job_id) is None
        store.decide(job_id, decision(outcome))
        posted(store, job_id, f"{job_id}.1" if outcome is Outcome.APPROVED else "")
    assert [reply.sent_id for reply in store.replies.sent_replies()] == ["yes"]


def test_what_the_customers_channel_did_not_take_was_not_sent(store: SqlJobStore, clock: Clock) -> None:
    drafted(store)
    sent(store, "Within 31 days.", "refused")
    posted(store, "refused", "")
    assert store.replies.sent_reply("refused") is None
    assert list(store.replies.sent_replies()) == []
    assert store.replies.reply_stats() == ReplyStats()
    assert store.census().replies == {}
    sent(store, "Within 30 days.", "again")
    assert [reply.sent_id for reply in store.replies.sent_replies()] == ["again"]
    assert store.replies.reply_stats().share_unchanged == 1.0
    assert store.census().replies == {"unchanged": 1}


def test_what_only_its_agent_was_told_of_was_not_sent(store: SqlJobStore) -> None:
    drafted(store)
    sent(store, "Within 30 days.", "told")
    posted(store, "told", "")
    show(store, Delivery("told", "9.9", shown="x", done=True, audience=Audience.SENDER), thread="2.0")
    assert list(store.replies.sent_replies()) == []


def test_other_jobs_send_nothing_whatever_they_speak_of(store: SqlJobStore) -> None:
    drafted(store)
    store.add([new_draft("b", drafting(Said("C", '"type": "sending"')))])
    assert store.claim("b", "worker", 30)
    assert store.finish("b", "worker", State.SUCCEEDED, text("x"))
    assert list(store.replies.sent_replies()) == []


def test_a_reply_whose_draft_is_gone_is_kept_alone(store: SqlJobStore) -> None:
    sent(store, "Yes.")
    assert (found(store).prompt, found(store).draft, found(store).distance) == ("", "", 4)


def test_sent_replies_come_oldest_first_as_of_a_moment(store: SqlJobStore, clock: Clock) -> None:
    drafted(store)
    at = []
    for number in range(3):
        clock.now += 10
        sent(store, "Yes.", f"s{number}")
        at.append(found(store, f"s{number}").at)
    assert [reply.sent_id for reply in store.replies.sent_replies(at[1])] == ["s1", "s2"]


def test_long_logs_are_read_whole(store: SqlJobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.job_store.replies._PAGE", 2)
    for number in range(5):
        store.replies.rate(Rating(f"j{number}", "T1", "U1", up=True, at=100.0))
        sent(store, "Yes.", f"s{number}")
    assert [rating.job_id for rating in store.replies.ratings()] == [f"j{number}" for number in range(5)]
    assert [reply.sent_id for reply in store.replies.sent_replies()] == [f"s{number}" for number in range(5)]


def test_a_persons_last_thumb_counts(store: SqlJobStore) -> None:
    up = Rating("draft", "T1", "U1", up=True, at=100.0)
    down = replace(up, up=False, at=101.0, reason="wrong product")
    for rating in (up, replace(up, user="U2"), down):
        store.replies.rate(rating)
    assert list(store.replies.ratings()) == [replace(up, user="U2"), down]
    assert list(store.replies.ratings(100.5)) == [down]


def test_canned_replies_are_kept_once_per_id_and_per_workspace(store: SqlJobStore) -> None:
    newer = replace(CANNED, id="k2", at=101.0)
    assert store.replies.save_canned(CANNED)
    assert store.replies.save_canned(newer)
    assert not store.replies.save_canned(replace(CANNED, answer="Never."))
    assert store.replies.canned("T1") == (newer, CANNED)
    assert store.replies.canned("T2") == ()


def test_what_the_knowledge_base_has_not_learned_yet_is_known(store: SqlJobStore) -> None:
    newer = replace(CANNED, id="k2", at=101.0)
    for reply in (newer, CANNED, replace(CANNED, id="k3", workspace="T2")):
        store.replies.save_canned(reply)
    assert store.replies.unlearned("T1") == (CANNED, newer)
    assert store.replies.learned("k1")
    assert store.replies.unlearned("T1") == (newer,)


def test_what_is_kept_no_more_is_nothing_to_learn(store: SqlJobStore) -> None:
    store.replies.save_canned(CANNED)
    assert store.replies.canned_reply("k1") == CANNED
    store.replies.forget_canned("k1")
    assert store.replies.canned_reply("k1") is None
    assert store.replies.canned("T1") == ()
    assert not store.replies.learned("k1")


def test_how_good_drafts_were(store: SqlJobStore) -> None:
    assert store.replies.reply_stats() == ReplyStats()
    assert store.replies.reply_stats().share_unchanged is None
    drafted(store)
    for number, words in enumerate(("Within 30 days.", "Within 30 days.", "Within 31 days.", "No.")):
        sent(store, words, f"s{number}")
    store.replies.rate(Rating("draft", "T1", "U1", up=True, at=100.0))
    store.replies.rate(Rating("draft", "T1", "U2", up=False, at=100.0))
    stats = store.replies.reply_stats(workspace="T1")
    assert stats == ReplyStats(sent=4, unchanged=2, median_distance=0.5, up=1, down=1)
    assert stats.share_unchanged == 0.5
    assert store.replies.reply_stats(workspace="T2") == ReplyStats()


def test_an_operator_watches_how_many_were_sent_unchanged_lately(store: SqlJobStore, clock: Clock) -> None:
    drafted(store)
    sent(store, "Within 30 days.", "old")
    clock.now += REPLIES_S + 1
    for number, words in enumerate(("Within 30 days.", "No.", "Yes.")):
        sent(store, words, f"s{number}")
    assert store.census().replies == {"unchanged": 1, "edited": 2}


def test_its_texts_go_when_those_of_either_job_do_and_its_row_with_them(store: SqlJobStore, clock: Clock) -> None:
    drafted(store)
    clock.now += 1_000
    sent(store, "Within 60 days.")
    store.replies.rate(Rating("draft", "T1", "U1", up=False, at=clock.now, reason="wrong"))
    assert store.retention.forget(clock.now - 500) == 1
    reply = found(store)
    assert (reply.prompt, reply.draft, reply.sent, reply.reason, reply.distance) == ("", "", "", "", 1)
    assert [(rating.up, rating.reason) for rating in store.replies.ratings()] == [(False, "")]
    assert store.retention.remove(clock.now - 500) == 1
    assert list(store.replies.sent_replies()) == []
    assert list(store.replies.ratings()) == []
