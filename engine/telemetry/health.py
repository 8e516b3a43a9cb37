"""Whether a process can do its work: what it looks at, and what it says to load balancers and supervisors."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that must be well."""

    name: str
    look: Callable[[], object]
    """Raises if it is not; returns soon."""
    needed: bool = True
    """Without it the process does no work; else it is only told of."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: for each probe "ok" or what is wrong, as a code."""

    ready: bool
    found: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> str:
        return json.dumps({"status": "ready" if self.ready else "not ready", "checks": dict(self.found)})


class Health:
    """Not ready until `watch` told it what to look at; being live needs no more than answering."""

    def __init__(self) -> None:
        self._probes: Sequence[Probe] | None = None
        self._was: Report | None = None

    def watch(self, *probes: Probe) -> None:
        """The process is put together: from now on it is ready when these are well."""
        self._probes = probes

    def look(self) -> Report:
        """Look at everything now; what has changed is logged. Never raises."""
        if self._probes is None:
            return Report(False, {"start": "not over"})
        found = {probe.name: _look(probe) for probe in self._probes}
        report = Report(all(found[probe.name] == "ok" for probe in self._probes if probe.needed), found)
        if self._was is not None and report != self._was:
            log.warning("%s", report.json())
        self._was = report
        return report


def _look(probe: Probe) -> str:
    """An error's message is for nobody who may ask for a process's health."""
    try:
        probe.look()
    except Exception as error:
        return str(getattr(error, "code", "") or type(error).__name__)
    return "ok"
