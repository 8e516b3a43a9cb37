"""Makes training pictures for the judge harder, so that it knows things by more than their exact pixels."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

from engine.evals.network import SIDE

SMALLEST, LARGEST = 0.7, 1.1
DEGREES = 12.0
SHIFT = 0.15
"""Of half a side."""
WOBBLE = 0.025
"""Deviation of the bending, of half a side: generated pictures have no straight lines."""
HUE_TURNED = 0.2
"""Share of pictures in wrong colours."""


def augmented(pixels: torch.Tensor) -> torch.Tensor:
    """(pictures, 3, any, any) in 0..1, as (pictures, 3, SIDE, SIDE) moved, bent, recoloured, blurred and covered."""
    moved = functional.grid_sample(pixels, _grid(len(pixels)), padding_mode="border", align_corners=False)
    return _covered(_blurred(_recoloured(moved)) + 0.05 * torch.rand(1) * torch.randn_like(moved)).clamp(0, 1)


def _grid(count: int) -> torch.Tensor:
    """Where each pixel of each picture is taken from."""
    scale = _between(SMALLEST, LARGEST, count, 1) * _between(0.92, 1.08, count, 2)
    angle = torch.deg2rad(_between(-DEGREES, DEGREES, count))
    flip = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    cos, sin, shift = angle.cos(), angle.sin(), _between(-SHIFT, SHIFT, count, 2)
    rows = [
        torch.stack([flip * cos / scale[:, 0], -sin / scale[:, 0], shift[:, 0]], dim=1),
        torch.stack([flip * sin / scale[:, 1], cos / scale[:, 1], shift[:, 1]], dim=1),
    ]
    grid = functional.affine_grid(torch.stack(rows, dim=1), [count, 3, SIDE, SIDE], align_corners=False)
    bent = functional.interpolate(WOBBLE * torch.randn(count, 2, 5, 5), (SIDE, SIDE), mode="bicubic")
    return grid + bent.permute(0, 2, 3, 1)


def _recoloured(pixels: torch.Tensor) -> torch.Tensor:
    """Another brightness, contrast, tint and strength of colour, and sometimes another hue."""
    count = len(pixels)
    grey = torch.full((3, 3), 1 / 3)
    strength = _between(0.5, 1.3, count, 1, 1)
    turned = torch.where(torch.rand(count) < HUE_TURNED, _between(0, 2 * math.pi, count), _between(-0.2, 0.2, count))
    matrix = strength * _turns(turned) + (1 - strength) * grey
    matrix = _between(0.75, 1.15, count, 3, 1) * matrix
    return torch.einsum("nij,njhw->nihw", matrix, pixels) + _between(-0.1, 0.1, count, 1, 1, 1)


def _turns(angles: torch.Tensor) -> torch.Tensor:
    """Rotations of colours around grey, which turn the hue; shape (angles, 3, 3)."""
    cos, sin = angles.cos()[:, None, None], angles.sin()[:, None, None]
    across = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / math.sqrt(3)
    return cos * torch.eye(3) + (1 - cos) / 3 + sin * across


def _blurred(pixels: torch.Tensor) -> torch.Tensor:
    """A third as it is, a third softened, a third as if drawn at half the size or less."""
    sharp, soft, coarse = pixels.tensor_split(3)
    side = int(torch.randint(SIDE // 3, SIDE // 2, ()))
    few = functional.interpolate(coarse, (side, side), mode="area")
    large = functional.interpolate(few, (SIDE, SIDE), mode="bilinear", align_corners=False)
    return torch.cat([sharp, functional.avg_pool2d(soft, 3, 1, 1, count_include_pad=False), large])


def _covered(pixels: torch.Tensor) -> torch.Tensor:
    """Half of the pictures with a rectangle of a random colour over a part of them."""
    count = len(pixels)
    size, start = torch.randint(8, 24, (2, count, 1)), torch.randint(0, SIDE - 8, (2, count, 1))
    along = torch.arange(SIDE)
    down, across = ((along >= start[axis]) & (along < start[axis] + size[axis]) for axis in (0, 1))
    inside = down[:, None, :, None] & across[:, None, None, :] & (torch.rand(count, 1, 1, 1) < 0.5)
    return torch.where(inside, torch.rand(count, 3, 1, 1), pixels)


def _between(low: float, high: float, *shape: int) -> torch.Tensor:
    return low + (high - low) * torch.rand(*shape)
