"""What a category covers, and which column names are one."""

from __future__ import annotations

import pytest

from engine.domain.safety import NO_FINDING, Category
from engine.evals.safety.subjects import ANY, MODERATION, SUBJECTS, category_columns, covered


def test_a_category_covers_those_under_it() -> None:
    assert covered("hate") == {Category.HATE, Category.HATE_THREATENING}
    assert covered("hate/threatening") == {Category.HATE_THREATENING}
    assert covered("sexual/minors") == {Category.SEXUAL_MINORS}


def test_any_is_what_openai_moderates() -> None:
    assert covered(ANY) == MODERATION
    assert len(MODERATION) == 13
    assert not MODERATION & {Category.PERSONAL_DATA, Category.SECRET, Category.PROMPT_INJECTION, Category.COMPANY_RULE}


def test_nobody_asks_what_is_unchecked() -> None:
    assert "unchecked" not in SUBJECTS
    assert len(SUBJECTS) == 1 + len(set(Category) - NO_FINDING)


@pytest.mark.parametrize("name", ["self-harm/intent", "self_harm_intent", "Self-Harm/Intent", " self_harm/intent "])
def test_a_column_is_known_by_its_category(name: str) -> None:
    assert category_columns([name]) == {name: Category.SELF_HARM_INTENT}


def test_short_names_are_in_capitals() -> None:
    assert category_columns(["S3", "V2", "s", "hr", "text", "unchecked"]) == {
        "S3": Category.SEXUAL_MINORS,
        "V2": Category.VIOLENCE_GRAPHIC,
    }
