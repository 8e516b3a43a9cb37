"""Rebuilds lexicon.json from Unicode CLDR's emoji names: `python -m engine.models.picture.train.lexicon`.

Needs npm. Source: npm `cldr-annotations-modern`, licence Unicode-3.0.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from engine.models.picture.chinese import LEXICON

PACKAGE = "cldr-annotations-modern@45.0.0"
WORDS = Path(__file__).with_name("words.txt")
CHINESE = re.compile(r"^[\u3400-\u4dbf\u4e00-\u9fff]{2,8}$")


def main() -> None:
    """Write the lexicon: our own words over emoji names over keywords that belong to a single emoji."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", PACKAGE], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            chinese, english = (_annotations(archive, language) for language in ("zh", "en"))
    lexicon = dict(sorted({**keywords(chinese, english), **names(chinese, english), **own_words()}.items()))
    text = json.dumps(lexicon, ensure_ascii=False, indent=0, separators=(",", ":"))
    LEXICON.write_text(text + "\n", encoding="utf-8")
    print(f"{len(lexicon)} words")


def _annotations(archive: tarfile.TarFile, language: str) -> dict[str, Any]:
    member = archive.extractfile(f"package/annotations/{language}/annotations.json")
    if member is None:
        raise FileNotFoundError(f"no annotations for {language}")
    found: dict[str, Any] = json.load(member)["annotations"]["annotations"]
    return found


def names(chinese: dict[str, Any], english: dict[str, Any]) -> dict[str, str]:
    """Each emoji's Chinese name and its English one."""
    both = {sign: chinese[sign].get("tts", [""])[0] for sign in chinese if "tts" in english.get(sign, {})}
    return {name: english[sign]["tts"][0] for sign, name in reversed(both.items()) if CHINESE.match(name)}


def keywords(chinese: dict[str, Any], english: dict[str, Any]) -> dict[str, str]:
    """Keywords that only one emoji has, with that emoji's English name."""
    counts = Counter(word for entry in chinese.values() for word in entry.get("default", []))
    return {
        word: english[sign]["tts"][0]
        for sign, entry in chinese.items()
        for word in entry.get("default", [])
        if counts[word] == 1 and CHINESE.match(word) and "tts" in english.get(sign, {})
    }


def own_words() -> dict[str, str]:
    """words.txt: colours, counters, particles, and the plain names of what the model draws."""
    lines = [line for line in WORDS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    pairs = (line.partition(" =") for line in lines)
    return {word.strip(): meaning.strip() for word, _, meaning in pairs}


if __name__ == "__main__":
    main()
