"""The job table, read by SQL as an operator may read it, whatever state the product is in."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.domain.job import State
from tests.faults.models import TOKEN

PATIENCE_S = 60.0

_ROWS = """
SELECT j.id, j.request, j.state, j.owner, j.attempts, j.delivered, j.result, d.lock_owner
FROM jobs j LEFT JOIN deliveries d ON d.job_id = j.id AND d.audience = 'requester'
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One job as it stands."""

    id: str
    token: str
    """The request that it is of."""
    state: State
    owner: str
    """Who runs it, "" for nobody: "host:pid:..." """
    attempts: int
    delivered: bool
    being_delivered: bool
    result: str


@dataclass(slots=True)
class JobTable:
    """Waits for a database that is away."""

    url: str
    _engine: sa.Engine = field(init=False)

    def __post_init__(self) -> None:
        self._engine = sa.create_engine(self.url)

    def all(self) -> list[Row]:
        return self._rows(_ROWS)

    def open(self) -> list[Row]:
        """Those that not everybody has seen the end of."""
        return self._rows(_ROWS + " WHERE j.delivered = :no", no=False)

    def of_token(self, token: str) -> list[Row]:
        return self._rows(_ROWS + " WHERE j.request LIKE :like", like=f"% {token} %")

    def events(self, job_id: str) -> list[tuple[float, str, str]]:
        """When, what and more, in order."""
        found = self._query("SELECT at, name, detail FROM job_events WHERE job_id = :id ORDER BY id", id=job_id)
        return [(row.at, row.name, row.detail) for row in found]

    def was_started_by(self, job_id: str, pid: int) -> bool:
        return any(name == "started" and f":{pid}:" in detail for _, name, detail in self.events(job_id))

    def close(self) -> None:
        self._engine.dispose()

    def _rows(self, query: str, **values: Any) -> list[Row]:
        return [
            Row(
                id=row.id,
                token=_token(json.loads(row.request)["prompt"]),
                state=State(row.state),
                owner=row.owner or "",
                attempts=row.attempts,
                delivered=bool(row.delivered),
                being_delivered=row.lock_owner is not None,
                result=row.result or "",
            )
            for row in self._query(query, **values)
        ]

    def _query(self, query: str, **values: Any) -> Sequence[sa.Row[Any]]:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                with self._engine.connect() as connection:
                    return connection.execute(sa.text(query), values).all()
            except sa.exc.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)


def _token(prompt: str) -> str:
    found = TOKEN.search(prompt)
    return found[0] if found else ""
