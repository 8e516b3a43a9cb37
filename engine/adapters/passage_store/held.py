"""Holds a copy of all signatures in memory: among 100,000 it finds the nearest ten times as fast as the database does.

The copy is made once the passages stay as they are for two searches. Until then, and where there are very many, the
database compares: what searches once, or while documents are learned, does not wait for a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from engine.adapters.job_store.tables import SIGNATURE_BITS
from engine.domain.indexing import Sought

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_HELD = 1_000_000
"""Passages: a copy of so many takes 60 MB."""
_WORDS = SIGNATURE_BITS // 64

Row = tuple[int, str, bytes]
"""A passage's number, its scope and its signature."""


@dataclass(frozen=True, slots=True, eq=False)
class Signatures:
    """Of all passages, in order of their numbers."""

    numbers: npt.NDArray[np.int64]
    scopes: tuple[str, ...]
    scope: npt.NDArray[np.int32]
    """Of each passage, its place in `scopes`."""
    words: npt.NDArray[np.uint64]
    """(64-bit words of a signature, passages): each word of all signatures lies together."""

    def nearest(self, sought: Sought) -> tuple[int, ...]:
        """Numbers of the nearest of those scopes by Hamming distance; of the equally near, the lowest first."""
        import numpy as np

        readable = np.array([scope in sought.scopes for scope in self.scopes], bool)
        places = np.flatnonzero(readable[self.scope])
        distances = self._distances(sought.signature)[places]
        if len(places) > sought.most:
            near = np.flatnonzero(distances <= np.partition(distances, sought.most - 1)[sought.most - 1])
            places, distances = places[near], distances[near]
        best = np.argsort(distances, kind="stable")[: sought.most]
        return tuple(self.numbers[places[best]].tolist())

    def _distances(self, signature: bytes) -> npt.NDArray[np.uint16]:
        import numpy as np

        found = np.zeros(len(self.numbers), np.uint16)
        for held, asked in zip(self.words, np.frombuffer(signature, np.uint64), strict=True):
            found += np.bitwise_count(held ^ asked)
        return found


def hold(parts: Iterable[Sequence[Row]]) -> Signatures:
    """A copy of these rows, which come in parts and by number."""
    import numpy as np

    scopes: dict[str, int] = {}
    numbers, scope, words = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty((0, _WORDS), np.uint64)]
    for rows in parts:
        numbers.append(np.array([number for number, _, _ in rows], np.int64))
        scope.append(np.array([scopes.setdefault(name, len(scopes)) for _, name, _ in rows], np.int32))
        words.append(np.frombuffer(b"".join(bits for _, _, bits in rows), np.uint64).reshape(-1, _WORDS))
    held = np.ascontiguousarray(np.concatenate(words).T)
    return Signatures(np.concatenate(numbers), tuple(scopes), np.concatenate(scope), held)


class Copy:
    """The one of a process, or none. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._met: tuple[int, int] | None = None
        self._held: Signatures | None = None

    def current(self, state: tuple[int, int], read: Callable[[], Iterable[Sequence[Row]]]) -> Signatures | None:
        """The copy, read anew where it is of another state: of how many changes there were, and how many passages.

        None where there is none yet, or there are too many to hold.
        """
        with self._lock:
            if state != self._met:
                self._met, self._held = state, None
            elif self._held is None and state[1] <= MOST_HELD:
                self._held = hold(read())
            return self._held
