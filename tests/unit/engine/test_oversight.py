"""Who reviews, as the policy file says it; what it asks of nobody is refused, and the file's author told."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from engine.domain.review import ReviewRules
from engine.errors import ConfigurationError
from engine.oversight import load_oversight
from engine.safety.policy import load_policy

HEAD = "name: acme\nversion: 1\n"
REVIEW = "review: {channel: C0REVIEW1, reviewers: [U0ADA, U0BEN]}\n"


def file(folder: Path, text: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(HEAD + text)
    return path


def test_the_built_in_policy_names_nobody_and_keeps_no_text() -> None:
    oversight = load_oversight(None)
    assert oversight.review("T1") is None
    assert oversight.keep_texts_s == 0


def test_a_workspace_may_have_reviewers_of_its_own(tmp_path: Path) -> None:
    own = "workspaces:\n  T2:\n    review: {channel: C2, reviewers: [U2], expire_after_h: 1, self_approval: true}\n"
    text = REVIEW + own.replace("C2,", "C0REVIEW2,").replace("[U2]", "[U0MEI]") + "audit: {keep_texts_days: 30}\n"
    oversight = load_oversight(file(tmp_path, text))
    assert oversight.review("T1") == ReviewRules("C0REVIEW1", ("U0ADA", "U0BEN"), 72 * 3600.0)
    assert oversight.review("T2") == ReviewRules("C0REVIEW2", ("U0MEI",), 3600.0, self_approval=True)
    assert oversight.keep_texts_s == 30 * 86400


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("review: {channel: '#review', reviewers: [U0ADA]}\n", "policy.yaml:3: review.channel"),
        ("review: {channel: C0REVIEW1, reviewers: []}\n", "policy.yaml:3: review.reviewers"),
        ("review:\n  channel: C0REVIEW1\n  reviewers: ['@ada']\n", "policy.yaml:5: review.reviewers.0"),
        ("review: {channel: C0REVIEW1}\n", "policy.yaml:3: review.reviewers"),
        ("audit: {keep_texts_days: -1}\n", "policy.yaml:3: audit.keep_texts_days"),
    ],
)
def test_mistakes_are_named_with_line_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    for load in (load_oversight, load_policy):
        with pytest.raises(ConfigurationError) as caught:
            load(file(tmp_path, text))
        assert complaint in str(caught.value)


UNREVIEWED = [
    ("categories:\n  hate: {action: review}\n", "policy.yaml:4: categories.hate"),
    ("kinds:\n  draw:\n    hate: {action: review}\n", "policy.yaml:5: kinds.draw.hate"),
    ("channels:\n  C1:\n    images:\n      sexual: {action: review}\n", "policy.yaml:6: channels.C1.images.sexual"),
    ("layers:\n  guard: {use: true, on_outage: review}\n", "policy.yaml:4: layers.guard"),
    (
        "workspaces:\n  T1: {categories: {hate: {action: review}}}\n  T2:\n    " + REVIEW,
        "policy.yaml:4: workspaces.T1.categories.hate",
    ),
]


@pytest.mark.parametrize(("text", "warning"), UNREVIEWED)
def test_a_review_that_nobody_does_is_warned_of_with_its_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, warning: str
) -> None:
    with caplog.at_level(logging.WARNING):
        [told] = load_policy(file(tmp_path, text)).warnings
    assert warning in told
    assert "refused" in told
    assert told in caplog.text


@pytest.mark.parametrize(("text", "warning"), UNREVIEWED[:4])
def test_with_reviewers_there_is_nothing_to_warn_of(tmp_path: Path, text: str, warning: str) -> None:
    assert load_policy(file(tmp_path, text + REVIEW)).warnings == ()


@pytest.mark.parametrize(
    ("user", "requester", "may"), [("U0ADA", "U9", True), ("U9", "U9", False), ("U0ADA", "U0ADA", False)]
)
def test_only_named_reviewers_decide_and_not_on_their_own(user: str, requester: str, may: bool) -> None:
    assert ReviewRules("C1", ("U0ADA",), 1.0).may_decide(user, requester) is may


def test_reviewers_decide_on_their_own_where_the_policy_says_so() -> None:
    assert ReviewRules("C1", ("U0ADA",), 1.0, self_approval=True).may_decide("U0ADA", "U0ADA")


def test_a_file_that_cannot_be_read_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_oversight(tmp_path / "none.yaml")
