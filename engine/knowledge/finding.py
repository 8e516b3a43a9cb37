"""Finds the passages that answer a question, of those that whoever asks may be answered from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.domain.indexing import Sought
from engine.domain.knowledge import Alias, Hit, Reader
from engine.domain.language import language
from engine.knowledge.aliases import named, widened, with_names
from engine.knowledge.learning import told
from engine.knowledge.ranking import WEIGHTS, Asked, Ranked, Weights, ranked, shortlist
from engine.knowledge.vectors import cosines, packed
from engine.knowledge.words import asked
from engine.ports import AnswerScorer, Embedder, PassageStore

MOST = 200
"""Candidates by each way."""
MOST_MATCHES = 8_000
"""Passages that the words which are looked for may stand in, together: what stands everywhere finds nothing."""
MAX_QUESTION_CHARS = 2_000
"""What is longer is looked for by its beginning."""
READ = 3
"""So many of the best are read together with the question. Of five the wrong one came first more often."""
LEAST = 0.05
"""Where the likeliest of those read answers less likely, none does.

READ and LEAST were found on the questions of engine/evals/replies/practice, and on those that the training of
engine/models/answering left out, each of which is about what one page of a few says, or just does not say. Of the first
4 of 31 are refused and 7 of 9 recognised, of the second 7 % and 42 %; the order alone cannot tell the latter at all.
"""


class Ways(StrEnum):
    """How passages are looked for; one way alone is for comparison."""

    BOTH = "both"
    WORDS = "words"
    """Ordered by BM25."""
    VECTORS = "vectors"
    """Ordered by cosine."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with what its score is made of."""

    hit: Hit
    ranked: Ranked


class Finder:
    """Safe to use from many threads."""

    def __init__(
        self, store: PassageStore, embedder: Embedder, scorer: AnswerScorer | None = None, weights: Weights = WEIGHTS
    ) -> None:
        """Without a `scorer` nothing is read: how near the first passage is decides whether it answers."""
        self._store = store
        self._embedder = embedder
        self._scorer = scorer
        self._weights = weights
        self.least = weights.threshold if scorer is None else LEAST

    def search(self, question: str, reader: Reader, limit: int = 5) -> tuple[Hit, ...]:
        """The best passages; none if the first does not answer. Raises KnowledgeUnavailable and StoreUnavailable.

        Where the first answers, those behind it come with it, whatever they score: one of them may say it better.
        """
        found = self.find(question, reader, limit)
        answered = bool(found) and found[0].hit.score >= self.least
        return tuple(each.hit for each in found) if answered else ()

    def find(self, question: str, reader: Reader, limit: int = 5, ways: Ways = Ways.BOTH) -> list[Found]:
        """The best there is, whether or not it answers: with no threshold."""
        question = question[:MAX_QUESTION_CHARS].replace("\0", "")
        if not question.strip():
            return []
        scopes = reader.scopes
        best = self._ranked(question, scopes, ways)[: max(limit, READ)]
        passages = self._store.passages([each.number for each in best], scopes)
        found = [Found(Hit(passages[each.number], each.score), each) for each in best if each.number in passages]
        return (self._read(question, found) if ways is Ways.BOTH else found)[:limit]

    def _read(self, question: str, found: list[Found]) -> list[Found]:
        """The first few by how likely they answer; what comes behind them is taken to be no likelier."""
        first, others = found[:READ], found[READ:]
        if self._scorer is None or not first:
            return found
        scores = self._scorer.scores(question, [told(each.hit.passage) for each in first])
        read = sorted(map(_scored, first, scores), key=lambda each: -each.hit.score)
        return [*read, *(_scored(each, min(each.hit.score, *scores)) for each in others)]

    def _ranked(self, question: str, scopes: Sequence[str], ways: Ways) -> list[Ranked]:
        meant = named(question, self._store.aliases(scopes))
        wanted = self._asked(question, meant)
        vector = self._embedder.embed([with_names(question, meant)], questions=True)
        signature = b"" if ways is Ways.WORDS else packed(vector)[0][1]
        words = () if ways is Ways.VECTORS else telling(wanted)
        found = self._store.candidates(Sought(signature, words, tuple(scopes), MOST))
        near = dict(zip(found.vectors, cosines(vector, list(found.vectors.values())), strict=True))
        best = ranked(wanted, self._store.compared(shortlist(found, near)), near, self._weights)
        match ways:
            case Ways.WORDS:
                return sorted(best, key=lambda each: -each.bm25)
            case Ways.VECTORS:
                return sorted(best, key=lambda each: -each.cosine)
            case _:
                return best

    def _asked(self, question: str, meant: Sequence[Alias]) -> Asked:
        same = widened(asked(question), meant)
        return Asked(same, language(question), self._store.counts({word for each in same for word in each}))


def _scored(found: Found, score: float) -> Found:
    return replace(found, hit=replace(found.hit, score=score))


def telling(wanted: Asked) -> tuple[str, ...]:
    """The words to look for, rarest first, until they stand in so many passages that reading those takes long."""
    there = {word: wanted.counts.with_word.get(word, 0) for same in wanted.words for word in same}
    chosen, matches = [], 0
    for word in sorted((word for word, times in there.items() if times), key=lambda each: (there[each], each)):
        matches += there[word]
        if matches > MOST_MATCHES:
            break
        chosen.append(word)
    return tuple(chosen)
