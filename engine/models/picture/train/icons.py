"""Fetches the icon sets and renders what the concepts need into one small archive, things.zip.

Needs npm and `resvg-py`, once: with things.zip at hand, training needs neither.
Sources: npm `@iconify-json/fluent-emoji-flat` and `@iconify-json/fluent-emoji` (MIT, Microsoft), `@iconify-json/noto`
(Apache-2.0, Google), `cldr-annotations-modern` (Unicode-3.0).
"""

from __future__ import annotations

import importlib
import io
import json
import subprocess
import tarfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from PIL import Image

from engine.models.picture.concepts import concepts, unseen

SETS = {
    "flat": "@iconify-json/fluent-emoji-flat@1.2.6",
    "glossy": "@iconify-json/fluent-emoji@1.2.7",
    "cartoon": "@iconify-json/noto@1.2.9",
}
"""The package of each style. Flat and glossy show the same drawings, cartoon has its own."""
NAMES = "cldr-annotations-modern@45.0.0"
HATS = {"top-hat": "top hat", "crown": "crown", "graduation-cap": "graduation cap", "womans-hat": "straw hat"}
"""What animals are dressed in, and its name."""
SIDE = 256
"""Pixels a side of a rendering: twice what a picture shows."""

Things = dict[tuple[str, str], Image.Image]
"""Renderings by style and icon, RGBA."""
Keywords = dict[str, dict[str, list[str]]]
"""By a concept's plain name and language: words that Unicode's emoji annotations give to this one concept alone."""


def things(work: Path) -> tuple[Things, Keywords]:
    """The renderings and keywords in things.zip, which is made first where it is missing.

    Raises CalledProcessError without npm or network, ModuleNotFoundError without resvg-py.
    """
    archive = work / "things.zip"
    if not archive.exists():
        _make(work, archive)
    with zipfile.ZipFile(archive) as packed:
        files = [name for name in packed.namelist() if name.endswith(".png")]
        found: Things = {}
        for name in files:
            style, _, icon = name.partition("/")
            found[style, icon.removesuffix(".png")] = Image.open(io.BytesIO(packed.read(name))).convert("RGBA")
        return found, json.loads(packed.read("keywords.json"))


def _make(work: Path, archive: Path) -> None:
    fresh = archive.with_suffix(".tmp")
    wanted = sorted({icon for concept in concepts() for icon in concept.icons} | set(HATS))
    with zipfile.ZipFile(fresh, "w") as packed:
        for style, package in SETS.items():
            icons = json.loads(_fetched(work, package)["package/icons.json"])
            for name in wanted:
                packed.writestr(f"{style}/{name}.png", _rendered(icons, name))
        notes = _fetched(work, NAMES)
        zh, en = (
            json.loads(notes[f"package/annotations/{language}/annotations.json"])["annotations"]["annotations"]
            for language in ("zh", "en")
        )
        packed.writestr("keywords.json", json.dumps(keywords(zh, en), ensure_ascii=False))
    fresh.replace(archive)


def _fetched(work: Path, package: str) -> dict[str, bytes]:
    """The JSON files of an npm package, fetched once."""
    name, _, version = package.rpartition("@")
    file = work / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not file.exists():
        subprocess.run(["npm", "pack", package], cwd=work, check=True, capture_output=True)
    with tarfile.open(file) as archive:
        members = [member for member in archive if member.name.endswith(".json")]
        return {member.name: stream.read() for member in members if (stream := archive.extractfile(member))}


def _rendered(icons: dict[str, Any], name: str) -> bytes:
    """One icon as a PNG with transparency."""
    resvg = importlib.import_module("resvg_py")
    width, height = icons.get("width", 16), icons.get("height", 16)
    body = icons["icons"][name]["body"]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{body}</svg>'
    return bytes(resvg.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE))


def keywords(chinese: dict[str, Any], english: dict[str, Any]) -> Keywords:
    """Of each concept, annotations that no other concept has and that no unseen phrasing of it uses."""
    by_icon = {entry["tts"][0].lower().replace(" ", "-"): sign for sign, entry in english.items() if "tts" in entry}
    said = {phrasing.concept: (phrasing.english.lower(), phrasing.chinese) for phrasing in unseen()}
    known = concepts()
    taken = Counter(name for concept in known for name in (*concept.english, *concept.chinese))
    found: Keywords = {}
    for concept in known:
        signs = [by_icon[icon] for icon in concept.icons if icon in by_icon]
        found[concept.name] = {
            language: sorted({word.lower() for sign in signs for word in source.get(sign, {}).get("default", [])})
            for language, source in (("english", english), ("chinese", chinese))
        }
    counts = Counter(word for entry in found.values() for words in entry.values() for word in words)
    for concept_name, entry in found.items():
        phrasings = " ".join(said.get(concept_name, ()))
        for language, words in entry.items():
            entry[language] = [
                word for word in words if counts[word] == 1 and not taken[word] and word not in phrasings
            ]
    return found
