"""What people type, as wishes: a pure parser, from text to `bot.wishes` or to an error that teaches.

All functions raise CommandError.
"""

from __future__ import annotations

from bot.command.catalog import Catalog
from bot.command.drafting import drafting
from bot.command.knowledge import learning
from bot.command.plain import route
from bot.command.slash import parse

__all__ = ["Catalog", "drafting", "learning", "parse", "route"]
