"""Embeds texts with multilingual-e5-small, the local sentence model. The port Embedder.

Its vectors all point the same way to begin with, further so within a language, and for questions otherwise than for
passages. What each of the four kinds has in common is subtracted ("all but the top", Mu and Viswanath 2018): what is
left tells more, its signs alone nearly as much, and an English question finds a Chinese answer more often.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from engine.domain.language import language
from engine.errors import KnowledgeUnavailable

if TYPE_CHECKING:
    from engine.models.e5.reader import Reader
    from engine.ports import Vectors

CENTRES = "e5/centres.safetensors"
CENTRED = 0.9
"""So much of it is subtracted: all of it would let in what another language has before what is as near in one's own."""


class E5Embedder:
    """Loads 130 MB at the first call, unless the filter did; one thread of whoever calls computes."""

    def embed(self, texts: Sequence[str], *, questions: bool = False) -> Vectors:
        """(texts, 384), float32, each of length 1. Raises KnowledgeUnavailable where the model is not there."""
        import numpy as np

        from engine.models.e5.reader import PASSAGE, QUESTION

        kind, prefix = ("question", QUESTION) if questions else ("passage", PASSAGE)
        found = _reader().read([prefix + text for text in texts])
        found -= CENTRED * np.stack([self._centre(kind, language(text)) for text in texts])
        centred: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return centred

    def _centre(self, kind: str, lang: str) -> Vectors:
        if f"{kind}.{lang}" not in self._centres:
            both: Vectors = (self._centres[f"{kind}.en"] + self._centres[f"{kind}.zh"]) / 2
            return both
        centre: Vectors = self._centres[f"{kind}.{lang}"]
        return centre

    @cached_property
    def _centres(self) -> dict[str, Any]:
        from safetensors.numpy import load_file

        with as_file(files("engine.models").joinpath(CENTRES)) as path:
            return load_file(path)


def _reader() -> Reader:
    """Of the model that the process has loaded already, or loads now."""
    from engine.models.e5.reader import Reader

    try:
        return Reader()
    except OSError as error:
        raise KnowledgeUnavailable(f"the sentence model cannot be loaded: {error}") from error
