"""A knowledge base on either database, with a fake embedder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.adapters.passage_store import SqlPassageStore
from engine.knowledge.base import KnowledgeBase
from tests.fakes import FakeEmbedder


@pytest.fixture
def passages(url: str) -> Iterator[SqlPassageStore]:
    store = SqlPassageStore(url)
    yield store
    store.close()


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def base(passages: SqlPassageStore, embedder: FakeEmbedder) -> KnowledgeBase:
    return KnowledgeBase(passages, embedder)
