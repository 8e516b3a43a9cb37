"""What says the same in another language is nearest both ways; what only speaks of the same matter is not it."""

from __future__ import annotations

from engine.domain.knowledge import EVERYBODY, Passage, Reader, team_scope
from engine.knowledge.base import KnowledgeBase

ANYBODY = Reader("T1")
# What two languages share here are names: the fake embedder knows nothing else of them.
RETURNS = "# R\n\nYou can return Lull, Moth and Ember unused.\n"
RETURNS_ZH = "# R\n\n未使用 Lull, Moth, Ember 可退\n"


def learn(base: KnowledgeBase, name: str, text: str, scope: str = EVERYBODY) -> Passage:
    lesson = base.learn(name, text.encode(), scope=scope)
    (passage,) = base.store.stored(lesson.document)
    return passage


def test_the_passage_of_the_translated_document_is_found_from_both(base: KnowledgeBase) -> None:
    english, chinese = learn(base, "returns.en.md", RETURNS), learn(base, "returns.zh.md", RETURNS_ZH)
    learn(base, "faq.zh.md", "# F\n\n密封圈放平就不会漏。\n")
    assert (english.lang, chinese.lang) == ("en", "zh")
    assert base.translation(english, "zh", ANYBODY) == chinese
    assert base.translation(chinese, "en", ANYBODY) == english


def test_what_is_not_near_is_no_translation(base: KnowledgeBase) -> None:
    english = learn(base, "returns.en.md", RETURNS)
    learn(base, "faq.zh.md", "# F\n\n密封圈放平就不会漏，Lull。\n")
    assert base.translation(english, "zh", ANYBODY) is None


def test_what_is_nearer_to_another_passage_is_not_its_translation(base: KnowledgeBase) -> None:
    chinese = learn(base, "returns.zh.md", RETURNS_ZH)
    rival = learn(base, "warranty.en.md", "# R\n\nWarranty of Lull, Moth and Ember does end later.\n")
    assert base.translation(rival, "zh", ANYBODY) == chinese
    learn(base, "returns.en.md", RETURNS)
    assert base.translation(rival, "zh", ANYBODY) is None


def test_what_the_reader_may_not_have_is_not_found(base: KnowledgeBase) -> None:
    english = learn(base, "returns.en.md", RETURNS)
    learn(base, "returns.zh.md", RETURNS_ZH, team_scope("support"))
    assert base.translation(english, "zh", ANYBODY) is None
    assert base.translation(english, "zh", Reader("T1", teams=("support",))) is not None


def test_what_an_agent_saved_is_no_translation(base: KnowledgeBase) -> None:
    english = learn(base, "returns.en.md", RETURNS)
    base.add_canned("R", "未使用 Lull, Moth, Ember 可退", EVERYBODY, "zh")
    assert base.translation(english, "zh", ANYBODY) is None
