"""An agent's path through a real worker, database and Redis: draft, edit, send, keep the answer, find it next time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.adapters import factory
from engine.adapters.embedded_redis import EmbeddedRedis
from engine.domain.job import Delivery, Job, NewJob, State
from engine.domain.knowledge import document_of
from engine.domain.replies import CannedReply
from engine.domain.work import Said, Sending
from tests.support.jobs import show
from tests.support.redis import redis_server
from tests.support.threads import drafting, new_draft
from tests.support.waiting import until
from tests.support.worker import worker, worker_settings

ASKED = drafting(Said("U0CUST", "Hello, can I bring the lamp from order A-1042 back to a shop?"))
ANSWER = "Hi there,\n\nYes: bring the lamp to any shop within 30 days, with or without its box.\n\nBest wishes"

KEPT = document_of("canned:k1", f"channel:{ASKED.channel}")
"""What the knowledge base calls the answer that is kept here."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    with redis_server(tmp_path / "redis") as server:
        yield server


def test_a_reply_is_drafted_edited_sent_and_found_next_time_until_it_is_taken_back(
    server: EmbeddedRedis, tmp_path: Path
) -> None:
    settings = worker_settings(tmp_path / "data", server.url)
    queue = factory.queue(settings)
    with closing(factory.store(settings)) as store, worker(settings, tmp_path / "worker.log"):

        def done(new: NewJob) -> Job:
            store.add([new])
            queue.generate(new.id, new.request.kind)
            until(lambda: (job := store.get(new.id)) is not None and job.state.finished)
            job = store.get(new.id)
            assert job is not None
            assert job.result is not None
            assert job.state is State.SUCCEEDED, job.result
            return job

        first = done(new_draft("first", ASKED))
        assert first.result is not None
        assert first.result.notices == ("draft_nothing_found",)
        done(new_draft("sent", Sending("first", ANSWER, reason="knew it")))
        show(store, Delivery("sent", "2.0", done=True))
        reply = store.replies.sent_reply("sent")
        assert reply is not None
        assert (reply.sent, reply.reason, reply.unchanged) == (ANSWER, "knew it", False)
        question = ASKED.question
        store.replies.save_canned(
            CannedReply("k1", "T1", f"channel:{ASKED.channel}", question, ANSWER, "en", "U0AGENT", 100.0)
        )
        second = done(new_draft("second", ASKED))
        catalogue = factory.catalogue(settings)
        assert [each.id for each in catalogue.documents() if each.canned] == [KEPT]
        assert catalogue.remove([KEPT]) == 1
        assert store.replies.canned("T1") == ()
        third = done(new_draft("third", ASKED))
    assert third.result is not None
    assert third.result.notices == ("draft_nothing_found",)
    assert second.result is not None
    said = "Yes: bring the lamp to any shop within 30 days, with or without its box. [1]"
    assert said in second.result.artifacts[0].text
    assert second.result.notices == ("draft_quoted",), "what the model of these tests says, no source supports"
    assert [citation.passage.canned for citation in second.result.sources] == [True]
