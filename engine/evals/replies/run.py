"""Runs the evaluation of replies: the product's search and two plain ones on the same questions, and their speed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.adapters import factory
from engine.adapters.passage_store import SqlPassageStore
from engine.domain.knowledge import Passage, Reader
from engine.errors import ConfigurationError
from engine.evals.replies.baselines import Embed, bm25, embeddings
from engine.evals.replies.company import Company, practice
from engine.evals.replies.drafts import Drafted, Writing, drafted
from engine.evals.replies.figures import Outcome, Search, best_threshold, outcomes
from engine.evals.replies.report import Report, Searched
from engine.evals.replies.speed import Speed, speed, timed
from engine.evals.replies.stock import stock, teach
from engine.knowledge.base import KnowledgeBase
from engine.knowledge.finding import READ, Finder
from engine.knowledge.learning import told
from engine.knowledge.words import words
from engine.ports import AnswerScorer, Embedder
from engine.settings import EngineSettings

Show = Callable[[str, int, int], None]
EVERYBODY = Reader("")
ROUNDS = 3
"""Each question is timed so often."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured."""

    company: Company
    embedder: Embedder
    scorer: AnswerScorer | None
    plain: tuple[Embed, Embed]
    """A sentence model as it is: of passages, and of questions."""
    sizes: Sequence[int] = ()
    """Passages to search among when the time is taken."""
    database: str = ""
    """URL of an empty PostgreSQL database to measure, too."""
    writers: Sequence[Writing] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A knowledge base of its own, in one of the databases."""

    name: str
    base: KnowledgeBase
    store: SqlPassageStore

    def empty(self) -> None:
        self.base.remove([document.id for document in self.base.documents()])


def run(plan: Plan, show: Show) -> Report:
    """Everything. Raises ConfigurationError and StoreUnavailable."""
    searched: list[Searched] = []
    speeds: list[Speed] = []
    known: list[Passage] = []
    drafts: list[Drafted] = []
    databases = {"SQLite": ""} | ({"PostgreSQL": plan.database} if plan.database else {})
    for name, url in databases.items():
        with _place(name, url, plan.embedder, plan.scorer) as place:
            known = teach(place.base, plan.company)
            searched += _ours(place, plan)
            drafts = drafts or list(_drafts(plan, place, show))
            place.empty()
            speeds += _speeds(plan, place, known, show)
    return Report((*searched, *_plain(plan, known)), tuple(speeds), tuple(drafts))


@contextmanager
def _place(name: str, url: str, embedder: Embedder, scorer: AnswerScorer | None = None) -> Iterator[_Place]:
    """An empty one, and empty again afterwards. Raises ConfigurationError if it is in use."""
    with tempfile.TemporaryDirectory() as folder:
        settings = EngineSettings(data_dir=Path(folder), database_url=url)
        factory.store(settings).close()
        store = factory.passages(settings)
        place = _Place(name, KnowledgeBase(store, embedder, scorer), store)
        if store.documents():
            raise ConfigurationError("there are documents in the database to measure: name an empty one")
        try:
            yield place
        finally:
            place.empty()
            store.close()


def _ours(place: _Place, plan: Plan) -> Iterator[Searched]:
    """The product's search, and what it finds before it reads."""
    yield Searched(f"hybrid, {place.name}", _outcomes(place.base.finder, plan), ours=True)
    if plan.scorer is not None:
        yield Searched(f"hybrid, {place.name}, nothing read", _outcomes(Finder(place.store, plan.embedder), plan))


def _outcomes(finder: Finder, plan: Plan) -> tuple[Outcome, ...]:
    """Ranked as if nothing were refused, and whether it is."""
    found = outcomes(
        plan.company.questions,
        lambda question, most: [found.hit for found in finder.find(question, EVERYBODY, most)],
        lambda question: not finder.search(question, EVERYBODY),
    )
    return tuple(found)


def _drafts(plan: Plan, place: _Place, show: Show) -> Iterator[Drafted]:
    for writing in plan.writers:
        show(f"drafts, {writing.name}", 0, 1)
        yield drafted(writing, lambda question, most: place.base.search(question, EVERYBODY, most))
        show(f"drafts, {writing.name}", 1, 1)


def _plain(plan: Plan, known: Sequence[Passage]) -> Iterator[Searched]:
    """Plain searches refuse where that is best on the questions to practise on."""
    tuned = practice()
    with _place("SQLite", "", plan.embedder) as place:
        practised = teach(place.base, tuned)
    for name, make in _searches(plan).items():
        threshold = best_threshold(outcomes(tuned.questions, make(practised)))
        found = outcomes(plan.company.questions, make(known))
        yield Searched(name, tuple(found), threshold=threshold)


def _searches(plan: Plan) -> dict[str, Callable[[Sequence[Passage]], Search]]:
    return {
        "BM25 alone": lambda passages: bm25(passages, words),
        "embeddings alone": lambda passages: embeddings(passages, *plan.plain),
    }


def _speeds(plan: Plan, place: _Place, known: Sequence[Passage], show: Show) -> Iterator[Speed]:
    asked = [question.text for question in plan.company.questions] * ROUNDS
    if not plan.sizes:
        return
    vectors = plan.embedder.embed([told(passage) for passage in known])
    finder = Finder(place.store, plan.embedder)
    for size in plan.sizes:
        show(f"{place.name}, passages", 0, size)
        for there in stock(place.store, known, vectors, size):
            show(f"{place.name}, passages", there, size)
        yield speed(place.name, size, timed(lambda question: finder.search(question, EVERYBODY), asked))
    if plan.scorer is not None:
        read = timed(lambda question: place.base.search(question, EVERYBODY), asked)
        yield speed(place.name, plan.sizes[-1], read, READ)
