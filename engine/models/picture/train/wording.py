"""Measures the text encoder alone: `python -m engine.models.picture.train.wording`.

Prints how often, of all names of all concepts, the nearest to an unseen phrasing is one of the right concept's.
"""

from __future__ import annotations

from typing import Any

import torch

from engine.models.picture.concepts import concepts, unseen
from engine.models.picture.text_encoder import encode_texts, load_text_encoder


def main() -> None:
    """Compare vectors averaged over the tokens, by their cosine."""
    torch.set_num_threads(1)
    encoder = load_text_encoder()
    names = [(name, concept.name) for concept in concepts() for name in (*concept.english, *concept.chinese)]
    known = _vectors(encoder, [name for name, _ in names])
    for language in ("english", "chinese"):
        asked = _vectors(encoder, [getattr(phrasing, language) for phrasing in unseen()])
        nearest = (asked @ known.T).argmax(1).tolist()
        right = [names[place][1] == phrasing.concept for place, phrasing in zip(nearest, unseen(), strict=True)]
        print(f"{language}: {sum(right) / len(right):.2f}")


def _vectors(encoder: tuple[Any, Any], texts: list[str]) -> torch.Tensor:
    parts = []
    for text in texts:
        (tokens,) = encode_texts(*encoder, [text])
        length = len(encoder[0](text)["input_ids"])
        parts.append(tokens[:length].mean(0))
    return torch.nn.functional.normalize(torch.stack(parts), dim=-1)


if __name__ == "__main__":
    main()
