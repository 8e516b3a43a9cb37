"""The model that reads questions with passages tells what a page says from what it leaves out."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest
import torch

from engine.adapters.e5_answer_scorer import E5AnswerScorer
from engine.errors import KnowledgeUnavailable
from engine.knowledge.finding import LEAST
from engine.models.answering import scorer as module
from engine.models.answering.scorer import Scorer, teach

pytestmark = pytest.mark.heavy
PAGE = (
    "Rentals › Kayaks\nA kayak costs 18 pounds for half a day. Children under ten ride free with an adult. "
    "Bring a towel; life jackets are ours."
)
SEITE = "租赁 › 皮划艇\n皮划艇半天十八英镑。十岁以下儿童由成人陪同免费。请自带毛巾，救生衣由我们提供。"


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer()


ASKED = [
    ("how much is a kayak for half a day", "what does a kayak cost for a whole week"),
    ("Do I have to pay for my daughter? She is seven.", "Can my daughter steer one by herself? She is seven."),
    ("is a life jacket included", "is there a locker for our bags"),
    ("需要自己带救生衣吗？", "有没有储物柜可以放包？"),
    ("孩子八岁，要收费吗", "孩子八岁，可以自己划吗"),
    ("半天多少钱？", "可以用现金付吗？"),
]
"""Questions that a page answers, and those that it does not though they are about the same."""


def test_what_a_page_says_is_likelier_answered_than_what_it_leaves_out(scorer: Scorer) -> None:
    """On the whole, within and between the languages: it errs with one question in four or five."""
    says = [scorer.scores(asked, [page])[0] for asked, _ in ASKED for page in (PAGE, SEITE)]
    leaves_out = [scorer.scores(asked, [page])[0] for _, asked in ASKED for page in (PAGE, SEITE)]
    assert fmean(says) > 1.5 * fmean(leaves_out)


@pytest.mark.parametrize("page", [PAGE, SEITE], ids=["en", "zh"])
def test_what_is_about_something_else_is_not_answered(scorer: Scorer, page: str) -> None:
    for asked in ("Who painted the Mona Lisa?", "my invoice is wrong", "怎么重置密码？"):
        assert scorer.scores(asked, [page])[0] < LEAST


def test_of_several_passages_each_is_scored_by_itself(scorer: Scorer) -> None:
    other = "Hours\nWe open at nine."
    both = scorer.scores("when do you open?", [PAGE, other])
    assert both == [*scorer.scores("when do you open?", [PAGE]), *scorer.scores("when do you open?", [other])]
    assert both[0] < both[1]


def test_nothing_is_too_long_or_too_short(scorer: Scorer) -> None:
    assert len(scorer.scores("why? " * 500, ["", "because. " * 900])) == 2
    assert scorer.scores("", []) == []


def test_weights_of_another_model_are_refused() -> None:
    with pytest.raises(KeyError):
        teach(torch.nn.Linear(2, 2), {"encoder.layer.0.output.dense.bias": torch.zeros(2)})


def test_damaged_weights_are_told_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"\0" * 20)
    monkeypatch.setattr(module, "WEIGHTS", damaged)
    with pytest.raises(KnowledgeUnavailable, match="damaged"):
        E5AnswerScorer().scores("why?", ["because"])
