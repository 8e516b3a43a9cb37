"""Language models of a few thousand weights, made on the spot: they write nonsense, but as real models write."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

CHAT_TEMPLATE = (
    "{% for message in messages %}<|start|>{{ message['role'] }}\n{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)
CONTEXT = 256


def gpt2(folder: Path) -> Path:
    """A base model without a chat template; its tokens are bytes."""
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=260,
        n_positions=CONTEXT,
        n_embd=32,
        n_layer=2,
        n_head=4,
        bos_token_id=256,
        eos_token_id=256,
        initializer_range=0.5,
    )
    return _save(GPT2LMHeadModel(config), folder, "")


def llama(folder: Path) -> Path:
    """A chat model with grouped heads; its tokens are bytes."""
    torch.manual_seed(2)
    config = LlamaConfig(
        vocab_size=260,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        bos_token_id=258,
        eos_token_id=256,
        initializer_range=0.5,
    )
    return _save(LlamaForCausalLM(config), folder, CHAT_TEMPLATE)


GUARD_TEMPLATE = "{% for message in messages %}{{ message['role'] }}= {{ message['content'] }}; {% endfor %}verdict:"
GUARD_CHAIN = (":", "u", "n", "s", "a", "f", "e", "\n", "S", "1", "<|end|>")


def guard(folder: Path, chat_template: str = GUARD_TEMPLATE) -> Path:
    """Answers every prompt with "unsafe", a new line and "S1": each token alone decides on the next, by GUARD_CHAIN.

    In the place of "u" an "s", as in "safe", is e times less likely.
    """
    fast = tokenizer(chat_template)
    size = len(fast)
    config = LlamaConfig(
        vocab_size=size,
        hidden_size=size + size % 2,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        max_position_embeddings=CONTEXT,
        eos_token_id=fast.convert_tokens_to_ids("<|end|>"),
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for weight in model.model.layers.parameters():
            weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(size, config.hidden_size))
        model.lm_head.weight.zero_()
        strength = 9 / config.hidden_size**0.5  # the norm makes a token's one entry this root
        codes = [ids[0] for ids in fast(list(GUARD_CHAIN), add_special_tokens=False)["input_ids"]]
        for before, after in pairwise(codes):
            model.lm_head.weight[after, before] = strength
        model.lm_head.weight[codes[3], codes[0]] = strength * 8 / 9
    return _save(model, folder, chat_template)


def tokenizer(chat_template: str) -> PreTrainedTokenizerFast:
    """One token per byte, and the control tokens <|endoftext|>, <|start|> and <|end|>."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = Tokenizer(models.BPE({character: index for index, character in enumerate(alphabet)}, []))
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokens.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokens,
        eos_token="<|end|>" if chat_template else "<|endoftext|>",
        extra_special_tokens=["<|endoftext|>", "<|start|>", "<|end|>"],
    )
    fast.chat_template = chat_template or None
    return fast


def _save(model: GPT2LMHeadModel | LlamaForCausalLM, folder: Path, chat_template: str) -> Path:
    model.save_pretrained(folder)
    tokenizer(chat_template).save_pretrained(folder)
    return folder
