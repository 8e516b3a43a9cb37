"""The business texts that ship: what the README's false alarms are measured on."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files


def test_they_are_of_both_languages_and_all_kinds_and_none_twice() -> None:
    lines = files("engine.evals.safety").joinpath("business.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert {row["label"] for row in rows} == {0}
    assert len({row["text"] for row in rows}) == len(rows) == 420
    counts = Counter((row["kind"], row["language"]) for row in rows)
    assert set(counts) == {
        (kind, language) for kind in ("brief", "email", "reply", "article", "draw") for language in ("en", "zh")
    }
    assert min(counts.values()) >= 30
