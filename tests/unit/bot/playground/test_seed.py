"""What a workspace starts with: customers who ask, where they are wanted, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.playground import seed
from bot.playground.file_urls import FileUrls
from bot.playground.storage import Storage
from bot.playground.workspace import Workspace


@contextmanager
def opened(data: Path | None, *, customers: bool) -> Iterator[Workspace]:
    storage = Storage(data)
    yield Workspace(storage, FileUrls("http://127.0.0.1:1", "secret"), customers=customers)
    storage.close()


def asked(workspace: Workspace) -> list[str]:
    return [message.user for message in workspace.messages(seed.SUPPORT_ID, seed.ADA.id)]


def test_customers_of_both_languages_have_written_in_support() -> None:
    with opened(None, customers=True) as workspace:
        assert asked(workspace) == [seed.CUSTOMER.id, seed.CUSTOMER_ZH.id, seed.CUSTOMER.id]
        assert workspace.unread(seed.BEN.id, seed.SUPPORT_ID) == 3
        assert [c.id for c in workspace.conversations_of(seed.CUSTOMER.id)] == [seed.SUPPORT_ID]


def test_without_them_the_workspace_is_empty() -> None:
    with opened(None, customers=False) as workspace:
        assert asked(workspace) == []
        assert set(workspace.users) == {user.id for user in seed.USERS}


def test_they_come_to_a_workspace_of_an_earlier_version_and_ask_once(tmp_path: Path) -> None:
    with opened(tmp_path, customers=False):
        pass
    for _ in range(2):
        with opened(tmp_path, customers=True) as workspace:
            assert len(asked(workspace)) == 3
            assert len(workspace.conversations[seed.SUPPORT_ID].members) == 6
