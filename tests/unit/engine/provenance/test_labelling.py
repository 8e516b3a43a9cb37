"""All three labels on one picture, in their order; and nothing that goes out without them."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.domain.provenance import Labels, Seal
from engine.errors import ConfigurationError, LabelFailed
from engine.provenance import PictureLabeller, build_labeller
from engine.provenance.certificates import Credentials
from engine.provenance.perceptual import fingerprint
from engine.provenance.reading import read_labels
from engine.settings import EngineSettings
from tests.support.pictures import FORMATS, decoded, file_of, scene
from tests.unit.engine.provenance.conftest import MAKING


def labels(data: bytes, own: Credentials) -> Labels:
    return read_labels(data, decoded(data), own.chain)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_gets_the_mark_the_china_label_and_a_seal_that_holds(
    labeller: PictureLabeller, own: Credentials, kind: str
) -> None:
    before = scene(4, 300, 200)
    made = labeller.label(file_of(before, kind), MAKING)
    found = labels(made.data, own)
    assert (found.seal, found.sealed_here, found.sealed_id) == (Seal.WHOLE, True, MAKING.id)
    assert (found.producer, found.produce_id, found.by_ai) == ("AIGC", MAKING.id, True)
    assert made.marked
    assert decoded(made.data).convert("L").getpixel((298, 198)) != before.convert("L").getpixel((298, 198))
    assert made.fingerprint == fingerprint(decoded(made.data))


def test_the_policy_may_leave_the_picture_itself_alone(signed_with: EngineSettings, own: Credentials) -> None:
    quiet = build_labeller(signed_with, draws=False, with_prompt=False)
    data = file_of(scene())
    made = quiet.label(data, MAKING)
    assert not made.marked
    assert decoded(made.data).tobytes() == decoded(data).tobytes()
    assert labels(made.data, own).sealed_here
    assert quiet.preview(data, "en") == data


def test_a_preview_has_the_mark_alone(labeller: PictureLabeller, own: Credentials) -> None:
    data = labeller.preview(file_of(scene()), "zh")
    assert labels(data, own) == Labels()
    assert decoded(data).tobytes() != scene().tobytes()


def test_the_producer_is_the_one_of_the_settings(signed_with: EngineSettings, own: Credentials) -> None:
    settings = signed_with.model_copy(update={"label_producer": "001191310000MA1FL0000X00001"})
    made = build_labeller(settings, draws=True, with_prompt=False).label(file_of(scene()), MAKING)
    assert labels(made.data, own).producer == "001191310000MA1FL0000X00001"


def test_what_a_model_server_signed_is_kept_as_a_source(labeller: PictureLabeller, own: Credentials) -> None:
    theirs = labeller.label(file_of(scene()), replace(MAKING, job_id="theirs")).data
    ours = labeller.label(theirs, MAKING).data
    assert b"theirs-0" in ours
    found = labels(ours, own)
    assert (found.produce_id, found.sealed_id, found.seal) == (MAKING.id, MAKING.id, Seal.WHOLE)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\nrubbish", file_of(scene())[:-200]])
def test_what_cannot_be_labelled_is_an_error(labeller: PictureLabeller, data: bytes) -> None:
    with pytest.raises(LabelFailed):
        labeller.label(data, MAKING)
    with pytest.raises(LabelFailed):
        labeller.preview(data, "en")


def test_a_signer_that_does_not_work_is_an_error_that_quotes_no_prompt(labeller: PictureLabeller) -> None:
    broken = replace(
        labeller, sealer=replace(labeller.sealer, credentials=replace(labeller.sealer.credentials, key="x"))
    )
    with pytest.raises(LabelFailed) as caught:
        broken.label(file_of(scene()), MAKING)
    assert "private" not in str(caught.value)


def test_a_certificate_that_cannot_sign_is_told_before_the_first_picture(signed_with: EngineSettings) -> None:
    wrong = signed_with.model_copy(update={"signing_certificate": signed_with.data_dir / "none.pem"})
    with pytest.raises(ConfigurationError):
        build_labeller(wrong, draws=True, with_prompt=False)


def test_labels_that_only_one_place_kept_are_read(labeller: PictureLabeller, own: Credentials) -> None:
    """What a program leaves when it saves a file again: here the text chunk, there the EXIF."""
    png = decoded(labeller.label(file_of(scene()), MAKING).data)
    jpeg = decoded(labeller.label(file_of(scene(), "JPEG"), MAKING).data)
    target = io.BytesIO()
    jpeg.save(target, "JPEG", exif=jpeg.getexif().tobytes())
    text = PngInfo()
    text.add_text("AIGC", png.info["AIGC"])
    again = io.BytesIO()
    Image.new("RGB", (40, 40)).save(again, "PNG", pnginfo=text)
    for data in (target.getvalue(), again.getvalue()):
        found = labels(data, own)
        assert (found.produce_id, found.by_ai, found.seal) == (MAKING.id, True, Seal.NONE)
