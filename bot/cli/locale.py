"""The terminal's language."""

from __future__ import annotations

import os

from bot.locales import locale_of


def terminal_locale() -> str:
    """ "en" or "zh"."""
    return locale_of(os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")
