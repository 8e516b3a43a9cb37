"""Makes centres.safetensors: what vectors of one language and one purpose have in common, the mean over ordinary texts.

The texts are the 420 of engine/evals/safety/business.jsonl, in English and Chinese, of no company's knowledge base.

python -m engine.models.e5.centres
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

TEXTS = "engine/evals/safety/business.jsonl"


def main() -> None:
    from safetensors.numpy import save_file

    from engine.models.e5.reader import LANGUAGES, PASSAGE, QUESTION, Reader

    root = Path(str(files("engine"))).parent
    rows = [json.loads(line) for line in (root / TEXTS).read_text(encoding="utf-8").splitlines()]
    reader = Reader()
    centres = {
        f"{kind}.{lang}": reader.read([prefix + row["text"] for row in rows if row["language"] == lang]).mean(0)
        for kind, prefix in (("question", QUESTION), ("passage", PASSAGE))
        for lang in LANGUAGES
    }
    save_file(centres, Path(__file__).with_name("centres.safetensors"))


if __name__ == "__main__":
    main()
