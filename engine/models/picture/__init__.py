"""The embedded picture model, a preview: small, trained on a CPU, drawing coloured pictures of things.

CARD.md beside this file says what it was trained on and what it cannot do; `train` rebuilds it.
"""

from __future__ import annotations

from engine.models.picture.assembly import OPTIONS, assemble
from engine.models.picture.chinese import to_english

__all__ = ["OPTIONS", "assemble", "to_english"]
