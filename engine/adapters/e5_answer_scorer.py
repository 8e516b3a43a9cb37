"""Says how likely passages answer a question, by the local model that reads both together. The port AnswerScorer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.errors import KnowledgeUnavailable

if TYPE_CHECKING:
    from engine.models.answering.scorer import Scorer


class E5AnswerScorer:
    """Loads 90 MB at the first call; one thread of whoever calls computes."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._scorer: Scorer | None = None

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """Of each passage how likely it answers, 0 to 1. Raises KnowledgeUnavailable where the model is not there."""
        return self._loaded().scores(question, passages)

    def _loaded(self) -> Scorer:
        from engine.models.answering.scorer import Scorer

        with self._loading:
            try:
                self._scorer = self._scorer or Scorer()
            except OSError as error:
                raise KnowledgeUnavailable(f"the model that reads answers cannot be loaded: {error}") from error
            return self._scorer
