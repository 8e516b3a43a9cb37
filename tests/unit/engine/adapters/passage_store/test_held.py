"""A copy of the signatures in memory finds what the database finds, and keeps in step with it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.adapters.job_store.tables import SIGNATURE_BITS
from engine.adapters.passage_store import SqlPassageStore
from engine.adapters.passage_store.held import MOST_HELD, Copy, Row, hold
from engine.domain.indexing import Indexed, Sought
from engine.domain.knowledge import EVERYBODY, Document, Passage

SCOPES = (EVERYBODY, "channel:C0SUPPORT", "team:客服")
BYTES = SIGNATURE_BITS // 8
CHANCE = random.Random(7)  # noqa: S311 - to be the same each time
SIGNATURES = [CHANCE.randbytes(BYTES) for _ in range(90)]
NEAR = SIGNATURES[0]


def sought(*scopes: str, most: int = 20, signature: bytes = NEAR) -> Sought:
    return Sought(signature, (), scopes, most)


def indexed(document: str, place: int, signature: bytes) -> Indexed:
    return Indexed(Passage(f"{document}-{place}", document, "1", "", "text"), place, ("text",), bytes(768), signature)


def fill(store: SqlPassageStore, name: str, scope: str, signatures: list[bytes]) -> None:
    document = Document(name, name, scope, "1", name, passages=len(signatures))
    store.put(document, [indexed(name, place, each) for place, each in enumerate(signatures)])


def warm(store: SqlPassageStore) -> None:
    """From now on it has a copy."""
    for _ in range(2):
        store.candidates(sought(EVERYBODY))


@pytest.fixture
def store(url: str) -> Iterator[SqlPassageStore]:
    """Each scope has thirty passages; of those of everybody three are equally near."""
    made = SqlPassageStore(url)
    for number, scope in enumerate(SCOPES):
        fill(made, f"d{number}", scope, SIGNATURES[30 * number :][:30])
    fill(made, "same", EVERYBODY, [NEAR, NEAR])
    yield made
    made.close()


@pytest.fixture
def other(url: str) -> Iterator[SqlPassageStore]:
    """As another process has it."""
    made = SqlPassageStore(url)
    yield made
    made.close()


def test_it_finds_what_the_database_finds_in_the_same_order(store: SqlPassageStore, url: str) -> None:
    warm(store)
    for scopes in (SCOPES, SCOPES[:1], SCOPES[1:], ("team:nobody",)):
        for most in (1, 2, 20, 31, 32, 200):
            new = SqlPassageStore(url)  # has no copy yet
            assert store.candidates(sought(*scopes, most=most)) == new.candidates(sought(*scopes, most=most))
            new.close()


def test_a_process_that_searches_on_reads_the_signatures_no_more(store: SqlPassageStore, url: str) -> None:
    warm(store)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM knowledge_signatures"))
    engine.dispose()
    assert store.candidates(sought(*SCOPES)).by_vector


def test_what_another_process_adds_replaces_or_removes_is_seen_at_once(
    store: SqlPassageStore, other: SqlPassageStore
) -> None:
    asked = sought("team:new", signature=SIGNATURES[1])
    warm(store)
    assert store.candidates(asked).by_vector == ()
    fill(other, "new", "team:new", SIGNATURES[:2])
    first, second = store.candidates(asked).by_vector[::-1]
    warm(store)
    other.revector({"new-0": (bytes(768), SIGNATURES[1]), "new-1": (bytes(768), SIGNATURES[0])})
    assert store.candidates(asked).by_vector == (first, second)
    warm(store)
    fill(other, "new", "team:new", SIGNATURES[:1])
    assert store.candidates(asked).by_vector == (first,)
    warm(store)
    other.remove(["new"])
    assert store.candidates(asked).by_vector == ()
    warm(store)
    assert store.candidates(asked).by_vector == ()


class Reading:
    """Counts how often the rows are read."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[list[Row]]:
        self.times += 1
        return [[(1, EVERYBODY, NEAR)], [(2, EVERYBODY, NEAR)]]


def test_it_is_made_once_a_state_is_met_twice_and_stays_as_long_as_that_does() -> None:
    copy, reading = Copy(), Reading()
    assert copy.current((1, 2), reading) is None
    held = [copy.current((1, 2), reading) for _ in range(3)]
    assert held[0] is not None
    assert (held[0] is held[2], reading.times) == (True, 1)
    assert [copy.current((change, 2), reading) for change in (2, 3, 4)] == [None] * 3
    assert reading.times == 1


def test_a_very_large_knowledge_base_is_left_to_the_database() -> None:
    copy, reading = Copy(), Reading()
    assert [copy.current((1, MOST_HELD + 1), reading) for _ in range(3)] == [None] * 3
    assert reading.times == 0


def test_a_copy_takes_sixty_bytes_a_passage_and_may_be_empty() -> None:
    held = hold([[(number, EVERYBODY, NEAR) for number in range(100)]])
    assert held.numbers.nbytes + held.scope.nbytes + held.words.nbytes == 6_000
    assert hold([]).nearest(sought(EVERYBODY)) == ()
