"""An image pipeline of a few thousand weights, made on the spot: it draws noise, but as real pipelines draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import diffusers
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

SIDE = 32
"""Pixels a side that it draws by itself."""
kinds: Any = diffusers  # its classes are untyped


def pipeline(folder: Path) -> Path:
    """A Stable Diffusion pipeline: text encoder, denoiser over 8 x 8 latents, autoencoder that shrinks four times."""
    torch.manual_seed(3)
    encoder: Any = BertModel(
        BertConfig(vocab_size=64, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32),
        add_pooling_layer=False,
    )
    built = kinds.StableDiffusionPipeline(
        vae=kinds.AutoencoderTiny(
            encoder_block_out_channels=(8, 8, 8),
            decoder_block_out_channels=(8, 8, 8),
            num_encoder_blocks=(0, 1, 1),
            num_decoder_blocks=(1, 1, 0),
        ),
        text_encoder=encoder,
        tokenizer=_tokenizer(),
        unet=_denoiser(),
        scheduler=kinds.DDIMScheduler(clip_sample=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    built.save_pretrained(folder)
    return folder


def _denoiser() -> Any:
    return kinds.UNet2DConditionModel(
        sample_size=SIDE // 4,
        in_channels=4,
        out_channels=4,
        block_out_channels=(8, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        attention_head_dim=8,
        cross_attention_dim=16,
        norm_num_groups=4,
    )


def _tokenizer() -> Any:
    """A handful of words."""
    words = ["[PAD]", "[UNK]", "a", "red", "blue", "cat", "dog", "on", "background", "blurry"]
    tokens = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
    tokens.pre_tokenizer = pre_tokenizers.Whitespace()
    kind: Any = PreTrainedTokenizerFast  # untyped in transformers
    return kind(tokenizer_object=tokens, pad_token="[PAD]", unk_token="[UNK]", model_max_length=8)
