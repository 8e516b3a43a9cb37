"""Makes a picture model from the registries, start to end: `python -m engine.models.picture.train`.

Training resumes where it was stopped. `--dry-run` tries every step in minutes, in a folder of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import torch

STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "cpu": {
        "data": (),
        "autoencoder": ("--images", "40000"),
        "diffusion": ("--minutes", "240"),
        "ship": (),
    },
    "cuda": {
        "data": (),
        "autoencoder": ("--images", "600000"),
        "diffusion": ("--minutes", "15", "--batch", "256"),
        "ship": (),
    },
}
"""What each step is told, by the machine it runs on."""


def main() -> None:
    """Run every step; one that fails ends the run with its exit status."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/picture"))
    parser.add_argument(
        "--dry-run", action="store_true", help="a few pictures and steps of each, and nothing is shipped"
    )
    arguments = parser.parse_args()
    work = arguments.work / "dry" if arguments.dry_run else arguments.work
    for name, options in STEPS["cuda" if torch.cuda.is_available() else "cpu"].items():
        if arguments.dry_run and name == "ship":
            continue
        command = [sys.executable, "-m", f"{__package__}.{name}", "--work", str(work), *options]
        print(f"== {name}", flush=True)
        if code := subprocess.run([*command, *["--dry-run"] * arguments.dry_run], check=False).returncode:
            sys.exit(code)


if __name__ == "__main__":
    main()
