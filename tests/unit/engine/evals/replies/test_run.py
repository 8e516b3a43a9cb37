"""The evaluation of replies runs from documents to figures, here with an embedder that knows words alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.domain.knowledge import EVERYBODY
from engine.errors import ConfigurationError
from engine.evals.replies.company import Company, read
from engine.evals.replies.run import Plan, run
from tests.fakes import FakeAnswerScorer, FakeEmbedder

QUESTIONS = (
    {
        "id": "en-01",
        "lang": "en",
        "question": "Shipping costs?",
        "answers": [{"document": "a.en.md", "quote": "4 euros"}],
    },
    {"id": "en-02", "lang": "en", "question": "Do you sell elephants?", "answers": []},
)


@pytest.fixture
def tiny(tmp_path: Path) -> Company:
    (tmp_path / "documents").mkdir()
    text = "# Shipping\n\n## Costs\n\nShipping costs 4 euros.\n\n## Times\n\nParcels arrive after two days.\n"
    (tmp_path / "documents" / "a.en.md").write_text(text, encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)), encoding="utf-8")
    return read(tmp_path)


def plan(company: Company, sizes: tuple[int, ...] = (), scorer: FakeAnswerScorer | None = None) -> Plan:
    embedder = FakeEmbedder()

    def plain(texts: object) -> npt.NDArray[np.float32]:
        assert isinstance(texts, list)
        return embedder.embed(texts)

    return Plan(company, embedder, scorer, (plain, plain), sizes)


def test_documents_become_figures_of_three_searches(tiny: Company) -> None:
    report = run(plan(tiny), lambda what, done, total: None)
    assert [each.name for each in report.searched] == ["hybrid, SQLite", "BM25 alone", "embeddings alone"]
    for each in report.searched[1:]:
        assert each.among("within").recall_1 == 1.0, each.name
    assert report.speeds == ()


def test_the_time_is_taken_among_as_many_passages_as_it_says(tiny: Company) -> None:
    shown: list[tuple[str, int, int]] = []
    report = run(plan(tiny, (30, 250)), lambda *each: shown.append(each))
    assert [(each.store, each.passages) for each in report.speeds] == [("SQLite", 30), ("SQLite", 250)]
    assert shown[-1] == ("SQLite, passages", 250, 250)


def test_what_reading_adds_is_told_with_the_time_that_it_takes(tiny: Company) -> None:
    report = run(plan(tiny, (30,), FakeAnswerScorer()), lambda what, done, total: None)
    assert [each.name for each in report.searched][:2] == ["hybrid, SQLite", "hybrid, SQLite, nothing read"]
    assert [each.read for each in report.speeds] == [0, 3]


def test_a_document_that_cannot_be_read_ends_it(tiny: Company) -> None:
    (tiny.folder / "documents" / "b.en.docx").write_bytes(b"no zip file")
    with pytest.raises(ConfigurationError, match=r"b\.en\.docx cannot be read"):
        run(plan(tiny), lambda what, done, total: None)


def test_a_database_in_use_is_left_alone(tiny: Company, tmp_path: Path) -> None:
    from engine.adapters import factory
    from engine.knowledge.base import KnowledgeBase
    from engine.settings import EngineSettings

    settings = EngineSettings(data_dir=tmp_path / "data")
    factory.store(settings).close()
    store = factory.passages(settings)
    KnowledgeBase(store, FakeEmbedder()).learn("a.md", b"# Ours\n\nIt is here.", scope=EVERYBODY)
    in_use = Plan(tiny, FakeEmbedder(), None, plan(tiny).plain, database=factory.database_url(settings))
    with pytest.raises(ConfigurationError, match="name an empty one"):
        run(in_use, lambda what, done, total: None)
    assert len(store.documents()) == 1
    store.close()
