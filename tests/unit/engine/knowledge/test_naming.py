"""Other names are found where a document says so, and understood in questions."""

from __future__ import annotations

import re

import pytest

from engine.domain.knowledge import EVERYBODY, Alias, Learned, Reader
from engine.knowledge.aliases import named, widened, with_names
from engine.knowledge.base import KnowledgeBase
from engine.knowledge.naming import _NAME, aliases_of
from engine.knowledge.reading import read

ANYBODY = Reader("T1")
_NAMED = re.compile(_NAME)


def pairs(name: str, text: str) -> list[tuple[str, str]]:
    return [(alias.alias, alias.name) for alias in aliases_of(read(name, text.encode()), EVERYBODY, "d1")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Aqua One (also known as Drop) keeps cold.", [("Drop", "Aqua One")]),
        ("Aqua One, also called the Drop, keeps cold.", [("Drop", "Aqua One")]),
        ("Aqua One (aka Drop) keeps cold.", [("Drop", "Aqua One")]),
        ("We sell Aqua One, our blue bottle.", [("blue bottle", "Aqua One"), ("blue one", "Aqua One")]),
        ("Aqua One is our travel mug.", [("travel mug", "Aqua One")]),
        ("Return it, our team will help.", []),
        ("Nobody is known as a liar.", []),
        ("清泉（又称小水滴）可以保温。", [("小水滴", "清泉")]),
        ("清泉，我们的蓝色水瓶，可以保温。", [("蓝色水瓶", "清泉")]),
    ],
)
def test_a_sentence_tells_another_name(text: str, found: list[tuple[str, str]]) -> None:
    assert pairs("a.txt", text) == found


def test_a_run_without_spaces_is_looked_at_once() -> None:
    """What is looked at from all its places, which grew by the square: sixteen kilobytes took twenty seconds."""

    def work(length: int) -> int:
        text = "A-" * length
        return sum(len(found[0]) for at in range(len(text)) if (found := _NAMED.match(text, at)))

    assert work(200) == work(100)
    assert pairs("a.txt", f"{'A-' * 25}A (also known as Drop) is no name.") == []


def test_a_table_tells_other_names_and_colours_that_only_one_thing_has() -> None:
    table = 'Product,Aliases,Colour\nAqua One,"Drop, Droplet",Blue\nAqua Two,,Red\nAqua Three,,red\n'
    assert pairs("a.csv", table) == [("Drop", "Aqua One"), ("Droplet", "Aqua One"), ("blue one", "Aqua One")]


def test_a_name_in_a_question_is_a_whole_word() -> None:
    cap = Alias("cap", "Screw Lid")
    assert named("Does the CAP leak?", [cap]) == [cap]
    assert named("How do I escape?", [cap]) == []
    assert named("小水滴多少钱", [Alias("小水滴", "清泉")]) == [Alias("小水滴", "清泉")]
    assert named("我的Drop坏了", [Alias("Drop", "清泉")]) == [Alias("Drop", "清泉")]


def test_a_question_by_the_name_finds_what_is_written_of_the_alias() -> None:
    assert named("Is the Screw Lid tight?", [Alias("cap", "Screw Lid")]) == [Alias("Screw Lid", "cap")]


def test_words_of_a_name_count_as_those_of_its_alias() -> None:
    blue = [Alias("blue one", "Aqua One")]
    assert widened(["blue", "leak"], blue) == (("blue", "aqua", "one"), ("leak",))
    assert with_names("Does the blue one leak?", blue) == "Does the blue one leak? (Aqua One)"
    assert with_names("Does it leak?", []) == "Does it leak?"


def test_it_helps(base: KnowledgeBase) -> None:
    """Only the second document says that the Brook is blue."""
    care = {"Brook": "It goes into the dishwasher.", "Ember": "Rinse it, please.", "Lids": "Wash them by hand."}
    text = "\n".join(f"## {name}\n{told}" for name, told in care.items())
    base.learn("care.md", text.encode(), scope=EVERYBODY)
    asked = "What may I do with the blue one?"
    assert base.search(asked, ANYBODY) == ()
    base.store.put_aliases("", [Alias("blue one", "Brook")])
    assert base.search(asked, ANYBODY)[0].passage.heading == "Brook"


def test_names_are_forgotten_with_their_document_and_told_to_its_readers_alone(base: KnowledgeBase) -> None:
    lesson = base.learn("range.md", b"Aqua One, our blue bottle.\n", scope="team:support")
    assert {alias.alias for alias in base.store.aliases()} == {"blue bottle", "blue one"}
    assert base.store.aliases([EVERYBODY]) == ()
    base.learn("range.md", b"Aqua Two, our red bottle.\n", scope="team:support")
    assert {alias.name for alias in base.store.aliases(["team:support"])} == {"Aqua Two"}
    base.remove([lesson.document])
    assert base.store.aliases() == ()


def test_a_document_is_not_there_before_the_names_that_it_tells(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies in between would find it unchanged when it comes back, and never learn them."""
    store, text = base.store, b"Aqua One, our blue bottle.\n"
    monkeypatch.setattr("engine.adapters.passage_store.store._replace_aliases", _killed)
    with pytest.raises(SystemExit):
        base.learn("range.md", text, scope=EVERYBODY)
    assert store.documents() == ()
    monkeypatch.undo()
    assert base.learn("range.md", text, scope=EVERYBODY).learned is Learned.ADDED
    assert {alias.alias for alias in store.aliases()} == {"blue bottle", "blue one"}


def _killed(*_: object) -> None:
    raise SystemExit


def test_what_a_person_entered_stays(base: KnowledgeBase) -> None:
    base.store.put_aliases("", [Alias("blue one", "Aqua One")])
    lesson = base.learn("range.md", b"Aqua Two, our red bottle.\n", scope=EVERYBODY)
    base.remove([lesson.document])
    assert base.store.aliases() == (Alias("blue one", "Aqua One"),)
