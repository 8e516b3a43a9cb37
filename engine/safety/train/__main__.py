"""Trains the classifier: `python -m engine.safety.train --data FOLDER` writes weights/ and prints the card's figures.

Every figure but COLD's is out of fold: each text is scored by heads that were fitted without it, in five folds. COLD's
are of its dev file, which nothing is fitted on. Texts that a long set repeats with small changes can still lean high.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from engine.domain.safety import Category
from engine.safety.classifier import Head, weighted, windows
from engine.safety.embedding import Sentences
from engine.safety.features import BUCKETS, hashed
from engine.safety.normalise import Views
from engine.safety.train.card import figures
from engine.safety.train.corpus import CATEGORIES, Example, read
from engine.safety.train.regression import Features, Fit, Vector, calibrate, fit

FOLDS = 5
SENTENCE_SCALE = 4.0
"""Embeddings lie close together: scaled so that the penalty does not silence them beside the n-grams."""
MAX_EMBEDDED_WINDOWS = 8

WEIGHTS = Path(__file__).parents[1] / "weights"
HEADS = (*(Head(category, cjk=False) for category in CATEGORIES), Head(Category.HATE, cjk=True))


@dataclass(frozen=True)
class Table:
    """The examples as numbers."""

    examples: Sequence[Example]
    features: Features
    idf: npt.NDArray[np.float32]

    def rows(self, head: Head) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Which examples say something about the head's category, and what."""
        known = [
            (row, example.labels[head.category])
            for row, example in enumerate(self.examples)
            if head.category in example.labels and (example.cjk if head.cjk else example.source != "cold")
        ]
        return np.array([row for row, _ in known]), np.array([label for _, label in known])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets that weights/CARD.md names")
    parser.add_argument("--cache", type=Path, help="file that keeps embeddings between runs (.npz)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    table = tabulate(read(options.data), options.cache)
    fits, scores = zip(*(train_head(table, head) for head in HEADS), strict=True)
    write_weights(table, fits)
    card = figures(table.examples, dict(zip(HEADS, scores, strict=True)))
    print(card)
    path = WEIGHTS / "CARD.md"
    head, mark, _ = path.read_text(encoding="utf-8").partition("## Figures\n")
    path.write_text(f"{head}{mark}\n{card}\n", encoding="utf-8")


def tabulate(examples: Sequence[Example], cache: Path | None) -> Table:
    plain = [Views(example.text).plain for example in examples]
    seen = np.zeros(BUCKETS)
    for text in plain:
        seen[hashed(text)[0]] += 1
    idf = (np.log((1 + len(plain)) / (1 + seen)) + 1).astype(np.float16).astype(np.float32)
    features = [weighted(text, idf) for text in plain]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in features)])
    ngrams = torch.sparse_csr_tensor(
        torch.from_numpy(starts),
        torch.from_numpy(np.concatenate([buckets for buckets, _ in features]).astype(np.int64)),
        torch.from_numpy(np.concatenate([values for _, values in features])),
        (len(plain), BUCKETS),
    )
    sentences = embed([example.text for example in examples], cache) * SENTENCE_SCALE
    return Table(examples, Features(ngrams, sentences), idf)


def embed(texts: Sequence[str], cache: Path | None) -> torch.Tensor:
    """(n, DIMENSIONS): the mean over the first windows, of length 1."""
    known: dict[str, npt.NDArray[np.float16]] = {}
    if cache and cache.exists():
        with np.load(cache) as file:
            known = dict(zip(file["texts"].tolist(), file["vecs"], strict=True))
    sentences = Sentences()
    for text in texts:
        if text not in known:
            pieces = windows(Views(text).clean)[:MAX_EMBEDDED_WINDOWS]
            total = np.sum([sentences.embed(piece) for piece in pieces], axis=0)
            known[text] = (total / np.linalg.norm(total)).astype(np.float16)
    if cache:
        np.savez(cache, texts=np.array(list(known)), vecs=np.array(list(known.values())))
    return torch.from_numpy(np.array([known[text] for text in texts], dtype=np.float32))


def train_head(table: Table, head: Head) -> tuple[Fit, Vector]:
    """The calibrated head fitted on all, and a probability for each example (nan where nothing is known of it)."""
    rows, labels = table.rows(head)
    features = table.features.rows(rows)
    examples = [table.examples[row] for row in rows]
    held_out = np.array([example.held_out for example in examples])
    folds = np.array([zlib.crc32(example.text.encode()) // 7 % FOLDS for example in examples])

    def fitted(chosen: npt.NDArray[np.bool_]) -> Fit:
        return fit(features.rows(np.flatnonzero(chosen)), labels[chosen])

    logits = np.zeros(len(rows))
    for fold in range(FOLDS):
        outside = ~held_out & (folds == fold)
        logits[outside] = fitted(~held_out & (folds != fold)).logits(features.rows(np.flatnonzero(outside)))
    whole = fitted(~held_out)
    slope, shift = calibrate(logits[~held_out], labels[~held_out])
    if held_out.any():
        logits[held_out] = whole.logits(features.rows(np.flatnonzero(held_out)))
    scores = np.full(len(table.examples), np.nan)
    scores[rows] = 1 / (1 + np.exp(-(logits * slope + shift)))
    return whole.calibrated(slope, shift), scores


def write_weights(table: Table, fits: Sequence[Fit]) -> None:
    tensors = {
        "idf": table.idf.astype(np.float16),
        "ngrams": np.stack([fit.ngrams.numpy() for fit in fits]).astype(np.float16),
        "sentence": np.stack([fit.sentence.numpy() for fit in fits]).astype(np.float32) * SENTENCE_SCALE,
        "bias": np.array([fit.bias for fit in fits], dtype=np.float32),
    }
    heads = json.dumps([{"category": head.category.value, "cjk": head.cjk} for head in HEADS])
    save_file(tensors, WEIGHTS / "classifier.safetensors", metadata={"heads": heads})


if __name__ == "__main__":
    main()
