"""The picture model's text side: multilingual-e5-small, frozen, with its token vectors in the denoiser's scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.models.e5.encoder import load_e5

TOKENS = 24
"""Prompts are cut or padded to this many tokens."""
SCALE = "scale.safetensors"
"""Mean and deviation of the token vectors of training captions, by channel."""


def load_text_encoder() -> tuple[Any, Any]:
    """Tokenizer and model, float32, on the CPU. Raises OSError where the package is missing or damaged."""
    tokenizer, encoder = load_e5()
    tokenizer.model_max_length = TOKENS
    encoder.config.use_attention_mask = True  # diffusers passes the mask only where the encoder's config says so
    return tokenizer, encoder


def standardise(encoder: Any, scale: Path) -> None:
    """Have token vectors come out with mean 0 and deviation 1, which a denoiser learns from sooner.

    The encoder's last operation multiplies and adds, so that doing so changes its weights alone.
    """
    from safetensors.torch import load_file

    known = load_file(scale)
    last = encoder.encoder.layer[-1].output.LayerNorm
    last.weight.data /= known["deviation"]
    last.bias.data.sub_(known["mean"]).div_(known["deviation"])


def encode_texts(tokenizer: Any, encoder: Any, texts: list[str]) -> Any:
    """Token vectors as the pipeline makes them, shape (texts, TOKENS, 384)."""
    import torch

    found = tokenizer(texts, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt")
    with torch.no_grad():
        return encoder(found.input_ids, attention_mask=found.attention_mask)[0]
