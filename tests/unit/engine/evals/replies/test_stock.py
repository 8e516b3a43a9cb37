"""What a knowledge base is filled with to be measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.evals.replies.company import Company, company, practice
from engine.knowledge.chunking import chunk
from engine.knowledge.reading import read


def pieces(path: Path) -> list[str]:
    return [piece.text for piece in chunk(read(path.name, path.read_bytes()), "")]


@pytest.mark.parametrize("made_up", [company(), practice()], ids=["company", "practice"])
def test_each_answer_stands_whole_in_a_passage_that_its_document_is_cut_into(made_up: Company) -> None:
    cut = {path.name: pieces(path) for path in made_up.documents}
    for question in made_up.questions:
        for answer in question.answers:
            assert any(answer.is_in(text) for text in cut[answer.document]), answer
