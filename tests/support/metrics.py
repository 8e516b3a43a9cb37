"""How much a metric has grown: the registry is the process's, and other tests count too."""

from __future__ import annotations

from prometheus_client import REGISTRY


class Grown:
    """Call it with a sample's name and labels, for its growth since this was made."""

    def __init__(self) -> None:
        self._before = {
            (sample.name, *sorted(sample.labels.items())): sample.value
            for family in REGISTRY.collect()
            for sample in family.samples
        }

    def __call__(self, name: str, **labels: str) -> float:
        now = REGISTRY.get_sample_value(name, labels) or 0.0
        return now - self._before.get((name, *sorted(labels.items())), 0.0)
