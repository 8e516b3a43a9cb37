"""`make fuzz`: fuzzes every target, or those named, for some seconds each; a defect is kept as a file and fails.

python -m tests.fuzz [TARGET ...] [--seconds N]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click

from tests.fuzz.targets import TARGETS

MOST_MB = 1_500
SLOWEST_S = 10


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(TARGETS)))
@click.option("--seconds", default=60, show_default=True, help="How long each target is fuzzed.")
@click.option("--found", default="fuzz-found", type=click.Path(path_type=Path), help="Where inputs that fail go.")
def fuzz(names: tuple[str, ...], seconds: int, found: Path) -> None:
    """Fuzz TARGETS, or all."""
    found.mkdir(parents=True, exist_ok=True)
    failed = [name for name in names or TARGETS if _fuzzed(name, seconds, found)]
    if failed:
        raise click.ClickException(f"defects in {', '.join(failed)}: see {found}")


def _fuzzed(name: str, seconds: int, found: Path) -> int:
    """The exit status of one target's process, which atheris never lets return: 0 if nothing was found."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(TARGETS[name].corpus()):
            (Path(corpus) / f"{number:03}").write_bytes(data)
        limits = [f"-max_total_time={seconds}", f"-rss_limit_mb={MOST_MB}", f"-timeout={SLOWEST_S}"]
        size, kept = f"-max_len={TARGETS[name].most_bytes}", f"-artifact_prefix={found}/{name}-"
        command = [sys.executable, "-m", "tests.fuzz.one", name, *limits, size, kept, "-print_final_stats=1", corpus]
        click.echo(f"fuzzing {name} for {seconds} s", err=True)
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    fuzz()
