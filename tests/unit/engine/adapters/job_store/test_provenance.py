"""The record of what was made, on both databases: written with the outcome, found by hash and by looks."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from engine.adapters.job_store import SqlJobStore
from engine.adapters.job_store.provenance import MOST_BITS
from engine.adapters.job_store.tables import provenance
from engine.domain.job import Origin, State
from engine.domain.result import Artifact, ArtifactKind, Failure, Result
from engine.domain.wording import digest
from tests.support.jobs import new_drawing, new_job

WORDS = "Steel outside, cold inside: a bottle for ten years."
CONTENT = "ab" * 32


def image(fingerprint: str = "0123456789abcdef", content: str = CONTENT) -> Artifact:
    return Artifact(ArtifactKind.IMAGE, 0, 5, blob=f"{content}.png", mimetype="image/png", fingerprint=fingerprint)


def make(store: SqlJobStore, job_id: str, *artifacts: Artifact, workspace: str = "T1") -> None:
    """A job of this workspace that ended with these."""
    store.add([new_job(job_id, origin=Origin(workspace, "C1", "U1"))])
    assert store.claim(job_id, "worker", 30)
    assert store.finish(job_id, "worker", State.SUCCEEDED, Result(artifacts=artifacts))


def flipped(fingerprint: str, *bits: int) -> str:
    value = int(fingerprint, 16)
    for bit in bits:
        value ^= 1 << bit
    return f"{value:016x}"


def test_an_image_is_found_by_its_bytes(store: SqlJobStore) -> None:
    make(store, "a", image())
    found = store.provenance.made(["00" * 32, CONTENT], "T1")
    assert found is not None
    assert (found.job_id, found.workspace, found.kind, found.content) == ("a", "T1", ArtifactKind.IMAGE, CONTENT)
    assert store.provenance.made(["00" * 32], "T1") is None


def test_a_text_is_found_by_its_words(store: SqlJobStore) -> None:
    make(store, "a", Artifact(ArtifactKind.TEXT, 0, 5, text=WORDS))
    found = store.provenance.made([digest(f"**{WORDS}**")], "T1")
    assert found is not None
    assert (found.job_id, found.kind, found.fingerprint) == ("a", ArtifactKind.TEXT, "")


def test_a_table_is_found_by_its_file_and_by_its_preview(store: SqlJobStore) -> None:
    make(store, "a", Artifact(ArtifactKind.TEXT, 0, 5, text=WORDS, blob=f"{CONTENT}.csv", mimetype="text/csv"))
    for content in (CONTENT, digest(WORDS)):
        found = store.provenance.made([content], "T1")
        assert found is not None
        assert (found.job_id, found.kind) == ("a", ArtifactKind.TEXT)


def test_texts_too_short_to_be_known_are_left_out(store: SqlJobStore) -> None:
    make(store, "a", Artifact(ArtifactKind.TEXT, 0, 5, text="Yes."))
    assert store.provenance.of_job("a", "") is None


def test_a_job_without_a_result_leaves_nothing(store: SqlJobStore) -> None:
    store.add([new_drawing("a")])
    store.claim("a", "worker", 30)
    store.finish("a", "worker", State.FAILED, Result(failure=Failure("internal")))
    assert store.provenance.of_job("a", "") is None


def test_a_result_that_came_too_late_leaves_nothing(store: SqlJobStore) -> None:
    store.add([new_drawing("a")])
    store.claim("a", "worker", 30)
    assert not store.finish("a", "another", State.SUCCEEDED, Result(artifacts=(image(),)))
    assert store.provenance.of_job("a", "") is None


def test_workspaces_do_not_see_each_other(store: SqlJobStore) -> None:
    make(store, "a", image(), workspace="T1")
    make(store, "b", image(content="cd" * 32), workspace="T2")
    found = store.provenance.similar("0123456789abcdef", MOST_BITS, "T2")
    assert found is not None
    assert found[0].job_id == "b"
    assert store.provenance.made([CONTENT], "T2") is None
    assert store.provenance.of_job("a", "T2") is None
    everywhere = store.provenance.made([CONTENT], "")
    assert everywhere is not None
    assert everywhere.job_id == "a"


@pytest.mark.parametrize("bits", [(), (3,), (0, 16, 32, 48), (0, 1, 16, 17, 32, 33, 48), (63, 62, 61, 60, 59, 58, 1)])
def test_what_looks_alike_is_found_by_up_to_seven_bits(store: SqlJobStore, bits: tuple[int, ...]) -> None:
    make(store, "a", image("0123456789abcdef"))
    found = store.provenance.similar(flipped("0123456789abcdef", *bits), MOST_BITS, "T1")
    assert found is not None
    assert (found[0].job_id, found[1]) == ("a", len(bits))


def test_any_seven_bits_will_do(store: SqlJobStore) -> None:
    make(store, "a", image("00ff00ff12345678"))
    chance = random.Random(1)  # noqa: S311 - no secret
    for _ in range(60):
        bits = chance.sample(range(64), MOST_BITS)
        found = store.provenance.similar(flipped("00ff00ff12345678", *bits), MOST_BITS, "T1")
        assert found is not None
        assert found[1] == MOST_BITS


def test_further_than_asked_is_not_found(store: SqlJobStore) -> None:
    make(store, "a", image("0123456789abcdef"))
    assert store.provenance.similar(flipped("0123456789abcdef", 1, 2, 3), 2, "T1") is None
    with pytest.raises(ValueError, match="at most 7"):
        store.provenance.similar("0123456789abcdef", 8, "T1")


def test_the_nearest_of_several_is_named_and_the_first_of_equals(store: SqlJobStore) -> None:
    make(store, "far", image(flipped("0123456789abcdef", 1, 2, 3), "11" * 32))
    make(store, "near", image(flipped("0123456789abcdef", 4), "22" * 32))
    make(store, "as near", image(flipped("0123456789abcdef", 5), "33" * 32))
    found = store.provenance.similar("0123456789abcdef", MOST_BITS, "T1")
    assert found is not None
    assert (found[0].job_id, found[1]) == ("near", 1)


def test_the_record_holds_no_word_of_what_was_asked_or_written(store: SqlJobStore, url: str) -> None:
    store.add([new_job("a", "a very private prompt")])
    store.claim("a", "worker", 30)
    store.finish("a", "worker", State.SUCCEEDED, Result(artifacts=(Artifact(ArtifactKind.TEXT, 0, 5, text=WORDS),)))
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        (row,) = connection.execute(sa.select(provenance)).all()
    engine.dispose()
    assert "private" not in str(row)
    assert "Steel" not in str(row)


def test_a_look_up_among_many_is_answered_from_the_indices(store: SqlJobStore, url: str) -> None:
    """Each band's look-up is a search in its index: no plan reads the whole table."""
    make(store, "a", image("0123456789abcdef"))
    engine = sa.create_engine(url)
    chance = random.Random(2)  # noqa: S311 - no secret
    rows = [_row(f"{chance.getrandbits(64):016x}", number) for number in range(4_000)]
    seen: list[str] = []
    with engine.begin() as connection:
        connection.execute(sa.insert(provenance), rows)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE provenance")
        for band in ("band_0", "band_1", "band_2", "band_3"):
            explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
            values = ", ".join(str(chance.randrange(65536)) for _ in range(17))
            query = f"{explain} SELECT * FROM provenance WHERE {band} IN ({values})"  # noqa: S608 - our own numbers
            seen.append(str(connection.exec_driver_sql(query).all()))
    engine.dispose()
    assert all(f"ix_provenance_band_{number}" in plan for number, plan in enumerate(seen))
    found = store.provenance.similar(flipped("0123456789abcdef", 7), MOST_BITS, "T1")
    assert found is not None
    assert found[0].job_id == "a"


def _row(fingerprint: str, number: int) -> dict[str, str | int | float]:
    bands = {f"band_{place}": int(fingerprint[4 * place : 4 * place + 4], 16) for place in range(4)}
    common: dict[str, str | int | float] = {
        "job_id": f"j{number}",
        "workspace": "T1",
        "kind": "image",
        "content": f"{number:064x}",
        "at": 1.0,
    }
    return {**common, "fingerprint": fingerprint, **bands}
