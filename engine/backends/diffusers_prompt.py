"""Cuts image prompts to what a pipeline's text encoder reads: by itself it drops the end, where the newest wish is."""

from __future__ import annotations

import inspect
from typing import Any

from engine.domain.prompt import fit_image_prompt


def fitted(prompt: str, pipeline: Any) -> str:
    """`prompt`, or as much of it as the pipeline's most patient tokenizer has room for."""
    tokenizers = [part for name, part in pipeline.components.items() if name.startswith("tokenizer") and part]
    if not tokenizers:
        return prompt
    limit, tokenizer = max(((_limit(one, pipeline), one) for one in tokenizers), key=lambda pair: pair[0])
    return fit_image_prompt(prompt, lambda text: len(tokenizer(text, verbose=False)["input_ids"]), limit)


def _limit(tokenizer: Any, pipeline: Any) -> int:
    """Tokens with those that mark start and end; families with a T5 encoder read less of it than it could take."""
    asked = inspect.signature(pipeline.__call__).parameters.get("max_sequence_length")
    limit: int = tokenizer.model_max_length
    return min(limit, asked.default) if asked else limit
