"""Which image a drawing starts from, and that one which a person gave goes through the filter first."""

from __future__ import annotations

import pytest

from engine.domain.job import Job, State
from engine.domain.request import DrawParams, Revision, RevisionMode
from engine.domain.result import STARTING_IMAGE, STARTING_IMAGE_REFUSED, Artifact, ArtifactKind, Result
from engine.domain.safety import Action, Category, Finding, Stage, Verdict, Where
from engine.domain.task import ImageTask
from engine.errors import ArtifactMissing, ImageDamaged, ImageNotSupported
from engine.steps.run import Board, Meter, Refused, Run
from engine.steps.starting import GIVEN_STRENGTH, STRENGTHS, Start, start_of, with_start
from tests.fakes import FakeArtifactStore, FakeImageBackend, FakeSafety
from tests.support.jobs import new_job
from tests.support.pictures import decoded, encoded, halves

AGAIN, EDIT, VARY = RevisionMode.AGAIN, RevisionMode.EDIT, RevisionMode.VARY


def drawn(job_id: str, init_image: str | None = None, revision: Revision | None = None) -> Job:
    """A finished drawing, whose result is named after it."""
    new = new_job(job_id, params=DrawParams(init_image=init_image), revision=revision)
    made = Result((Artifact(ArtifactKind.IMAGE, 0, 1, blob=f"{job_id}.png"),))
    return Job(job_id, new.origin, new.request, 0, State.SUCCEEDED, "a", 1, result=made)


def again(parent: str) -> Revision:
    return Revision(parent, AGAIN)


FRESH, GIVEN = drawn("a"), drawn("a", "given.png")


@pytest.mark.parametrize(
    ("lineage", "start"),
    [
        ([FRESH], None),
        ([GIVEN], Start("given.png", GIVEN_STRENGTH, True)),
        ([GIVEN, drawn("b", "given.png", Revision("a", EDIT, "blue"))], Start("a.png", STRENGTHS[EDIT], False)),
        ([GIVEN, drawn("b", "given.png", Revision("a", VARY))], Start("a.png", STRENGTHS[VARY], False)),
        ([GIVEN, drawn("b", "given.png", again("a"))], Start("given.png", GIVEN_STRENGTH, True)),
        ([FRESH, drawn("b", revision=again("a"))], None),
        (
            [GIVEN, drawn("b", "other.png", Revision("a", EDIT, "like this", own_image=True))],
            Start("other.png", GIVEN_STRENGTH, True),
        ),
        (
            [FRESH, drawn("b", "other.png", Revision("a", EDIT, own_image=True)), drawn("c", "other.png", again("b"))],
            Start("other.png", GIVEN_STRENGTH, True),
        ),
        (
            [FRESH, drawn("b", "other.png", Revision("a", EDIT, own_image=True)),
             drawn("c", "other.png", Revision("b", EDIT, "blue"))],
            Start("b.png", STRENGTHS[EDIT], False),
        ),
    ],
    ids=["nothing", "given", "edit of given", "variation of given", "given again", "again", "an own one",
         "an own one again", "edit of an own one"],
)  # fmt: skip
def test_an_image_of_ones_own_comes_before_the_parents(lineage: list[Job], start: Start | None) -> None:
    assert start_of(lineage) == start


class NudityCheck(FakeSafety):
    """Refuses red pictures, and remembers at which stage it was asked."""

    def check_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Verdict:
        assert stage is Stage.PROMPT
        pixel = decoded(image).getpixel((0, 0))
        return super().check_image(b"forbidden" if pixel == (255, 0, 0) else b"", where, stage)


def begun(
    data: bytes, safety: FakeSafety, backend: FakeImageBackend | None = None, *, reviewed: bool = False
) -> tuple[Run, ImageTask]:
    store = FakeArtifactStore()
    job = drawn("a", store.put(data, "png"))
    run = Run((job,), lambda: False, Board(lambda progress: None), Meter(), reviewed=reviewed)
    return with_start(run, ImageTask("a bicycle"), backend or FakeImageBackend(), safety, store)


def test_a_given_image_is_checked_and_cleaned_before_a_model_sees_it() -> None:
    exif = halves().getexif()
    exif[0x010F] = "SecretCam"
    safety = NudityCheck()
    run, task = begun(encoded(halves("green"), "JPEG", exif=exif), safety)
    assert task.init_image is not None
    assert (decoded(task.init_image).size, b"SecretCam" in task.init_image) == ((60, 40), False)
    assert (task.strength, run.notices) == (GIVEN_STRENGTH, (STARTING_IMAGE,))
    assert {where.channel for where in safety.places} == {"C1"}


def test_a_given_image_that_the_filter_does_not_clear_starts_nothing() -> None:
    with pytest.raises(Refused) as caught:
        begun(encoded(halves("red")), NudityCheck())
    assert (caught.value.verdict.stage, caught.value.notices) == (Stage.PROMPT, (STARTING_IMAGE_REFUSED,))


class Doubtful(FakeSafety):
    """Would have a person look at every picture."""

    def check_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Verdict:
        return Verdict(Action.REVIEW, stage, "fake@1", (Finding(Category.SEXUAL, 0.5, Action.REVIEW, "fake"),))


def test_a_given_image_in_doubt_is_drawn_from_where_somebody_reviews_and_refused_where_nobody_does() -> None:
    run, task = begun(encoded(halves()), Doubtful(), reviewed=True)
    assert task.init_image is not None
    assert [verdict.stage for verdict in run.ledger.held] == [Stage.PROMPT]
    with pytest.raises(Refused):
        begun(encoded(halves()), Doubtful())


def test_a_damaged_image_is_a_reason_of_its_own() -> None:
    with pytest.raises(ImageDamaged):
        begun(encoded(halves())[:100], NudityCheck())


def test_a_model_that_cannot_start_from_an_image_says_so_instead_of_leaving_it_out() -> None:
    with pytest.raises(ImageNotSupported):
        begun(encoded(halves("green")), NudityCheck(), FakeImageBackend(supports_init_image=False))


def test_a_given_image_that_is_gone_is_a_failure_that_says_so() -> None:
    run = Run((drawn("a", "0" * 64 + ".png"),), lambda: False, Board(lambda progress: None), Meter())
    with pytest.raises(ArtifactMissing):
        with_start(run, ImageTask("a bicycle"), FakeImageBackend(), FakeSafety(), FakeArtifactStore())
