"""One line of the benchmark table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """`value` in `unit`; `target` says in words what it should be, `note` what it was compared with."""

    name: str
    value: float
    unit: str = ""
    target: str = ""
    note: str = ""
