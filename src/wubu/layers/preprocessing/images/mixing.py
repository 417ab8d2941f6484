"""Pictures mixed with others of their batch, and their labels with them."""

from __future__ import annotations

from typing import Any

import torch

from wubu.layers.preprocessing.images.base import Drawn, Factor, PictureLayer
from wubu.layers.preprocessing.images.pixels import rectangle


def _beta(layer: PictureLayer, x: torch.Tensor, alpha: Any) -> torch.Tensor:
    """Numbers of a beta distribution with equal parameters, one for each picture."""
    stream = layer.generator.generator(x.device)
    shape = torch.as_tensor(alpha, dtype=torch.float32, device=x.device).expand(x.shape[0]).contiguous()
    first, second = (torch._standard_gamma(shape, generator=stream) for _ in range(2))
    return (first / (first + second).clamp(min=1e-30)).to(x.dtype)


def _order(layer: PictureLayer, x: torch.Tensor) -> torch.Tensor:
    """A random order of the batch."""
    return torch.argsort(layer._uniform(x.float(), (x.shape[0],)))


class MixUp(PictureLayer):
    """w · x + (1 - w) · another picture, the same for labels (Zhang et al., 2017).

    Args:
        alpha: the parameter of the beta distribution of w; 1 for numbers spread evenly, near 0 for little mixing.
        data_format, seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("alpha", "seed")

    def __init__(
        self, alpha: float = 0.2, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.alpha = alpha

    def draw(self, x: torch.Tensor) -> Drawn:
        """The order and the weights."""
        return {"order": _order(self, x), "weight": _beta(self, x, self.alpha)}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, mixed."""
        weight = drawn["weight"].reshape(-1, *(1,) * (x.dim() - 1))
        return weight * x + (1.0 - weight) * x[drawn["order"]]

    def change_labels(self, labels: torch.Tensor, drawn: Drawn) -> torch.Tensor:
        """The labels, mixed as the pictures were."""
        weight = drawn["weight"].reshape(-1, *(1,) * (labels.dim() - 1))
        return weight * labels + (1.0 - weight) * labels[drawn["order"]]


class CutMix(PictureLayer):
    """Pictures with a rectangle of another, and labels mixed by the areas (Yun et al., 2019).

    Args:
        factor: the parameter of the beta distribution of the area that stays, or the smallest and the largest.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "seed")
    _bounds = (0.0, 1.0)
    _moves = True

    def __init__(
        self, factor: Factor = 1.0, seed: int | None = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor = self._limits(factor)

    def draw(self, x: torch.Tensor) -> Drawn:
        """The order, the rectangles, and what stays of each picture."""
        side = torch.sqrt(1.0 - _beta(self, x, self._uniform(x.float(), (), *self.factor) + 1e-6))
        inside, area = rectangle(self, x, side, side)
        return {"order": _order(self, x), "inside": inside, "weight": 1.0 - area}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, with their rectangles."""
        return torch.where(drawn["inside"], x[drawn["order"]], x)

    def change_labels(self, labels: torch.Tensor, drawn: Drawn) -> torch.Tensor:
        """The labels, mixed by the areas."""
        weight = drawn["weight"].reshape(-1, *(1,) * (labels.dim() - 1))
        return weight * labels + (1.0 - weight) * labels[drawn["order"]]
