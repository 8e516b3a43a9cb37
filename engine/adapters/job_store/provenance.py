"""The record of all that was made: hashes of texts and pictures, to their jobs. The port ProvenanceRecord.

A fingerprint is found again by multi-index hashing (Norouzi, Punjani and Fleet 2012, arxiv.org/abs/1307.2982): of four
16-bit bands of two fingerprints that differ in at most seven bits, one differs in at most one. So seventeen values per
band are looked up in an index, and only what is found there is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.engine import Connection

from engine.adapters.job_store.database import Database
from engine.adapters.job_store.tables import provenance
from engine.domain.provenance import Record
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.wording import digest

MOST_BITS = 7
"""Fingerprints that differ in more bits may not be found."""

_BANDS = ("band_0", "band_1", "band_2", "band_3")
_BAND_BITS = 16


class SqlProvenanceRecord:
    """Safe to use from many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def made(self, contents: Sequence[str], workspace: str) -> Record | None:
        return self._first(sa.select(provenance).where(provenance.c.content.in_(contents)), workspace)

    def similar(self, fingerprint: str, most: int, workspace: str) -> tuple[Record, int] | None:
        if most > MOST_BITS:
            raise ValueError(f"at most {MOST_BITS} bits, not {most}")
        near = [provenance.c[name].in_(_within_one_bit(band)) for name, band in _bands(fingerprint).items()]
        # One look-up per band, each in its own index: databases do not always use several for an OR.
        found = sa.union(*(_in(sa.select(provenance).where(condition), workspace) for condition in near))
        with self._database.read() as connection:
            rows = [(_bits(row["fingerprint"], fingerprint), row) for row in connection.execute(found).mappings()]
        bits, row = min(rows, key=lambda pair: (pair[0], pair[1]["id"]), default=(MOST_BITS + 1, None))
        return (_record(row), bits) if row is not None and bits <= most else None

    def of_job(self, job_id: str, workspace: str) -> Record | None:
        return self._first(sa.select(provenance).where(provenance.c.job_id == job_id), workspace)

    def _first(self, found: sa.Select[Any], workspace: str) -> Record | None:
        with self._database.read() as connection:
            ordered = _in(found, workspace).order_by(provenance.c.id).limit(1)
            row = connection.execute(ordered).mappings().first()
        return _record(row) if row is not None else None


def write(connection: Connection, job: RowMapping, result: Result, at: float) -> None:
    """Record all that came out of a job, in the transaction that stores it."""
    rows = [_row(job, artifact, content, at) for artifact, content in _contents(result)]
    if rows:
        connection.execute(sa.insert(provenance), rows)


def _contents(result: Result) -> Iterator[tuple[Artifact, str]]:
    """Each artifact and the hashes it is known by: of its file, and of its words where these are not too few."""
    for artifact in result.artifacts:
        words = digest(artifact.text) if artifact.kind is ArtifactKind.TEXT else ""
        for content in filter(None, (artifact.blob.partition(".")[0], words)):
            yield artifact, content


def _row(job: RowMapping, artifact: Artifact, content: str, at: float) -> dict[str, Any]:
    bands: dict[str, int | None] = dict.fromkeys(_BANDS)
    if artifact.fingerprint:
        bands |= _bands(artifact.fingerprint)
    return {
        "job_id": job["id"],
        "workspace": job["workspace"],
        "kind": artifact.kind.value,
        "content": content,
        "fingerprint": artifact.fingerprint,
        "at": at,
        **bands,
    }


def _bands(fingerprint: str) -> dict[str, int]:
    """The four quarters by column. Raises ValueError for what is not 16 hexadecimal digits."""
    if len(fingerprint) != 16:
        raise ValueError("a fingerprint has 16 digits")
    return {name: int(fingerprint[4 * place : 4 * place + 4], 16) for place, name in enumerate(_BANDS)}


def _within_one_bit(band: int) -> list[int]:
    return [band, *(band ^ (1 << bit) for bit in range(_BAND_BITS))]


def _bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _in(found: sa.Select[Any], workspace: str) -> sa.Select[Any]:
    return found.where(provenance.c.workspace == workspace) if workspace else found


def _record(row: RowMapping) -> Record:
    return Record(
        row["job_id"], row["workspace"], ArtifactKind(row["kind"]), row["content"], row["fingerprint"], row["at"]
    )
