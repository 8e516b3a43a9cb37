"""Puts trained weights where the package ships them: `python -m engine.models.picture.train.ship`."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderTiny, UNet2DConditionModel

from engine.models.picture.assembly import WEIGHTS
from engine.models.picture.text_encoder import SCALE


def main() -> None:
    """Write vae/ and unet/ in half precision, and text/."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/picture"))
    parser.add_argument("--target", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    kinds: dict[str, Any] = {"vae": AutoencoderTiny, "unet": UNet2DConditionModel}
    for name, kind in kinds.items():
        model = kind.from_pretrained(arguments.work / name).to(torch.float16)
        model.save_pretrained(arguments.target / name)
        config = arguments.target / name / "config.json"
        kept = {key: value for key, value in json.loads(config.read_text()).items() if key != "_name_or_path"}
        config.write_text(json.dumps(kept, indent=2) + "\n")  # where it was trained is nobody's business
    (arguments.target / "text").mkdir(exist_ok=True)
    shutil.copy(arguments.work / "text" / SCALE, arguments.target / "text" / SCALE)


if __name__ == "__main__":
    main()
