"""A reply that an agent sends: checked as what will be posted, by what its thread and its sources already say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from engine.domain.job import Job, Origin
from engine.domain.knowledge import Citation
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.review import may_be_appealed
from engine.domain.safety import NOTHING_TOLD, Category, Told, Verdict, Where
from engine.domain.work import Sending
from engine.errors import StoreUnavailable
from engine.steps.run import Board, Ledger, Meter, NothingMade, Refused, Run
from engine.steps.sending import send
from tests.fakes import FakeSafety
from tests.support.threads import QUESTION, RETURNS, as_job, new_draft


@dataclass
class Listening(FakeSafety):
    """Remembers what it was told."""

    told: list[Told] = field(default_factory=list)

    def check_text(self, text: str, where: Where, told: Told = NOTHING_TOLD) -> Verdict:
        self.told.append(told)
        return super().check_text(text, where, told)


@dataclass
class Shelf:
    """As much of a JobStore as sending asks for."""

    job: Job | None = None

    def get(self, job_id: str) -> Job | None:
        return self.job


def drafted(workspace: str = "T1") -> Job:
    result = Result((Artifact(ArtifactKind.TEXT, 0, 5, "Within 30 days [1]."),), sources=(Citation(1, RETURNS),))
    return replace(as_job(new_draft(), result), origin=Origin(workspace, "D1", "U0AGENT"))


def sent(
    text: str, safety: FakeSafety | None = None, *, draft: Job | None = None, reviewed: bool = False
) -> tuple[Result, Ledger]:
    work = Sending("draft", text)
    lineage = (as_job(new_draft("sent", work)),)
    run = Run(lineage, lambda: False, Board(lambda progress: None), Meter(), reviewed=reviewed)
    result = send(run, work, safety or FakeSafety(), Shelf(draft))  # type: ignore[arg-type]  # all that it asks for
    return result, run.ledger


def test_what_is_allowed_is_sent_word_for_word() -> None:
    result, _ = sent("  Yes, within 30 days.\n")
    assert [(a.kind, a.text) for a in result.artifacts] == [(ArtifactKind.TEXT, "Yes, within 30 days.")]
    assert result.notices == ()


def test_what_the_policy_hides_is_hidden_and_said() -> None:
    result, _ = sent("The code is secret.")
    assert (result.artifacts[0].text, result.notices) == ("The code is [hidden].", ("redacted",))


def test_what_it_refuses_is_not_sent() -> None:
    with pytest.raises(Refused):
        sent("a forbidden word")


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_nothing_is_not_sent(text: str) -> None:
    with pytest.raises(NothingMade):
        sent(text)


def test_what_needs_a_review_is_held_where_somebody_reviews() -> None:
    result, ledger = sent("a doubtful word", reviewed=True)
    assert (result.artifacts[0].text, len(ledger.held)) == ("a doubtful word", 1)
    with pytest.raises(Refused):
        sent("a doubtful word")


@pytest.mark.parametrize("text", ["a delicate matter", "Yes."])
def test_a_second_person_sees_what_is_delicate_in_the_reply_or_in_what_it_answers(text: str) -> None:
    safety = FakeSafety(delicate=("delicate", "order A-1042"))
    result, ledger = sent(text, safety, draft=drafted(), reviewed=True)
    assert [finding.category for verdict in ledger.held for finding in verdict.findings] == [Category.FOUR_EYES]
    assert result.artifacts[0].text == text
    with pytest.raises(Refused) as refused:
        sent(text, safety, draft=drafted())
    assert not may_be_appealed(refused.value.verdict)


def test_the_policy_of_the_customers_channel_holds() -> None:
    safety = FakeSafety()
    sent("Yes.", safety)
    assert {(where.workspace, where.channel) for where in safety.places} == {("T1", "C0HELP")}


def test_it_is_judged_by_what_its_readers_know() -> None:
    safety = Listening()
    sent("See https://acme.example", safety, draft=drafted())
    assert safety.told[0].asked == ("See https://acme.example", QUESTION.text)
    assert safety.told[0].known == (QUESTION.text, RETURNS.text)


def test_personal_data_of_a_kept_answer_is_nothing_that_its_readers_know() -> None:
    safety, draft = Listening(), drafted()
    canned = Citation(1, replace(RETURNS, canned=True))
    sent("Yes.", safety, draft=replace(draft, result=Result(sources=(canned,))))
    assert safety.told[0].known == (QUESTION.text,)


@pytest.mark.parametrize("draft", [None, drafted("T2")], ids=["gone", "of another workspace"])
def test_without_its_draft_it_is_judged_alone(draft: Job | None) -> None:
    safety = Listening()
    sent("Yes.", safety, draft=draft)
    assert safety.told[0] == Told(asked=("Yes.",))


def test_a_database_that_does_not_answer_is_no_missing_draft() -> None:
    class Down(Shelf):
        def get(self, job_id: str) -> Job | None:
            raise StoreUnavailable("down")

    run = Run((as_job(new_draft("sent", Sending("draft", "Yes."))),), lambda: False, Board(lambda p: None), Meter())
    with pytest.raises(StoreUnavailable):
        send(run, Sending("draft", "Yes."), FakeSafety(), Down())  # type: ignore[arg-type]  # all that it asks for


@pytest.mark.parametrize(("marked", "text"), [(False, "Yes."), (True, "Yes [1].")])
def test_the_numbers_of_sources_stay_where_the_agent_wants_them(marked: bool, text: str) -> None:
    work = Sending("draft", "Yes [1].", marked=marked)
    run = Run((as_job(new_draft("sent", work)),), lambda: False, Board(lambda progress: None), Meter())
    result = send(run, work, FakeSafety(), Shelf(drafted()))  # type: ignore[arg-type]  # all that it asks for
    assert [artifact.text for artifact in result.artifacts] == [text]
