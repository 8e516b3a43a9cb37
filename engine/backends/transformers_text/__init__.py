"""Backend "transformers": texts from local causal language models, many jobs in each forward pass."""

from __future__ import annotations

from engine.backends.transformers_text.backend import TransformersText

__all__ = ["TransformersText"]
