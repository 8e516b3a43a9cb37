"""The two made-up companies: the one that is reported on stays as it was before anything was tuned."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from engine.evals.replies.company import Answer, Company, company, language, letters, practice

BOTH = pytest.mark.parametrize("made_up", [company(), practice()], ids=["company", "practice"])


def plain(path: Path) -> str:
    """The text of a document, as far as it is plain; a PDF's is not."""
    if path.suffix == ".docx":
        return re.sub("<[^>]+>", "", zipfile.ZipFile(path).read("word/document.xml").decode())
    if path.suffix == ".json":
        return json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)
    return "" if path.suffix == ".pdf" else re.sub("<[^>]+>", " ", path.read_text(encoding="utf-8"))


def test_the_example_company_is_as_it_was_frozen() -> None:
    frozen = (company().folder / "frozen.txt").read_text(encoding="utf-8").split()[0]
    assert company().digest() == frozen, "tune on practice/ instead"


def test_a_changed_letter_of_a_document_or_question_is_another_company(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    paths = [tmp_path / "documents" / "a.en.md", tmp_path / "documents" / "b.en.md", tmp_path / "questions.jsonl"]
    digests = set()
    for texts in (("x", "y", "z"), ("x", "y", "w"), ("x", "v", "z"), ("xy", "", "z")):
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        digests.add(Company(tmp_path, ()).digest())
    assert len(digests) == 4


def test_the_example_company_has_thirty_documents_of_several_kinds_in_two_languages() -> None:
    names = [path.name for path in company().documents]
    assert Counter(map(language, names)) == {"en": 15, "zh": 15}
    assert {name.rsplit(".", 1)[1] for name in names} == {"md", "html", "csv", "json", "docx", "pdf"}


def test_a_quarter_of_sixty_questions_is_not_answered_and_two_fifths_of_the_others_only_across_languages() -> None:
    asked = company().questions
    assert Counter(question.lang for question in asked) == {"en": 30, "zh": 30}
    assert sum(not question.answers for question in asked) == 15
    assert sum(question.across for question in asked) == 18


@BOTH
def test_each_quote_stands_in_its_document_and_in_no_other(made_up: Company) -> None:
    texts = {path.name: letters(plain(path)) for path in made_up.documents}
    for question in made_up.questions:
        for answer in question.answers:
            holding = {name for name, text in texts.items() if letters(answer.quote) in text}
            assert holding == ({answer.document} if texts[answer.document] else set()), answer


@BOTH
def test_across_is_what_no_document_in_its_language_answers(made_up: Company) -> None:
    for question in made_up.questions:
        languages = {language(answer.document) for answer in question.answers}
        assert question.across == (bool(languages) and question.lang not in languages), question


@BOTH
def test_no_question_comes_twice(made_up: Company) -> None:
    asked = [question.text for question in made_up.questions]
    assert len({letters(text) for text in asked}) == len(asked) == len({q.id for q in made_up.questions})


def test_a_quote_is_found_however_a_passage_sets_it() -> None:
    quote = Answer("a.en.md", 'Choose "Cancel": it costs 3.50 euros')
    assert quote.is_in("* choose **Cancel**\n: it  costs 3.50 euros.")
    assert not quote.is_in("choose Cancel: it costs 4.50 euros")
