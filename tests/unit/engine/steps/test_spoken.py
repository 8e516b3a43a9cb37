"""A text in another language than its request says so; what may be meant so does not."""

from __future__ import annotations

import pytest

from engine.domain.job import Job, Origin, State
from engine.domain.request import CopyParams, Kind, Request, Revision
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.steps.run import Board, Meter, Run
from engine.steps.spoken import OTHER_LANGUAGE, noticed

ENGLISH, CHINESE = "A warm cup for a cold day.", "冷天里的一杯热茶。"
TEA_ZH = "为我们的新茶写一条帖子"


def notices(prompt: str, *texts: str, lang: str | None = None, change: str = "") -> tuple[str, ...]:
    def version(number: int, revision: Revision | None = None) -> Job:
        request = Request(Kind.COPY, prompt, CopyParams(lang=lang), revision)
        return Job(f"{number}", Origin("T1", "C1", "U1"), request, 0.0, State.RUNNING, "1", number)

    jobs = (version(1), version(2, Revision("1", instruction=change))) if change else (version(1),)
    artifacts = tuple(Artifact(ArtifactKind.TEXT, index, 5, text) for index, text in enumerate(texts))
    return noticed(Run(jobs, lambda: False, Board(lambda told: None), Meter()), Result(artifacts)).notices


@pytest.mark.parametrize(
    ("prompt", "lang"),
    [(TEA_ZH, None), (f"{TEA_ZH}，用中文写", None), ("a post for our new tea", "zh-Hans"), ("介绍我们的英语课", "zh")],
)
def test_english_for_chinese_is_told(prompt: str, lang: str | None) -> None:
    assert notices(prompt, ENGLISH, lang=lang) == (OTHER_LANGUAGE,)
    assert notices(prompt, CHINESE, ENGLISH, lang=lang) == (OTHER_LANGUAGE,)
    assert notices(prompt, CHINESE, lang=lang) == ()


def test_chinese_for_english_is_told() -> None:
    assert notices("a post for our new tea", CHINESE) == (OTHER_LANGUAGE,)
    assert notices("a post for our new tea", ENGLISH) == ()


@pytest.mark.parametrize(
    "prompt",
    [
        "把这段话翻译成英文：冷天里的一杯热茶",
        f"{TEA_ZH}，用英语",
        f"{TEA_ZH}，中英双语",
        f"{TEA_ZH} in English",
        "新しいお茶の投稿を書いて",
        "2026",
    ],
)
def test_what_may_be_meant_to_be_in_another_language_is_not_told(prompt: str) -> None:
    assert notices(prompt, ENGLISH) == ()


def test_a_language_that_nobody_can_tell_here_is_not_told() -> None:
    assert notices(TEA_ZH, ENGLISH, lang="de") == ()
    assert notices(TEA_ZH, "🍵 12:30") == ()


@pytest.mark.parametrize(
    ("change", "told"), [("写短一点", True), ("翻译成英文", False), ("shorter", False), ("make it English", False)]
)
def test_a_change_may_ask_for_another_language(change: str, told: bool) -> None:
    assert notices(TEA_ZH, ENGLISH, change=change) == ((OTHER_LANGUAGE,) if told else ())
