"""How a score comes about."""

from __future__ import annotations

import pytest

from engine.domain.indexing import Candidate, Candidates, Counts
from engine.knowledge.ranking import COMPARED, Asked, Ranked, fuse, mixed, ranked, rarity, shortlist

COUNTS = Counts(1000, 50_000, {"bottl": 500, "engrav": 3})
WANTED = Asked((("bottl",), ("engrav",)), "en", COUNTS)


def candidate(number: int, *words: str, lang: str = "en") -> Candidate:
    return Candidate(number, dict.fromkeys(words, 1), lang)


def scores(*candidates: Candidate, cosine: float = 0.4) -> dict[int, float]:
    cosines = dict.fromkeys((each.number for each in candidates), cosine)
    return {each.number: each.score for each in ranked(WANTED, candidates, cosines)}


def test_what_both_lists_have_near_the_top_comes_first() -> None:
    fused = fuse([1, 2, 3], [2, 4])
    assert sorted(fused, key=lambda number: -fused[number]) == [2, 1, 4, 3]


def test_what_either_way_put_first_is_compared_and_what_is_gone_is_not() -> None:
    cosines = {number: 1 / number for number in range(1, 401) if number != 3}
    found = Candidates({}, tuple(range(200, 0, -1)), tuple(range(201, 401)))
    best = shortlist(found, cosines)
    assert best[:6] == [1, 201, 2, 202, 4, 203]
    assert len(best) == COMPARED


def test_a_rare_word_says_more_than_a_common_one() -> None:
    assert rarity("engrav", COUNTS) > rarity("bottl", COUNTS) > 0
    assert rarity("never seen", COUNTS) > rarity("engrav", COUNTS)
    found = scores(candidate(1, "bottl"), candidate(2, "engrav"), candidate(3, "bottl", "engrav"), candidate(4, "x"))
    assert found[3] > found[2] > found[1] > found[4]


def test_a_nearer_meaning_scores_higher() -> None:
    assert scores(candidate(1, "bottl"), cosine=0.6)[1] > scores(candidate(1, "bottl"), cosine=0.3)[1]


def test_another_language_is_judged_by_its_meaning_alone() -> None:
    found = scores(candidate(1, lang="zh"), candidate(2, "engrav", lang="zh"))
    assert found[1] == found[2]


@pytest.mark.parametrize(
    ("foreign", "order"),
    [
        ("fffffff", "0123456"),
        ("ooooooo", "0123456"),
        ("ffoofff", "0123456"),
        ("fffffoo", "0125634"),
        ("fffffof", "0123546"),
        ("ooooooff", "01267345"),
        ("fo", "01"),
        ("", ""),
    ],
)
def test_neither_language_crowds_the_other_out_of_the_first_five(foreign: str, order: str) -> None:
    best = [Ranked(place, 1 - place / 10, 0.0, 0.0, 0.0) for place in range(len(foreign))]
    assert "".join(str(each.number) for each in mixed(best, [kind == "f" for kind in foreign])) == order


def test_another_word_for_the_same_counts_as_that_word() -> None:
    wanted = Asked((("engrav", "letter"),), "en", COUNTS)
    (one,) = ranked(wanted, [candidate(1, "letter")], {1: 0.4})
    assert one.coverage == 1.0


def test_where_many_are_as_near_none_answers_and_a_translation_is_none_of_them() -> None:
    others = [candidate(number, "engrav", lang="en") for number in range(2, 14)]
    crowd = dict.fromkeys(range(2, 14), 0.38)
    found = [candidate(1, "engrav"), *others]
    alone = ranked(WANTED, found, {1: 0.4, **dict.fromkeys(crowd, 0.1)})[0]
    crowded = ranked(WANTED, found, {1: 0.38, **crowd})[0]
    assert alone.score > 0.5 > crowded.score
    translated = [candidate(1, "engrav"), candidate(2, lang="zh"), *others[1:]]
    cosines = {1: 0.4, 2: 0.4, **dict.fromkeys(range(3, 14), 0.1)}
    assert ranked(WANTED, translated, cosines)[0].score == alone.score
