"""The tables of the evaluation of replies, and whether what is to be reached was."""

from __future__ import annotations

import json

from engine.evals.replies.company import Answer, Question
from engine.evals.replies.drafts import Drafted
from engine.evals.replies.figures import Outcome
from engine.evals.replies.report import Report, Searched, tables
from engine.evals.replies.speed import Speed


def asked(lang: str, *, across: bool = False, answered: bool = True) -> Question:
    return Question(f"{lang}-01", lang, "?", (Answer("a.en.md", "x"),) if answered else (), across)


def outcome(question: Question, place: int, score: float, *, refused: bool = False) -> Outcome:
    return Outcome(question, place, score, refused)


OUTCOMES = (
    outcome(asked("en"), 1, 0.9),
    outcome(asked("zh"), 2, 0.8),
    outcome(asked("zh", across=True), 0, 0.0, refused=True),
    outcome(asked("en", answered=False), 0, 0.3),
)
REPORT = Report(
    (Searched("hybrid", OUTCOMES, ours=True), Searched("BM25", OUTCOMES, threshold=0.5)),
    (Speed("sqlite", 100, 60, 4.0, 5.0), Speed("sqlite", 100_000, 60, 55.0, 70.0)),
)


def test_what_is_found_by_group_and_whether_that_is_enough() -> None:
    found = tables(REPORT)[0]
    assert found.rows[:4] == (
        ("hybrid", "within a language", "2", "50.0%", "100.0%", "95%: met", "0.750", "100.0%"),
        ("hybrid", "across languages", "1", "0.0%", "0.0%", "90%: missed", "0.000", "0.0%"),
        ("hybrid", "in English", "1", "100.0%", "100.0%", "", "1.000", "100.0%"),
        ("hybrid", "in Chinese", "2", "0.0%", "50.0%", "", "0.250", "50.0%"),
    )
    assert found.rows[4] == ("BM25", "within a language", "2", "50.0%", "100.0%", "", "0.750", "100.0%")


def test_ours_refuses_by_itself_and_a_plain_search_below_its_threshold() -> None:
    assert tables(REPORT)[1].rows == (
        ("hybrid", "0 of 1", "14: missed", "1 of 3", "3: met"),
        ("BM25", "1 of 1", "", "1 of 3", ""),
    )


def test_only_the_largest_knowledge_base_has_a_time_to_reach() -> None:
    assert tables(REPORT)[2].rows == (
        ("sqlite", "100", "4.0 ms", "5.0 ms", ""),
        ("sqlite", "100,000", "55.0 ms", "70.0 ms", "under 50 ms: missed"),
    )


def test_what_drafts_rest_on() -> None:
    drafts = (Drafted("quotations", 40, 80, 80, 0), Drafted("embedded", 6, 20, 13, 2))
    assert tables(Report(REPORT.searched, drafts=drafts))[2].rows == (
        ("quotations", "40", "80", "80 (100%)", "0"),
        ("embedded", "6", "20", "13 (65%)", "2"),
    )


def test_without_times_there_is_no_table_of_them() -> None:
    assert len(tables(Report(REPORT.searched))) == 2


def test_the_figures_name_their_command_and_each_question() -> None:
    figures = json.loads(json.dumps(REPORT.to_json()))
    assert figures["command"] == "eval replies"
    assert figures["searches"][0]["questions"][1] == {"id": "zh-01", "place": 2, "score": 0.8, "refused": False}
    assert figures["searches"][1]["refusals"]["recognised"] == 1
