"""Labels as programs of other people read them: c2pa-ts (TypeScript, no code shared with c2pa-python) and ExifTool."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.domain.provenance import Making
from engine.provenance import PictureLabeller, build_labeller
from engine.settings import EngineSettings
from tests.support.pictures import FORMATS, file_of, scene

C2PA_TS = "@trustnxt/c2pa-ts@0.9.4"
SCRIPT = Path(__file__).parents[2] / "support" / "c2pa_read.mjs"
MAKING = Making("0123456789abcdef", 0, "zh", "tiny", "diffusers", "a red bicycle")
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

Reader = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def labeller(tmp_path_factory: pytest.TempPathFactory) -> PictureLabeller:
    settings = EngineSettings(data_dir=tmp_path_factory.mktemp("data"))
    return build_labeller(settings, draws=True, with_prompt=False)


@pytest.fixture(scope="module")
def c2pa_ts(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """What c2pa-ts makes of each file: {"valid": ..., "codes": [...]}."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node.js and npm are not installed: nothing to run c2pa-ts with")
    folder = tmp_path_factory.mktemp("c2pa-ts")
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder), C2PA_TS]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot install {C2PA_TS} here: {done.stderr[-300:]}")
    script = shutil.copy(SCRIPT, folder)

    def read(*files: Path) -> list[dict[str, Any]]:
        command = ["node", script, *map(str, files)]
        output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
        found: list[dict[str, Any]] = json.loads(output)
        return found

    return read


def test_c2pa_ts_finds_the_credentials_valid_and_a_changed_file_not(
    labeller: PictureLabeller, c2pa_ts: Reader, tmp_path: Path
) -> None:
    first = labeller.label(file_of(scene(1)), MAKING).data
    files = {
        "whole.png": first,
        "whole.jpeg": labeller.label(file_of(scene(2), "JPEG"), MAKING).data,
        "varied.png": labeller.label(file_of(scene(3)), replace(MAKING, index=1, sources=(first,))).data,
    }
    changed = bytearray(first)
    changed[first.rindex(b"IDAT") + 60] ^= 1
    files["changed.png"] = bytes(changed)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    *whole, broken = c2pa_ts(*(tmp_path / name for name in files))
    assert [each["valid"] for each in whole] == [True, True, True]
    assert (broken["valid"], "assertion.dataHash.mismatch" in broken["codes"]) == (False, True)


@pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed (Debian: libimage-exiftool-perl)"
)
@pytest.mark.parametrize("kind", FORMATS)
def test_exiftool_finds_the_china_label_and_the_iptcs_word(
    labeller: PictureLabeller, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / f"a.{kind.lower()}"
    file.write_bytes(labeller.label(file_of(scene(4), kind), MAKING).data)
    command = ["exiftool", "-json", "-G1", "-struct", str(file)]
    (found,) = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    in_xmp = json.loads(found["XMP-TC260:Aigc"])
    assert list(in_xmp) == [
        "Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2",
    ]  # fmt: skip
    assert (in_xmp["Label"], in_xmp["ProduceID"]) == ("1", MAKING.id)
    second = found["PNG:AIGC"] if kind == "PNG" else found["ExifIFD:UserComment"]
    assert json.loads(second) == (in_xmp if kind == "PNG" else {"AIGC": in_xmp})
    assert found["XMP-iptcExt:DigitalSourceType"] == SOURCE_TYPE
