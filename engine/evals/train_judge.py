"""Trains the judge: `python -m engine.evals.train_judge`, after `engine.models.picture.train.data`.

Reads pictures.npy, scenes.json and things.zip; writes judge.safetensors and renderings.webp beside this file.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch.nn import functional

from engine.evals.augment import augmented
from engine.evals.judge import WEIGHTS, Judge
from engine.evals.network import Network
from engine.evals.references import FILE, renderings
from engine.evals.render import render
from engine.models.picture.concepts import concepts
from engine.models.picture.train.data import scenes
from engine.models.picture.train.run_state import RunState

BATCH = 64
RATE = 3e-3
WARM_UP_STEPS = 100
KEPT_SIDE = 80
"""Pictures are kept at this many pixels a side, a little more than the judge sees of them."""


def main() -> None:
    """Train on the given number of pictures in all, repeats counted, resuming an interrupted run."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/picture"))
    parser.add_argument("--images", type=int, default=120_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dry-run", action="store_true", help="three steps only, and nothing is shipped")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if not arguments.dry_run:
        render(arguments.work, FILE)
    network = Network(len(concepts()))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02, fused=True)
    state = RunState(arguments.work / "judge.pt", {"network": network, "optimizer": optimizer})
    if not arguments.dry_run:
        state.resume()
    limit = 3 * BATCH if arguments.dry_run else arguments.images
    Trainer(network, optimizer, state, Pictures.read(arguments.work)).run(limit, save=not arguments.dry_run)
    if not arguments.dry_run:
        ship(network, WEIGHTS)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Training pictures with one thing in them, shrunk, with that thing's number; every thing comes as often."""

    pixels: np.ndarray
    """Bytes, (pictures, 3, KEPT_SIDE, KEPT_SIDE)."""
    labels: np.ndarray
    chances: np.ndarray

    @classmethod
    def read(cls, work: Path) -> Pictures:
        """All without a hat, which is a thing of its own."""
        numbers = {concept.name: number for number, concept in enumerate(concepts())}
        shown = {at: scene for at, scene in enumerate(scenes(work)) if len(scene.things) == 1 and not scene.wearing}
        stored = np.load(work / "pictures.npy", mmap_mode="r")
        places = np.array(list(shown))
        pixels = np.concatenate([_shrunk(stored[places[at : at + 64]]) for at in range(0, len(places), 64)])
        labels = np.array([numbers[scene.things[0]] for scene in shown.values()])
        chances = 1 / np.bincount(labels)[labels]
        return cls(pixels, labels, chances / chances.sum())

    def draw(self, randomly: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """A batch of pixels in 0..1 and labels."""
        which = randomly.choice(len(self.labels), BATCH, p=self.chances)
        return torch.from_numpy(self.pixels[which]).float() / 255, torch.from_numpy(self.labels[which])


@dataclass(slots=True)
class Trainer:
    """The loop, with what it works on."""

    network: Network
    optimizer: torch.optim.Optimizer
    state: RunState
    pictures: Pictures

    def run(self, limit: int, save: bool) -> None:
        """Train until `limit` pictures have been seen; log and save on the way."""
        randomly = np.random.default_rng(self.state.step)
        torch.manual_seed(self.state.step)
        running = np.zeros(2)
        while self.state.images < limit:
            latest = self._step(randomly, self.state.images / limit)
            running = 0.97 * running + 0.03 * latest if running.any() else latest
            if self.state.step % 50 == 0:
                loss, right = running
                print(f"step {self.state.step} seconds {self.state.seconds():.0f} loss {loss:.3f} accuracy {right:.3f}")
            if save and self.state.step % 250 == 0:
                self.state.save()
                print(f"on renderings {accuracy(self.network):.4f}", flush=True)
        if save:
            self.state.save()
        print(f"on renderings {accuracy(self.network):.4f}", flush=True)

    def _step(self, randomly: np.random.Generator, done: float) -> np.ndarray:
        """Loss and share of right answers of one step."""
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (self.state.step + 1) / WARM_UP_STEPS) * max(0.005, 1 - done)
        pixels, labels = self.pictures.draw(randomly)
        harder = augmented(pixels).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network(harder).float()
        loss = functional.cross_entropy(logits, labels, label_smoothing=0.1)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.state.step += 1
        self.state.images += BATCH
        return np.array([float(loss.detach()), float((logits.argmax(1) == labels).float().mean())])


def accuracy(network: Network) -> float:
    """The share of the real renderings that it knows."""
    network.eval()
    judge = Judge(network, tuple(concept.name for concept in concepts()))
    places = [place for name, images in renderings().items() for place in judge.places(images, name)]
    network.train()
    return places.count(1) / len(places)


def ship(network: Network, target: Path) -> None:
    """Write the weights in half precision, with the names of the classes."""
    weights = network.state_dict()
    short = {name: value.half() if value.is_floating_point() else value for name, value in weights.items()}
    save_file(short, target, metadata={"names": json.dumps([concept.name for concept in concepts()])})
    target.chmod(0o644)  # it is written for its owner alone, and packages keep that


def _shrunk(pictures: np.ndarray) -> np.ndarray:
    pixels = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    return functional.adaptive_avg_pool2d(pixels, KEPT_SIDE).round().byte().numpy()


if __name__ == "__main__":
    main()
