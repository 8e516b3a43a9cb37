"""What people may do with jobs, in time for Slack."""

from __future__ import annotations

import threading
from collections.abc import Collection

import pytest

from bot import desk
from bot.desk import Desk
from engine.domain.job import Job
from engine.domain.knowledge import Document
from engine.errors import StoreUnavailable


class StuckStore:
    """A database that answers nobody."""

    def __init__(self) -> None:
        self.never = threading.Event()

    def get(self, job_id: str) -> Job | None:
        self.never.wait(60)
        return None

    def documents(self) -> tuple[Document, ...]:
        return ()

    def document(self, document_id: str) -> Document | None:
        self.never.wait(60)
        return None

    def remove(self, document_ids: Collection[str]) -> int:
        return 0


async def test_a_database_that_does_not_answer_is_told_of_before_slack_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk, "ANSWER_S", 0.01)
    store = StuckStore()
    try:
        with pytest.raises(StoreUnavailable, match="did not answer"):
            await Desk(store, None).find("j", "T1")  # type: ignore[arg-type]  # nothing else is asked of it
        with pytest.raises(StoreUnavailable, match="did not answer"):
            await Desk(store, None).document("d", store)  # type: ignore[arg-type]
    finally:
        store.never.set()
