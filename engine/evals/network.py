"""The judge's network: a small convolutional classifier of pictures, which shares nothing with the model it judges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import nn

SIDE = 64
"""Pixels a side of what it looks at."""
WIDTHS = (32, 64, 128, 256)
"""Channels of its stages; each halves the picture's side."""


class _Block(nn.Module):
    """A convolution beside the way around it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = _convolution(width, width, 3, 1)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = inputs + self.inner(inputs)
        return output


class Network(nn.Module):
    """Logits of `classes`, shape (pictures, classes), from pixels in 0..1, shape (pictures, 3, SIDE, SIDE)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        first, second, third, last = WIDTHS
        self.body = nn.Sequential(
            _convolution(3, first, 4, 2),
            _convolution(first, second, 3, 2),
            _Block(second),
            _convolution(second, third, 3, 2),
            _Block(third),
            _convolution(third, last, 3, 2),
        )
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(last, classes))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        features = self.body(2 * pixels - 1).mean(dim=(2, 3))
        logits: torch.Tensor = self.head(features)
        return logits


def to_pixels(images: Sequence[Image.Image]) -> torch.Tensor:
    """Pictures of any size as the network takes them."""
    small = [image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX) for image in images]
    return torch.from_numpy(np.stack([np.asarray(image) for image in small])).permute(0, 3, 1, 2).float() / 255


def _convolution(inputs: int, outputs: int, size: int, stride: int) -> nn.Sequential:
    inner = nn.Conv2d(inputs, outputs, size, stride, padding=1, bias=False)
    return nn.Sequential(inner, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))
