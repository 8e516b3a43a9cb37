"""Models that take no time, so that a benchmark measures everything else; named in settings as any backend."""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain.task import TextDelta, TextEnd, TextEvent, TextTask, TextUsage
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec


class InstantText:
    """Writes one sentence at once."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> InstantText:
        return cls(name)

    def setup(self) -> None:
        """Nothing to load."""

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        for index in range(task.n):
            yield TextDelta(index, "Steel outside, cold inside.")
            yield TextEnd(index)
        yield TextUsage(0, 0)

    def close(self) -> None:
        """Nothing to let go of."""
