"""What two processes do to one document at the same moment is done one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import sqlalchemy as sa

from engine.adapters.job_store.database import Database
from engine.adapters.passage_store import SqlPassageStore
from engine.domain.indexing import Indexed
from engine.domain.knowledge import EVERYBODY, Document, Passage
from tests.support.databases import PostgresServer
from tests.support.waiting import until

WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def test_a_document_that_is_being_replaced_is_removed_after_that(postgresql: PostgresServer) -> None:
    """Passages first and their document last would be the other way round than replacing it: a deadlock."""
    url = postgresql.clean()
    passage = Indexed(Passage("p", "d", "1", "", "text"), 0, ("text",), bytes(768), bytes(48))
    with closing(SqlPassageStore(url)) as store, closing(Database(url)) as other, ThreadPoolExecutor(1) as pool:
        store.put(Document("d", "d", EVERYBODY, "1", "d", passages=1), [passage])
        with other.write() as replacing:
            replacing.execute(sa.text("UPDATE knowledge_documents SET version = '2'"))
            removed = pool.submit(store.remove, ["d"])
            with other.read() as looking:
                until(lambda: looking.scalar(WAITING))
            replacing.execute(sa.text("UPDATE knowledge_signatures SET scope = scope"))
        assert removed.result() == 1
        assert store.documents() == ()
