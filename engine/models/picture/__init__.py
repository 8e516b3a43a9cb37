"""The embedded picture model: small, trained by us, drawing coloured pictures of things.

CARD.md beside this file says what it was trained on and what it cannot do; `train` makes one like it.
"""

from __future__ import annotations

from engine.models.picture.assembly import OPTIONS, assemble

__all__ = ["OPTIONS", "assemble"]
