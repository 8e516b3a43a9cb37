"""Loads a causal language model with its tokenizer, with errors that say what is wrong."""

from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from engine.backends.transformers_text.sample import Rules
from engine.device import out_of_memory, pick_device, pick_dtype
from engine.errors import EngineError, ModelCorrupt, ModelNotFound, OutOfMemory

log = logging.getLogger(__name__)

_ENDLESS = 10**9
"""Tokenizers that know no limit claim an absurd one."""


class Options(BaseModel):
    """Options of a text model of backend transformers. Sampling options left empty are the checkpoint's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gguf_file: str = ""
    """Name of a GGUF file in the folder or repository, instead of safetensors."""
    lora: str = ""
    """A LoRA adapter to merge into the model: hub name or folder."""
    revision: str = "main"
    """Branch, tag or commit on the hub."""
    trust_remote_code: bool = False
    """Run Python code that comes with the checkpoint."""
    dtype: str = ""
    """"float16", "bfloat16" or "float32"; empty: what the device computes fastest."""
    device: str = ""
    context: int | None = Field(None, ge=16)
    """Tokens of prompt and completion together; empty: the model's own limit."""
    temperature: float | None = Field(None, ge=0)
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, ge=0)
    repetition_penalty: float | None = Field(None, gt=0)
    no_repeat_ngram_size: int | None = Field(None, ge=0)
    no_copy_ngram_size: int | None = Field(None, ge=0)
    """A revision takes no run of so many tokens from the versions before it: small models else repeat those."""
    stop: str = ""
    """Text that ends an answer, besides the model's own end token."""
    ignore_eos: bool = False
    """Write on past the end token, up to the length limit: to measure speed."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that is ready to write."""

    module: Any
    tokenizer: Any
    device: str
    dtype: str
    context: int
    """Most tokens of prompt and completion together."""
    ends: frozenset[int]
    """Tokens that end a text."""
    rules: Rules
    """How to choose where a task does not say."""
    arguments: frozenset[str]
    """What the model's forward takes."""


def load(model: str, options: Options) -> Loaded:
    """Load `model`, a hub name or a folder. Raises ModelNotFound, ModelCorrupt, OutOfMemory, ConfigurationError."""
    device = pick_device(options.device)
    dtype = pick_dtype(device, options.dtype)
    _look(model, options)
    try:
        module, tokenizer = _read(model, options, dtype)
        module = module.to(device).eval()
    except EngineError:
        raise
    except Exception as error:
        raise _translated(error, model) from error
    ends = _ends(module.generation_config.eos_token_id, module.config.eos_token_id, tokenizer.eos_token_id)
    return Loaded(
        module=module,
        tokenizer=tokenizer,
        device=device,
        dtype=str(dtype).removeprefix("torch."),
        context=_context(module.config, tokenizer, options),
        ends=frozenset() if options.ignore_eos else ends,
        rules=_rules(module.generation_config, options),
        arguments=frozenset(inspect.signature(module.forward).parameters),
    )


def _look(model: str, options: Options) -> None:
    """Raises ModelNotFound where a look at the disk is enough to tell."""
    folder = Path(model)
    if model.startswith((".", "/", "~")) and not folder.is_dir():
        raise ModelNotFound(f"no folder {model}", model=model)
    needed = options.gguf_file or "config.json"
    if folder.is_dir() and not (folder / needed).is_file():
        raise ModelNotFound(f"no {needed} in folder {model}", model=model)


def _read(model: str, options: Options, dtype: Any) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    where: dict[str, Any] = {"revision": options.revision, "trust_remote_code": options.trust_remote_code}
    weights: dict[str, Any] = {"dtype": dtype}
    if options.gguf_file:
        where["gguf_file"] = options.gguf_file
        weights["quantization_config"] = GgufConfig(dequantize=True)
    tokenizer: Any = AutoTokenizer.from_pretrained(model, **where)
    pair: Any = AutoModelForCausalLM.from_pretrained(model, **where, **weights, output_loading_info=True)
    module, found = pair
    if missing := sorted(found["missing_keys"]):
        # transformers fills what is missing with random numbers and only warns.
        raise ModelCorrupt(f"{model} lacks {len(missing)} weights, {missing[0]} first", model=model)
    if options.lora:
        from peft import PeftModel

        module = PeftModel.from_pretrained(module, options.lora).merge_and_unload()
    return module, tokenizer


def _translated(error: Exception, model: str) -> EngineError:
    """Missing files and an unknown hub name are OSErrors; all else that loading raises means damaged files."""
    text = f"{model}: {type(error).__name__}: {error}"
    if out_of_memory(error):
        return OutOfMemory(f"{model} does not fit the memory", model=model)
    damaged = any(word in str(error).lower() for word in ("corrupt", "header", "not a valid json", "deserializ"))
    if isinstance(error, OSError) and not damaged:
        return ModelNotFound(text, model=model)
    if isinstance(error, ValueError) and "adapter_config.json" in str(error):
        return ModelNotFound(text, model=model)
    return ModelCorrupt(text, model=model)


def _context(config: Any, tokenizer: Any, options: Options) -> int:
    text = config.get_text_config(decoder=True)
    limits: list[int | None] = [
        getattr(text, "max_position_embeddings", None),
        tokenizer.model_max_length,
        options.context,
    ]
    return min([limit for limit in limits if limit and limit < _ENDLESS] or [2048])


def _ends(*ids: int | list[int] | None) -> frozenset[int]:
    lists = [one if isinstance(one, list) else [one] for one in ids if one is not None]
    return frozenset(end for one in lists for end in one)


def _rules(checkpoint: Any, options: Options) -> Rules:
    """The options, else what the checkpoint's own generation config says, else the defaults of Rules."""
    given: dict[str, Any] = {}
    names = ("temperature", "top_p", "top_k", "repetition_penalty", "no_repeat_ngram_size", "no_copy_ngram_size")
    for name in names:
        for value in (getattr(options, name), getattr(checkpoint, name, None)):
            if value is not None:
                given[name] = value
                break
    return replace(Rules(), **given)
