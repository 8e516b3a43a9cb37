"""What is told of a picture or a text: by the record, by its labels, after what people and platforms do to files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from engine.domain.provenance import Examined, Record, Seal, Standing
from engine.domain.result import ArtifactKind
from engine.domain.table import csv_file
from engine.domain.wording import digest
from engine.provenance import Examiner, PictureLabeller, build_labeller
from engine.provenance.certificates import Credentials
from engine.provenance.china import ChinaLabel
from engine.provenance.containers import with_label
from engine.provenance.opening import NoPicture
from engine.provenance.texts import labelled_text
from tests.fakes import FakeProvenanceRecord
from tests.support.pictures import FORMATS, decoded, file_of, scene
from tests.unit.engine.provenance.conftest import MAKING
from tests.unit.engine.provenance.test_certificates import configured

WORDS = "Steel outside, cold inside: a bottle for ten years."


@dataclass
class Archive:
    """Labelled pictures and texts on record, and someone who is asked about files."""

    labeller: PictureLabeller
    examiner: Examiner
    record: FakeProvenanceRecord

    def drawn(self, kind: str = "PNG", seed: int = 1, job_id: str = MAKING.job_id) -> bytes:
        made = self.labeller.label(file_of(scene(seed, 512, 384), kind), replace(MAKING, job_id=job_id))
        content = hashlib.sha256(made.data).hexdigest()
        self.record.records.append(Record(job_id, "T1", ArtifactKind.IMAGE, content, made.fingerprint, 100.0))
        return made.data

    def wrote(self, text: str, job_id: str = MAKING.job_id) -> None:
        self.record.records.append(Record(job_id, "T1", ArtifactKind.TEXT, digest(text), "", 100.0))

    def wrote_table(self, data: bytes) -> None:
        content = hashlib.sha256(data).hexdigest()
        self.record.records.append(Record(MAKING.job_id, "T1", ArtifactKind.TEXT, content, "", 100.0))

    def look(self, data: bytes, workspace: str = "T1") -> Examined:
        return self.examiner.picture(data, workspace)


@pytest.fixture
def archive(labeller: PictureLabeller, own: Credentials) -> Archive:
    record = FakeProvenanceRecord()
    return Archive(labeller, Examiner(record, lambda: own.chain), record)


def job_of(found: Examined) -> str:
    return found.record.job_id if found.record else ""


@pytest.mark.parametrize("kind", FORMATS)
def test_an_unchanged_file_is_ours(archive: Archive, kind: str) -> None:
    found = archive.look(archive.drawn(kind))
    assert (found.standing, job_of(found)) == (Standing.OURS, MAKING.job_id)
    assert found.labels.seal is Seal.WHOLE


def saved_again(image: Image.Image) -> Image.Image:
    return image


def as_jpeg(image: Image.Image) -> Image.Image:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=70)
    return decoded(target.getvalue())


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "saved again": saved_again,
    "as JPEG": as_jpeg,
    "half the size": lambda image: image.resize((256, 192)),
    "brighter": lambda image: image.point(lambda value: min(255, int(value * 1.15))),
    "its edge cut off": lambda image: image.crop((4, 4, 508, 380)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_picture_without_its_labels_is_known_by_its_looks(archive: Archive, change: str) -> None:
    archive.drawn(seed=2, job_id="another")
    data = file_of(CHANGES[change](decoded(archive.drawn())))
    found = archive.look(data)
    assert (found.standing, job_of(found)) == (Standing.ALTERED, MAKING.job_id)
    assert (found.labels.seal, found.labels.by_ai) == (Seal.NONE, False)


def test_one_flipped_bit_is_an_alteration(archive: Archive) -> None:
    changed = bytearray(archive.drawn("JPEG"))
    changed[len(changed) - 40] ^= 1
    found = archive.look(bytes(changed))
    assert (found.standing, job_of(found), found.labels.seal) == (Standing.ALTERED, MAKING.job_id, Seal.BROKEN)


def test_half_of_a_picture_is_not_known_by_its_looks(archive: Archive) -> None:
    """What the README must not promise: a deep crop without labels is a stranger."""
    half = decoded(archive.drawn()).crop((0, 0, 256, 384))
    assert archive.look(file_of(half)) == Examined(Standing.UNKNOWN)


def test_half_of_a_picture_that_kept_our_broken_seal_is_an_alteration(archive: Archive) -> None:
    """The pixels are others, but the credentials are still there: somebody put them into another file."""
    ours = archive.drawn()
    start = ours.index(b"caBX") - 4
    length = int.from_bytes(ours[start : start + 4], "big") + 12
    half = file_of(decoded(ours).crop((0, 0, 256, 384)))
    end_of_header = 8 + 25
    found = archive.look(half[:end_of_header] + ours[start : start + length] + half[end_of_header:])
    assert (found.standing, job_of(found)) == (Standing.ALTERED, MAKING.job_id)
    assert (found.labels.seal, found.labels.sealed_here) == (Seal.BROKEN, True)


def test_a_whole_seal_of_ours_is_enough_when_the_record_is_lost(archive: Archive) -> None:
    data = archive.drawn()
    archive.record.records.clear()
    found = archive.look(data)
    assert (found.standing, found.record, found.labels.job_id) == (Standing.OURS, None, MAKING.job_id)


def test_a_label_that_names_our_job_on_another_picture_is_an_alteration_or_a_copy(archive: Archive) -> None:
    archive.drawn()
    copied = with_label(file_of(scene(9)), ChinaLabel("AIGC", MAKING.id))
    found = archive.look(copied)
    assert (found.standing, job_of(found), found.labels.sealed_here) == (Standing.ALTERED, MAKING.job_id, False)


def test_the_label_of_somebody_else_is_told_as_such(archive: Archive, tmp_path: Path) -> None:
    theirs = build_labeller(
        configured(tmp_path, ec.generate_private_key(ec.SECP256R1())), draws=False, with_prompt=False
    )
    found = archive.look(theirs.label(file_of(scene(5)), replace(MAKING, job_id="other")).data)
    assert (found.standing, found.record, found.labels.signer) == (Standing.LABELLED, None, "Acme")
    plain = archive.look(with_label(file_of(scene(6)), ChinaLabel("Other", "7")))
    assert (plain.standing, plain.labels.producer) == (Standing.LABELLED, "Other")


def test_of_any_other_picture_nothing_is_known(archive: Archive) -> None:
    archive.drawn()
    assert archive.look(file_of(scene(7))) == Examined(Standing.UNKNOWN)


def test_jobs_of_other_workspaces_are_not_named(archive: Archive) -> None:
    data = archive.drawn()
    assert archive.look(data, "T2").record is None
    assert archive.look(file_of(decoded(data)), "T2") == Examined(Standing.UNKNOWN)
    assert job_of(archive.look(data, "")) == MAKING.job_id


def test_the_same_words_are_ours(archive: Archive) -> None:
    archive.wrote(WORDS)
    assert job_of(archive.examiner.wording(["hello", f"*{WORDS}*"], "T1")) == MAKING.job_id
    assert archive.examiner.wording([WORDS], "T2") == Examined(Standing.UNKNOWN)
    assert archive.examiner.wording(["hello", WORDS[:-9]], "T1") == Examined(Standing.UNKNOWN)


@pytest.mark.parametrize("markdown", [True, False])
def test_an_exported_text_is_ours_until_a_word_is_changed(archive: Archive, markdown: bool) -> None:
    archive.wrote(WORDS)
    text = labelled_text(WORDS, "AI-generated", ChinaLabel("AIGC", MAKING.id), markdown=markdown)
    found = archive.examiner.text_file(text, "")
    assert (found.standing, job_of(found), found.labels.producer) == (Standing.OURS, MAKING.job_id, "AIGC")
    changed = archive.examiner.text_file(text.replace("ten", "20"), "")
    assert (changed.standing, job_of(changed)) == (Standing.ALTERED, MAKING.job_id)
    assert archive.examiner.text_file("Some other text that a person wrote.", "").standing is Standing.UNKNOWN


def test_a_table_is_ours_until_a_cell_is_changed_and_names_its_job_even_then(archive: Archive) -> None:
    data = csv_file(("name", "Text", "AIGC"), [("Ann", WORDS, ChinaLabel("AIGC", MAKING.id).wrapped())])
    archive.wrote_table(data)
    found = archive.examiner.text_file(data.decode(), "")
    assert (found.standing, job_of(found), found.labels.producer) == (Standing.OURS, MAKING.job_id, "AIGC")
    changed = archive.examiner.text_file(data.decode().replace("Ann", "Ben"), "")
    assert (changed.standing, job_of(changed)) == (Standing.ALTERED, MAKING.job_id)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
def test_what_is_no_picture_is_an_error_that_says_so(archive: Archive, data: bytes) -> None:
    with pytest.raises(NoPicture):
        archive.look(data)
