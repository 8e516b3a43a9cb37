"""The label of GB 45438-2025: its seven keys, where they stand, and what is read from others' files."""

from __future__ import annotations

import io
import json
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from engine.provenance.china import ChinaLabel, exif, from_exif, from_xmp, parse, xmp
from engine.provenance.containers import with_label
from engine.provenance.opening import NoPicture
from engine.settings import EngineSettings
from tests.support.pictures import FORMATS, decoded, file_of, scene

LABEL = ChinaLabel("AIGC", "0123456789abcdef-0")
KEYS = ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"]


def test_it_has_seven_keys_of_strings_and_whoever_makes_it_spreads_it_first() -> None:
    found = json.loads(LABEL.bare())
    assert list(found) == KEYS
    assert found["Label"] == "1"
    assert found["ContentPropagator"] == found["ContentProducer"] == "AIGC"
    assert found["PropagateID"] == found["ProduceID"] == "0123456789abcdef-0"
    assert all(isinstance(value, str) for value in found.values())
    assert json.loads(LABEL.wrapped()) == {"AIGC": found}


@pytest.mark.parametrize("text", [LABEL.bare(), LABEL.wrapped()])
def test_both_forms_are_read(text: str) -> None:
    assert parse(text) == LABEL


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "1", "{}", '{"AIGC": 5}', '{"Label": "0"}', '{"AIGC": {"Label": "9"}}']
)
def test_what_is_no_label_is_none(text: str) -> None:
    assert parse(text) is None


@given(st.text())
def test_whatever_stands_there_is_a_label_or_none(text: str) -> None:
    parse(text)
    from_xmp(text)
    from_xmp(f"<TC260:AIGC>{text}</TC260:AIGC>")


names = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1, max_size=64
)


@given(names, names)
def test_any_name_that_is_allowed_survives_xmp_and_exif(producer: str, produce_id: str) -> None:
    label = ChinaLabel(producer, produce_id)
    assert from_xmp(xmp(label).decode()) == label
    found = Image.Exif()
    found.load(exif(label))
    assert from_exif(found) == label


def test_xmp_that_others_write_as_an_attribute_is_read() -> None:
    written = LABEL.bare().replace('"', "&quot;")
    assert from_xmp(f'<rdf:Description TC260:AIGC="{written}"/>') == LABEL
    assert from_xmp(f"<rdf:Description TC260:AIGC='{LABEL.bare()}'/>") == LABEL


@pytest.mark.parametrize(
    "piece",
    ["<a:AIGC>", "<a:AIGC", "</a:AIGC>", "<", "<a:AIGC></a:AIGC", "TC260:AIGC", 'TC260:AIGC="', "TC260:AIGC='\""],
)
def test_megabytes_of_nonsense_are_read_once(piece: str) -> None:
    """A reader that began again at every piece would take hours."""
    assert from_xmp(piece * 400_000) is None


def test_nesting_without_end_is_no_label() -> None:
    assert parse("[" * 200_000) is None


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_holds_it_twice_and_not_a_pixel_changes(kind: str) -> None:
    before = file_of(scene(2, 120, 80), kind)
    image = decoded(with_label(before, LABEL))
    assert image.tobytes() == decoded(before).tobytes()
    packet = image.info.get("xmp") or image.info["XML:com.adobe.xmp"].encode()
    assert from_xmp(packet.decode()) == LABEL
    second = parse(image.info["AIGC"]) if kind == "PNG" else from_exif(image.getexif())
    assert second == LABEL


@pytest.mark.parametrize("kind", FORMATS)
def test_there_is_one_label_per_file_the_newest(kind: str) -> None:
    newer = ChinaLabel("other", "2")
    data = with_label(with_label(file_of(scene(), kind), LABEL), newer)
    assert data == with_label(data, newer)
    assert LABEL.produce_id.encode() not in data


def test_a_lossy_webp_with_transparency_keeps_it() -> None:
    image = scene(mode="RGBA")
    image.putalpha(100)
    target = io.BytesIO()
    image.save(target, "WEBP", quality=80)
    assert decoded(with_label(target.getvalue(), LABEL)).getpixel((3, 3))[3] == 100  # type: ignore[index]


def test_a_photograph_stays_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    target = io.BytesIO()
    scene().save(target, "JPEG", exif=turned.tobytes())
    assert decoded(with_label(target.getvalue(), LABEL)).getexif()[0x0112] == 6


@pytest.mark.parametrize("kind", FORMATS)
@given(data=st.data())
def test_a_file_that_was_cut_short_is_no_picture_or_is_labelled(kind: str, data: st.DataObject) -> None:
    whole = file_of(scene(1, 20, 20), kind)
    with suppress(NoPicture):
        with_label(whole[: data.draw(st.integers(0, len(whole) - 1))], LABEL)


@pytest.mark.parametrize("name", ["Acme Ltd", "公司", 'a"b', "a\\b", "", "x" * 65])
def test_a_producer_that_the_standard_does_not_allow_is_a_wrong_setting(name: str) -> None:
    with pytest.raises(ValidationError):
        EngineSettings(label_producer=name)


def test_the_packet_is_xmp_with_the_iptcs_word_too() -> None:
    packet = xmp(LABEL).decode()
    assert packet.startswith("<?xpacket begin=")
    assert "digitalsourcetype/trainedAlgorithmicMedia" in packet
    assert re.search(r'xmlns:TC260="http://www\.tc260\.org\.cn/ns/AIGC/1\.0/"', packet)
