"""Pictures seen from aslant, and bent."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.layers.arguments import as_choice
from wubu.layers.preprocessing.images.base import Drawn, Factor, PictureLayer
from wubu.ops.image.sampling import FILL_MODES
from wubu.ops.image.transforms import bent, perspective_transform

_INTERPOLATIONS = ("nearest", "bilinear")


class RandomPerspective(PictureLayer):
    """Pictures seen from aslant: their corners move, and straight lines stay straight.

    Args:
        factor: the probability that a picture is changed, or the smallest and the largest.
        scale: how far corners move, in parts of the picture, from 0 to 1.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_value: what lies outside.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "scale", "interpolation", "fill_value", "seed")
    _bounds = (0.0, 1.0)
    _moves = True

    def __init__(
        self,
        factor: Factor = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor = self._limits(factor)
        if not 0 <= scale <= 1:
            raise ArgumentError(f"Expected scale to be from 0 to 1. Received: scale={scale!r}")
        self.scale = scale
        self.interpolation = as_choice(interpolation, _INTERPOLATIONS, "interpolation")
        self.fill_value = fill_value

    def draw(self, x: torch.Tensor) -> Drawn:
        """Which pictures are changed, and where their corners go."""
        right, bottom = x.shape[2] - 1.0, x.shape[1] - 1.0
        corners = torch.tensor([[0, 0], [right, 0], [0, bottom], [right, bottom]], dtype=x.dtype, device=x.device)
        moves = self._uniform(x, (x.shape[0], 4, 2), -0.5 * self.scale, 0.5 * self.scale)
        start = corners.expand(x.shape[0], 4, 2)
        return {"chosen": self._chosen(x, self.factor), "start": start, "end": start + start * moves}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, some seen from elsewhere."""
        made = perspective_transform(
            x, drawn["start"], drawn["end"], interpolation or self.interpolation, self.fill_value, "channels_last"
        )
        return torch.where(drawn["chosen"], made, x)


class RandomElasticTransform(PictureLayer):
    """Pictures bent by a smooth random field.

    Args:
        factor: the probability that a picture is changed, or the smallest and the largest.
        scale: how strongly, from 0 to 1, or the smallest and the largest.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_mode, fill_value: what lies outside; see ``wubu.ops.image.map_coordinates``.
        value_range: the lowest and the highest value of a pixel.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "scale", "interpolation", "fill_mode", "fill_value", "value_range", "seed")
    _bounds = (0.0, 1.0)
    _moves = True

    def __init__(
        self,
        factor: Factor = 1.0,
        scale: Factor = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor, self.scale = self._limits(factor), self._limits(scale, "scale")
        self.interpolation = as_choice(interpolation, _INTERPOLATIONS, "interpolation")
        self.fill_mode = as_choice(fill_mode, FILL_MODES, "fill_mode")
        self.fill_value, self.value_range = fill_value, value_range

    def draw(self, x: torch.Tensor) -> Drawn:
        """Which pictures are changed, and how strongly."""
        strength = self._uniform(x, (), *self.scale)
        return {"chosen": self._chosen(x, self.factor), "strength": strength}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, some bent."""
        if not self.scale[1] or not self.factor[1]:
            return x
        long, short = max(x.shape[1:3]), min(x.shape[1:3])
        # The blur reaches as far as the strongest needs, so that no size depends on what was drawn.
        width = int(6 * 0.05 * short * self.scale[1]) | 1
        alpha, sigma = 0.1 * long * drawn["strength"], (0.05 * short * drawn["strength"]).clamp(min=1e-6)
        method = interpolation or self.interpolation
        stream = self.generator.generator(x.device)
        made = bent(x, alpha, sigma, width, method, self.fill_mode, self.fill_value, stream)
        made = torch.where(drawn["chosen"], made, x)
        return made if interpolation else made.clamp(self.value_range[0], self.value_range[1])
