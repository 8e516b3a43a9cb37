"""A text is shown sentence by sentence, never more than was cleared, however it arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Verdict, Where
from engine.ports import StreamCheck
from engine.safety.filter import LayeredFilter
from engine.safety.policy import Policy
from engine.safety.recognisers import RecogniserCheck
from engine.safety.stream import TOGETHER_SENTENCES
from tests.unit.engine.safety.conftest import FakeCheck, FakeOutside, make_filter, presidio

PIECES = (
    "Steel. ", "Is it? ", "钢铁。", "好！", "bad ", "\n", " ", "- one\n", "...", "a@b.de", "a.b@", "c.com", "1381234",
    "5678", "4111 1111 ", "1111 1111", "password: x", "1y2z3!", "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----", "MIIB. x\n", "“Yes.” ", "ＡＢ．", "\u200b", "+49 30 ", "555", "e.g. ", "passport no. ",
    "E12345678", "No. ", "手机", "tel. ", "call ", "aadhaar ", "2345 6789 0124", "order ", "nhs",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@cache
def sentences_safety() -> LayeredFilter:
    return make_filter(RecogniserCheck(), presidio(), FakeCheck())


def stream() -> StreamCheck:
    return sentences_safety().stream(Where(Kind.COPY))


def fed(pieces: Sequence[str]) -> tuple[list[str], Verdict]:
    check = stream()
    return [check.feed(piece) for piece in pieces], check.finish()


@settings(deadline=None)
@given(TEXTS)
def test_what_is_shown_is_the_beginning_of_what_is_cleared_in_the_end(text: str) -> None:
    shown, verdict = fed(list(text))
    if verdict.allowed:
        assert verdict.text is not None
        assert all(verdict.text.startswith(part) for part in shown)
        assert all(later.startswith(earlier) for earlier, later in pairwise(shown))


@settings(deadline=None)
@given(TEXTS)
def test_the_end_is_the_same_as_for_the_whole(text: str) -> None:
    _, verdict = fed(list(text))
    whole = sentences_safety().check_text(text, Where(Kind.COPY))
    assert verdict.action is whole.action
    assert verdict.text == (whole.text if whole.action is Action.REDACT else text if whole.allowed else None)


@settings(deadline=None)
@given(TEXTS, st.lists(st.integers(0, 60), max_size=6))
def test_how_it_is_cut_changes_nothing(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(places)]
    (*_, last), verdict = fed([*pieces, ""])
    (*_, last_letter), by_letter = fed([*text, ""])
    assert (last, verdict) == (last_letter, by_letter)


def test_a_sentence_is_shown_when_the_next_has_begun() -> None:
    shown, _ = fed(["Steel.", " For", " life. ", "轻。", "稳"])
    assert shown == ["", "Steel.", "Steel. For life.", "Steel. For life.", "Steel. For life. 轻。"]


def test_a_half_arrived_secret_is_not_shown() -> None:
    shown, verdict = fed(["Hi. Write to ann@exam", "ple.com. ", "Bye."])
    assert shown == ["Hi.", "Hi. Write to [email].", "Hi. Write to [email]."]
    assert (verdict.action, verdict.text) == (Action.REDACT, "Hi. Write to [email]. Bye.")


def test_an_open_key_holds_back_all_that_follows() -> None:
    shown, _ = fed(["Here:\n-----BEGIN PRIVATE KEY-----\nMII. x\n", "-----END PRIVATE KEY-----\n", "Bye. x"])
    assert shown == ["Here:\n", "Here:\n", "Here:\n[private key]\nBye."]


def test_once_refused_it_shows_nothing_for_good() -> None:
    check = stream()
    assert check.feed("Good. It") == "Good."
    assert check.feed(" is bad. So") == ""
    assert check.feed(" Good. Again") == ""
    assert check.refused
    assert check.finish().categories == (Category.HATE,)


def test_a_late_refusal_of_the_last_words_is_a_refusal() -> None:
    check = stream()
    assert check.feed("Good. It is bad") == "Good."
    assert not check.refused
    assert check.finish().action is Action.REFUSE
    assert check.refused


def test_harmless_parts_are_judged_together() -> None:
    safety = make_filter(FakeCheck(word="left. right."))
    check = safety.stream(Where(Kind.COPY))
    assert check.feed("left. ") == "left."
    assert check.feed("right. ") == ""
    assert check.refused


SENTENCES = [f"Line {number}. " for number in range(1, 2 * TOGETHER_SENTENCES + 1)]


def guarded_stream(policy_of: Callable[[str], Policy], guard: FakeOutside) -> StreamCheck:
    policy = policy_of("name: x\nversion: 1\nlayers: {guard: {use: true}}")
    return make_filter(FakeCheck(), outside=[guard], policy=policy).stream(Where(Kind.COPY))


def test_with_a_model_outside_only_what_it_cleared_is_shown(policy_of: Callable[[str], Policy]) -> None:
    guard = FakeOutside()
    check = guarded_stream(policy_of, guard)
    shown = [check.feed(sentence) for sentence in [*SENTENCES, "End"]]
    first, second = "".join(SENTENCES[:TOGETHER_SENTENCES]).rstrip(), "".join(SENTENCES).rstrip()
    assert shown == [*[""] * (TOGETHER_SENTENCES - 1), *[first] * TOGETHER_SENTENCES, second, second][: len(shown)]
    assert [text for text, _, _ in guard.asked] == [first, second]


def test_it_judges_the_whole_at_the_end(policy_of: Callable[[str], Policy]) -> None:
    guard = FakeOutside(word="left. right.")
    check = guarded_stream(policy_of, guard)
    assert check.feed("left. ") == ""
    assert check.feed("right.") == ""
    assert check.finish().categories == (Category.HATE,)
    assert [text for text, _, _ in guard.asked] == ["left. right."]


def test_what_it_refuses_while_it_is_written_is_refused_for_good(policy_of: Callable[[str], Policy]) -> None:
    check = guarded_stream(policy_of, FakeOutside(word="Line 3"))
    assert {check.feed(sentence) for sentence in SENTENCES} == {""}
    assert check.refused
    assert check.finish().action is Action.REFUSE


def test_what_the_local_layers_refuse_stops_at_once_and_is_not_sent(policy_of: Callable[[str], Policy]) -> None:
    guard = FakeOutside()
    check = guarded_stream(policy_of, guard)
    check.feed("Good. bad. More")
    assert check.refused
    assert guard.asked == []
