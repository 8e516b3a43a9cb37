"""Entry point of `aigc` and of `python -m bot`."""

from __future__ import annotations

from bot.cli import aigc
from bot.orphan import exit_with_parent


def main() -> None:
    exit_with_parent()
    aigc(prog_name="aigc")


if __name__ == "__main__":
    main()
