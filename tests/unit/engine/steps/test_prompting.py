"""Whose words are checked as what: the requester's as a prompt, somebody else's as data."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from engine.domain.job import Job, Origin, State
from engine.domain.request import CopyParams, Kind, Request, Revision, RevisionMode
from engine.domain.safety import Action, Stage, Verdict, Where
from engine.domain.work import FromRecipe
from engine.steps.prompting import check_prompt
from engine.steps.run import Board, Meter, Refused, Run
from tests.fakes import FakeSafety


@dataclass
class Listening(FakeSafety):
    """Remembers what it was asked as context; with `strict` it refuses all of that."""

    context: list[str] = field(default_factory=list)
    strict: bool = False

    def check_prompt(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Verdict:
        if stage is Stage.CONTEXT:
            self.context.append(text)
            if self.strict:
                return super().check_prompt("forbidden", where, stage)
        return super().check_prompt(text, where, stage)


def job(user: str, change: Revision | None) -> Job:
    request = Request(Kind.COPY, "a post", CopyParams(), change)
    return Job("a", Origin("T1", "C1", user), request, 0.0, State.RUNNING, "a", 1)


def run(second: str, revision: Revision) -> Run:
    jobs = (job("U1", None), job(second, revision))
    return Run(jobs, lambda: False, Board(lambda progress: None), Meter())


EDIT = Revision("a", instruction="shorter")


def test_what_somebody_else_asked_before_is_checked_as_context() -> None:
    safety = Listening()
    check_prompt(run("U2", EDIT), safety)
    assert safety.context == ["a post"]


def test_ones_own_words_are_no_context_and_neither_are_words_that_one_repeats() -> None:
    safety = Listening()
    check_prompt(run("U1", EDIT), safety)
    check_prompt(run("U2", Revision("a", RevisionMode.AGAIN)), safety)
    assert safety.context == []


def test_context_that_is_refused_refuses_the_request_and_says_which() -> None:
    with pytest.raises(Refused) as refused:
        check_prompt(run("U2", EDIT), Listening(strict=True))
    assert refused.value.verdict.stage is Stage.CONTEXT


@dataclass
class Hiding(Listening):
    """Its policy hides "post" in others' words alone."""

    def check_prompt(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Verdict:
        if stage is Stage.CONTEXT and "post" in text:
            return Verdict(Action.REDACT, stage, "p", text=text.replace("post", "[hidden]"))
        return super().check_prompt(text, where, stage)


def test_what_is_hidden_in_others_words_alone_is_hidden_there() -> None:
    checked = check_prompt(run("U2", Revision("a", instruction="a short post")), Hiding())
    assert checked.lineage[0].request.prompt == "a [hidden]"
    assert checked.lineage[1].request.revision == Revision("a", instruction="a short post")


@dataclass
class Diluted(Listening):
    """Minds "a post" only where it stands alone and is the requester's."""

    def check_prompt(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Verdict:
        own = text == "a post" and stage is Stage.PROMPT
        return super().check_prompt("forbidden" if own else text, where, stage)


def test_words_that_somebody_else_used_before_are_judged_as_ones_own_all_the_same() -> None:
    with pytest.raises(Refused) as refused:
        check_prompt(run("U2", Revision("a", instruction="a post")), Diluted())
    assert refused.value.verdict.stage is Stage.PROMPT


def filled_in(**fields: str) -> Run:
    request = Request(Kind.COPY, "in May", CopyParams(), work=FromRecipe("post", tuple(fields.items())))
    line = (Job("a", Origin("T1", "C1", "U1"), request, 0.0, State.RUNNING, "a", 1),)
    return Run(line, lambda: False, Board(lambda progress: None), Meter())


def test_what_is_typed_into_a_recipes_fields_is_checked_as_a_prompt_together_with_the_brief() -> None:
    safety = Listening()
    checked = check_prompt(filled_in(product="a lamp", message="it dims"), safety)
    assert safety.asked == ["in May\na lamp\nit dims"]
    assert safety.context == []
    assert checked.asked == ("in May", "a lamp", "it dims")
    with pytest.raises(Refused):
        check_prompt(filled_in(message="forbidden"), Listening())


def test_what_must_be_hidden_is_hidden_in_fields_too() -> None:
    checked = check_prompt(filled_in(product="a secret lamp"), Listening())
    assert checked.job.request.work == FromRecipe("post", (("product", "a [hidden] lamp"),))
