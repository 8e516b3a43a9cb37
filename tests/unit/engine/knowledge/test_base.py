"""What is learned is found again, by those who may be answered from it; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.adapters.job_store import SqlJobStore
from engine.adapters.passage_store import SqlPassageStore
from engine.domain.indexing import Indexed
from engine.domain.knowledge import EVERYBODY, Document, Learned, Passage, Reader
from engine.domain.replies import CannedReply
from engine.errors import KnowledgeUnavailable, PassagesGone, StoreUnavailable
from engine.knowledge.base import KnowledgeBase
from engine.knowledge.finding import Ways
from engine.knowledge.reading import limits
from tests.fakes import FakeEmbedder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ANYBODY = Reader("T1")
HANDBOOK = (
    b"# Handbook\n## Returns\nYou may return a bottle within 30 days.\n## Shipping\nParcels arrive in two days.\n"
)


def learn(base: KnowledgeBase, text: bytes = HANDBOOK, name: str = "handbook.md", scope: str = EVERYBODY) -> str:
    lesson = base.learn(name, text, scope=scope, url=f"https://example.com/{name}")
    assert lesson.learned is not Learned.UNREADABLE
    return lesson.document


def test_a_question_finds_the_passage_that_answers_it(base: KnowledgeBase) -> None:
    document = learn(base)
    hit, *_ = base.search("May I return my bottle?", ANYBODY)
    assert (hit.passage.document, hit.passage.title, hit.passage.heading) == (document, "Handbook", "Returns")
    assert hit.passage.text == "You may return a bottle within 30 days."
    assert (hit.passage.url, hit.passage.lang) == ("https://example.com/handbook.md", "en")
    assert 0.5 <= hit.score <= 1.0


def test_chinese_is_found_by_its_words(base: KnowledgeBase) -> None:
    learn(base, "# 手册\n## 退货\n收到水壶后三十天内可以退货。\n## 发货\n两天内送达。\n".encode(), "手册.md")
    found = base.finder.find("水壶退货要几天？", ANYBODY, ways=Ways.WORDS)
    assert found[0].hit.passage.heading == "退货"
    assert found[0].hit.passage.lang == "zh"


def test_what_nothing_answers_finds_nothing(base: KnowledgeBase) -> None:
    learn(base)
    assert base.search("Who painted the Mona Lisa?", ANYBODY) == ()
    assert base.search("", ANYBODY) == ()
    assert base.search("the of \0 ?", ANYBODY) == ()


def test_what_stands_behind_an_answer_comes_with_it(base: KnowledgeBase) -> None:
    learn(base)
    first, second = base.search("May I return my bottle?", ANYBODY)
    assert first.score >= base.finder.least > second.score
    assert len(base.search("May I return my bottle?", ANYBODY, 1)) == 1


def test_an_empty_knowledge_base_finds_nothing(base: KnowledgeBase) -> None:
    assert base.search("May I return my bottle?", ANYBODY) == ()


@pytest.mark.parametrize("ways", list(Ways))
def test_each_way_of_looking_finds_by_itself(base: KnowledgeBase, ways: Ways) -> None:
    learn(base)
    assert base.finder.find("return a bottle", ANYBODY, ways=ways)[0].hit.passage.heading == "Returns"


def test_only_what_changed_is_embedded_again(base: KnowledgeBase, embedder: FakeEmbedder) -> None:
    document = learn(base)
    before = {passage.heading: passage.id for passage in base.store.stored(document)}
    embedder.asked.clear()
    lesson = base.learn(
        "handbook.md", HANDBOOK.replace(b"30 days", b"60 days"), scope=EVERYBODY, url="https://example.com/handbook.md"
    )
    assert (lesson.learned, lesson.passages, lesson.embedded, lesson.document) == (Learned.CHANGED, 2, 1, document)
    assert embedder.asked == ["Handbook › Returns\nYou may return a bottle within 60 days.", "Returns"]
    after = {passage.heading: passage.id for passage in base.store.stored(document)}
    assert after["Shipping"] == before["Shipping"]
    assert after["Returns"] != before["Returns"]
    texts = [found.hit.passage.text for found in base.finder.find("return a bottle", ANYBODY)]
    assert not any("30 days" in text for text in texts)


def test_a_document_that_is_removed_while_its_new_version_is_embedded_is_stored_whole(
    passages: SqlPassageStore, embedder: FakeEmbedder
) -> None:
    class Meanwhile(FakeEmbedder):
        """Somebody removes the document as soon as its new passages are being embedded."""

        def embed(self, texts: Sequence[str], *, questions: bool = False) -> npt.NDArray[np.float32]:
            passages.remove([document])
            return embedder.embed(texts, questions=questions)

    base = KnowledgeBase(passages, embedder)
    document = learn(base)
    learn(KnowledgeBase(passages, Meanwhile()), HANDBOOK.replace(b"30 days", b"60 days"))
    assert base.search("When do parcels arrive?", ANYBODY)[0].passage.heading == "Shipping"
    assert base.search("May I return my bottle?", ANYBODY)[0].passage.text == "You may return a bottle within 60 days."


def test_no_passage_is_stored_without_a_vector(passages: SqlPassageStore) -> None:
    document = Document("d1", "s", EVERYBODY, "v", "Returns", passages=1)
    with pytest.raises(PassagesGone):
        passages.put(document, [Indexed(Passage("p1", "d1", "v", "Returns", "30 days."), 0, ("days",))])
    assert passages.documents() == ()


def test_what_did_not_change_is_not_read_again(base: KnowledgeBase, embedder: FakeEmbedder) -> None:
    learn(base)
    embedder.asked.clear()
    lesson = base.learn("handbook.md", HANDBOOK, scope=EVERYBODY, url="https://example.com/handbook.md")
    assert (lesson.learned, lesson.passages, embedder.asked) == (Learned.UNCHANGED, 2, [])


def test_a_passage_tells_which_version_of_its_document_it_stood_in(base: KnowledgeBase) -> None:
    document = learn(base)
    first = base.store.document(document)
    learn(base, HANDBOOK + b"## Gifts\nA voucher.\n")
    second = base.store.document(document)
    assert first is not None
    assert second is not None
    assert first.version != second.version
    assert base.search("May I return my bottle?", ANYBODY)[0].passage.version == second.version


def test_a_file_that_cannot_be_read_is_a_lesson_and_leaves_what_was_there(base: KnowledgeBase) -> None:
    document = learn(base)
    lesson = base.learn("handbook.md", b"", scope=EVERYBODY, url="https://example.com/handbook.md")
    assert (lesson.learned, lesson.reason) == (Learned.UNREADABLE, limits.NO_TEXT)
    assert [each.id for each in base.documents()] == [document]


def test_what_was_removed_is_found_no_more_and_counts_no_more(base: KnowledgeBase) -> None:
    document = learn(base)
    assert base.remove([document]) == 1
    assert base.remove([document]) == 0
    assert base.finder.find("return a bottle", ANYBODY) == []
    assert base.documents() == ()
    counts = base.store.counts(["bottl"])
    assert (counts.passages, counts.words, dict(counts.with_word)) == (0, 0, {})


def test_a_canned_answer_is_found_by_its_question_and_replaced_by_name(base: KnowledgeBase) -> None:
    base.add_canned("Can it be engraved?", "Yes, within a week.", EVERYBODY, name="7")
    base.add_canned("Can the bottle be engraved?", "Yes, within five days.", EVERYBODY, name="7", by="U0ANNA111")
    hit, *more = base.search("Can my bottle be engraved?", ANYBODY)
    assert (hit.passage.canned, hit.passage.heading, hit.passage.text, more) == (
        True,
        "Can the bottle be engraved?",
        "Yes, within five days.",
        [],
    )
    (document,) = base.documents()
    assert (document.canned, document.added_by, document.lang) == (True, "U0ANNA111", "en")


def test_a_reply_that_an_agent_kept_is_found_where_it_may_be_read_and_kept_once(base: KnowledgeBase) -> None:
    kept = CannedReply("k1", "T1", "channel:C0HELP", "Can it be engraved?", "Yes.", "en", "U0ANNA111", 100.0)
    base.keep(kept)
    base.keep(kept)
    (hit,) = base.search("Can my bottle be engraved?", Reader("T1", "C0HELP"))
    assert (hit.passage.text, hit.passage.canned) == ("Yes.", True)
    assert base.search("Can my bottle be engraved?", ANYBODY) == ()


def test_an_answer_that_is_taken_out_is_kept_nowhere(base: KnowledgeBase, url: str) -> None:
    kept = CannedReply("k1", "T1", EVERYBODY, "Can it be engraved?", "Yes.", "en", "U0ANNA111", 100.0)
    store = SqlJobStore(url)
    store.replies.save_canned(kept)
    store.replies.save_canned(replace(kept, id="k2"))
    base.keep(kept)
    base.remove([document.id for document in base.documents()])
    assert [reply.id for reply in store.replies.canned("T1")] == ["k2"]
    store.close()


def test_how_alike_texts_are(base: KnowledgeBase) -> None:
    assert base.likeness("return the bottle", ["ship it", "the bottle, return"]) == pytest.approx(1.0, abs=0.01)
    assert base.likeness("return the bottle", ["colours"]) < 0.5
    assert base.likeness("return the bottle", []) == -1.0


def test_embedding_again_changes_nothing_but_the_vectors(base: KnowledgeBase, embedder: FakeEmbedder) -> None:
    document = learn(base)
    passages, steps = base.store.stored(document), []
    embedder.asked.clear()
    assert base.reindex(lambda done, of: steps.append((done, of))) == 2
    assert len(embedder.asked) == 4
    assert steps == [(0, 1), (1, 1)]
    assert base.store.stored(document) == passages
    assert base.search("May I return my bottle?", ANYBODY)


def test_a_search_that_cannot_be_made_is_told_as_such(base: KnowledgeBase, embedder: FakeEmbedder) -> None:
    embedder.error = StoreUnavailable("gone")
    with pytest.raises(KnowledgeUnavailable):
        base.search("May I return my bottle?", ANYBODY)


SCOPES = (EVERYBODY, "channel:C0SUPPORT", "channel:C0PRESS11", "team:support", "team:客服")
READERS = st.builds(
    Reader,
    st.just("T1"),
    st.sampled_from(["", "C0SUPPORT", "C0PRESS11", "C0OTHER11"]),
    st.lists(st.sampled_from(["support", "客服", "others"]), unique=True).map(tuple),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reader=READERS, ways=st.sampled_from(Ways), data=st.data())
def test_nobody_is_answered_from_what_they_may_not_read(
    base: KnowledgeBase, reader: Reader, ways: Ways, data: st.DataObject
) -> None:
    if not base.documents():
        for scope in SCOPES:
            learn(base, HANDBOOK + scope.encode(), scope=scope)
    hidden = data.draw(st.sampled_from(SCOPES))
    found = base.finder.find(f"return a bottle {hidden}", reader, limit=50, ways=ways)
    scopes = {document.id: document.scope for document in base.documents()}
    assert {scopes[each.hit.passage.document] for each in found} == set(SCOPES) & set(reader.scopes)


def test_of_many_passages_that_may_not_be_read_none_stands_in_the_way(
    passages: SqlPassageStore, base: KnowledgeBase
) -> None:
    """The nearest few hundred may all be others': what may be read is found all the same."""
    for number in range(3):
        text = "".join(f"## Part {part}\nreturn bottle {number} {part}.\n" for part in range(100))
        learn(base, f"# Secret\n{text}".encode(), f"{number}.md", "team:others")
    learn(base)
    assert base.search("return a bottle", ANYBODY)[0].passage.title == "Handbook"
