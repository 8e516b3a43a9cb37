"""Says how likely passages answer a question, reading each together with it: a cross-encoder.

multilingual-e5-small with what engine/models/answering/train taught it: to each weight the product of two narrow
matrices is added (as LoRA has it, Hu et al. 2021, arXiv 2106.09685), and a head reads the first token.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any

import torch

from engine.models.answering.pairs import pair, tokens
from engine.models.e5.encoder import load_e5
from engine.models.e5.fused import fused
from engine.models.e5.loaded import loaded
from engine.models.e5.threads import one_thread

WEIGHTS = "weights.safetensors"
UP, DOWN = ".up", ".down"
SLOPE, OFFSET = 1 / 3, -1.13
"""From what the head says to a probability (Platt 1999), on questions that were kept out of the training: of passages
with .05 or so one in ten answers, of those with .7 seven."""


class Scorer:
    """Loads 90 MB when it is made. Raises OSError where the weights or e5's package are missing or damaged."""

    def __init__(self) -> None:
        _, encoder = load_e5()
        encoder.requires_grad_(False)
        learned = _learned()
        try:
            teach(encoder, learned)
            self._head = learned["head.bias"], learned["head.weight"].t()
        except (KeyError, RuntimeError) as error:
            raise OSError(f"{WEIGHTS} does not fit the sentence model: {error}") from error
        shared = loaded()
        self._tokenizer, self._embeddings = shared.tokenizer, shared.embeddings
        self._layers = fused(encoder.encoder.layer)

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """Of each passage how likely it answers, 0 to 1; what is longer than e5 can read loses its end."""
        asked = tokens(self._tokenizer, question)
        with torch.inference_mode():
            one_thread()
            return [self._score(pair(asked, tokens(self._tokenizer, passage))) for passage in passages]

    def _score(self, ids: list[int]) -> float:
        hidden = self._embeddings(torch.tensor([ids]))
        for layer in self._layers:
            hidden = layer(hidden)
        bias, weight = self._head
        return 1 / (1 + math.exp(-(SLOPE * float(torch.addmm(bias, hidden[:, 0], weight)) + OFFSET)))


def teach(encoder: Any, learned: Mapping[str, torch.Tensor]) -> None:
    """Add to the weights of a BertModel what was learned. Raises KeyError and RuntimeError where the two do not fit."""
    weights = encoder.state_dict()
    for name in {name.removesuffix(UP).removesuffix(DOWN) for name in learned if name.startswith("encoder.")}:
        weights[name] += learned[name].float() if name in learned else _product(learned, name)


def _product(learned: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    return learned[name + UP].float() @ learned[name + DOWN].float()


def _learned() -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    with as_file(files(__package__).joinpath(WEIGHTS)) as path:
        try:
            return load_file(path)
        except SafetensorError as error:
            raise OSError(f"{path} is damaged: {error}") from error
