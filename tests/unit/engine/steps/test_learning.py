"""A job that takes files into the knowledge base, and one that looks into it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from engine.domain.job import NewJob, Origin
from engine.domain.knowledge import Hit, Learned, Lesson, Passage, Reader
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.result import Progress, Result
from engine.domain.teams import Teams
from engine.domain.work import Learning, Looking, Material
from engine.errors import Interrupted, KnowledgeUnavailable
from engine.steps.learning import learn, look
from engine.steps.run import Board, Meter, Refused, Run
from engine.steps.tools import Tools
from tests.fakes import FakeArtifactStore, FakeBackends, FakeKnowledge, FakeLabeller, FakeSafety
from tests.support.threads import as_job

PASSAGE = Passage("p1", "d1", "v1", "Returns", "30 days.")


@dataclass
class Shelf:
    """A library that remembers what it was given."""

    given: list[tuple[str, bytes, str, str, str, str]] = field(default_factory=list)

    def learn(self, name: str, data: bytes, *, scope: str, source: str = "", url: str = "", by: str = "") -> Lesson:
        self.given.append((name, data, scope, source, url, by))
        return Lesson(name, Learned.ADDED, 2, 2)


def tools(artifacts: FakeArtifactStore, library: Shelf | None, knowledge: FakeKnowledge | None = None) -> Tools:
    return Tools(
        FakeBackends(),
        FakeSafety(),
        FakeLabeller(),
        artifacts,
        None,  # type: ignore[arg-type]  # these steps ask nothing of it
        knowledge,
        library,
    )


def run_of(
    work: Learning | Looking, progress: list[Progress], *, canceled: bool = False, channel: str = "C0SUPPORT"
) -> Run:
    request = Request(Kind.COPY, "", CopyParams(), work=work)
    job = as_job(NewJob("learn", "key:learn", Origin("T1", channel, "U0ADMIN"), request, 100.0))
    return Run((job,), lambda: canceled, Board(progress.append), Meter())


def learned(*materials: Material, library: Shelf | None, artifacts: FakeArtifactStore) -> tuple[Result, list[Progress]]:
    work, progress = Learning(materials, "everybody"), list[Progress]()
    return learn(run_of(work, progress), work, tools(artifacts, library)), progress


def test_each_file_is_learned_under_the_name_of_whoever_gave_it() -> None:
    shelf, artifacts = Shelf(), FakeArtifactStore()
    first, second = artifacts.put(b"one", "md"), artifacts.put(b"two", "pdf")
    result, progress = learned(
        Material(first, "a.md", "https://slack.example/a", "slack:a.md"),
        Material(second, "b.pdf"),
        library=shelf,
        artifacts=artifacts,
    )
    assert shelf.given == [
        ("a.md", b"one", "everybody", "slack:a.md", "https://slack.example/a", "U0ADMIN"),
        ("b.pdf", b"two", "everybody", "b.pdf", "", "U0ADMIN"),
    ]
    assert [lesson.name for lesson in result.lessons] == ["a.md", "b.pdf"]
    assert progress[0] == Progress(step=0, steps=2, phase="learning")


def test_a_file_that_is_gone_stops_no_other() -> None:
    shelf, artifacts = Shelf(), FakeArtifactStore()
    there = artifacts.put(b"two", "md")
    result, _ = learned(Material("0" * 64 + ".md", "a.md"), Material(there, "b.md"), library=shelf, artifacts=artifacts)
    assert [(each.learned, each.reason) for each in result.lessons] == [
        (Learned.UNREADABLE, "not_there"),
        (Learned.ADDED, ""),
    ]


def test_a_file_that_others_left_no_time_for_is_told_of() -> None:
    artifacts, work_s = FakeArtifactStore(), iter([0.0, 0.0, 600.0, 601.0])
    work = Learning(tuple(Material(artifacts.put(name.encode(), "md"), f"{name}.md") for name in "abc"), "everybody")
    result = learn(run_of(work, []), work, tools(artifacts, Shelf()), lambda: next(work_s))
    assert [(each.name, each.learned, each.reason) for each in result.lessons] == [
        ("a.md", Learned.ADDED, ""),
        ("b.md", Learned.ADDED, ""),
        ("c.md", Learned.UNREADABLE, "no_time"),
    ]


def test_it_stops_between_files_when_it_is_canceled() -> None:
    work, shelf = Learning((Material("x", "a.md"),), "everybody"), Shelf()
    with pytest.raises(Interrupted):
        learn(run_of(work, [], canceled=True), work, tools(FakeArtifactStore(), shelf))
    assert shelf.given == []


def test_without_a_knowledge_base_there_is_none() -> None:
    learning, looking = Learning((), "everybody"), Looking("May I return it?")
    with pytest.raises(KnowledgeUnavailable):
        learn(run_of(learning, []), learning, tools(FakeArtifactStore(), None))
    with pytest.raises(KnowledgeUnavailable):
        look(run_of(looking, []), looking, tools(FakeArtifactStore(), None))


def test_looking_shows_what_everybody_in_the_channel_may_read() -> None:
    knowledge, work = FakeKnowledge((Hit(PASSAGE, 0.9),)), Looking("May I return it?")
    result = look(run_of(work, []), work, tools(FakeArtifactStore(), None, knowledge))
    assert [(citation.number, citation.passage) for citation in result.sources] == [(1, PASSAGE)]
    assert knowledge.asked == [("May I return it?", Reader("T1", "C0SUPPORT"))]


@pytest.mark.parametrize(("channel", "teams"), [("D0ADMIN", ("support",)), ("C0SUPPORT", ()), ("G0GROUP", ())])
def test_what_a_team_may_read_its_members_find_in_direct_messages_alone(channel: str, teams: tuple[str, ...]) -> None:
    knowledge, work = FakeKnowledge(), Looking("May I return it?")
    run = run_of(work, [], channel=channel)
    known = Teams({"support": {"U0ADMIN"}, "press": {"U0OTHER"}})
    look(run, work, replace(tools(FakeArtifactStore(), None, knowledge), teams=known))
    assert knowledge.asked == [("May I return it?", Reader("T1", channel, teams))]


def test_a_look_from_a_channel_is_shown_to_one_person_and_finds_what_the_channel_may_read() -> None:
    knowledge, work = FakeKnowledge(), Looking("May I return it?", "C0SUPPORT")
    run = run_of(work, [], channel="D0ADMIN")
    known = Teams({"support": {"U0ADMIN"}})
    look(run, work, replace(tools(FakeArtifactStore(), None, knowledge), teams=known))
    assert knowledge.asked == [("May I return it?", Reader("T1", "C0SUPPORT"))]
    assert run.where.channel == "C0SUPPORT", "and its policy holds"


def test_what_may_not_be_asked_is_not_looked_for() -> None:
    knowledge, work = FakeKnowledge(), Looking("a forbidden question")
    with pytest.raises(Refused):
        look(run_of(work, []), work, tools(FakeArtifactStore(), None, knowledge))
    assert knowledge.asked == []
