"""Several augmentations, chosen at random for each batch.

The choice is made on the host, so that a training step with one of these layers inside runs without capture; in front
of the model, in the data's pipeline, that costs nothing.
"""

from __future__ import annotations

from typing import Any

import torch

from wubu.layers.preprocessing.images.base import Drawn, Factor, PictureLayer
from wubu.layers.preprocessing.images.colors import RandomColorDegeneration
from wubu.layers.preprocessing.images.light import AutoContrast, Equalization, RandomBrightness, RandomContrast
from wubu.layers.preprocessing.images.pixels import RandomPosterization, RandomSharpness, Solarization
from wubu.layers.preprocessing.images.placing import RandomRotation, RandomShear, RandomTranslation


def _steps(layer: Any, factor: tuple[float, float], colours: bool) -> list[PictureLayer]:
    """The augmentations to choose from, each as strong as the factor says."""
    place = {"interpolation": layer.interpolation, "seed": layer.seed, "dtype": layer.dtype_policy}
    light = {"value_range": layer.value_range, "seed": layer.seed, "dtype": layer.dtype_policy}
    plain = {"value_range": layer.value_range, "dtype": layer.dtype_policy}
    made: list[PictureLayer] = [
        RandomShear(x_factor=factor, y_factor=factor, **place),
        RandomTranslation(height_factor=factor, width_factor=factor, **place),
        RandomRotation(factor=factor, **place),
        Solarization(addition_factor=factor, threshold_factor=factor, **light),
        RandomPosterization(factor=max(1, int(8 * factor[1])), **light),
        AutoContrast(**plain),
        Equalization(**plain),
    ]
    if colours:
        kinds: list[Any] = [RandomBrightness, RandomColorDegeneration, RandomContrast, RandomSharpness]
        made += [kind(factor=factor, **light) for kind in kinds]
    return made


class RandAugment(PictureLayer):
    """A few augmentations of eleven, one after the other (Cubuk et al., 2019).

    Args:
        value_range: the lowest and the highest value of a pixel.
        num_ops: how many are applied.
        factor: how strong they are, from 0 to 1, or the least and the most.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("value_range", "num_ops", "factor", "interpolation", "seed")
    _bounds = (0.0, 1.0)
    _moves = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Factor = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.value_range, self.num_ops, self.interpolation = value_range, num_ops, interpolation
        self.factor = self._limits(factor)
        self.steps = _steps(self, self.factor, colours=True)

    def draw(self, x: torch.Tensor) -> Drawn:
        """Which augmentations, and what they draw."""
        chosen = [self.generator.next() % len(self.steps) for _ in range(self.num_ops)]
        return {"steps": [(place, self.steps[place].draw(x)) for place in chosen]}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures after the chosen augmentations; masks are only moved."""
        for place, numbers in drawn["steps"]:
            if interpolation is None or self.steps[place]._moves:
                x = self.steps[place].change(x, numbers, interpolation)
        return x


class AugMix(PictureLayer):
    """Pictures mixed with a mixture of chains of augmentations of themselves (Hendrycks et al., 2019).

    Args:
        value_range: the lowest and the highest value of a pixel.
        num_chains: how many chains.
        chain_depth: how many augmentations a chain has at most.
        factor: how strong they are, from 0 to 1, or the least and the most.
        alpha: the parameter of the distributions of the weights.
        all_ops: whether brightness, contrast, colour and sharpness are among the augmentations.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = (
        "value_range", "num_chains", "chain_depth", "factor", "alpha", "all_ops", "interpolation", "seed",
    )  # fmt: skip
    _bounds = (0.0, 1.0)

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Factor = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.value_range, self.num_chains, self.chain_depth = value_range, num_chains, chain_depth
        self.factor, self.alpha, self.all_ops, self.interpolation = self._limits(factor), alpha, all_ops, interpolation
        self.steps = _steps(self, self.factor, colours=all_ops)

    def draw(self, x: torch.Tensor) -> Drawn:
        """The chains, what they draw, and the weights."""
        stream = self.generator.generator(x.device)
        shares = torch._standard_gamma(torch.full((self.num_chains + 2,), self.alpha, device=x.device), generator=stream)
        chains = []
        for _ in range(self.num_chains):
            # One more than there are: a link that does nothing.
            chosen = [self.generator.next() % (len(self.steps) + 1) for _ in range(self.chain_depth)]
            chains.append([(p, self.steps[p].draw(x)) for p in chosen if p < len(self.steps)])
        mixture, pair = shares[:-2], shares[-2:]
        return {"chains": chains, "weights": (mixture / mixture.sum()).to(x.dtype), "own": (pair[0] / pair.sum()).to(x.dtype)}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, mixed with what the chains made of them."""
        mixed = torch.zeros_like(x)
        for chain, weight in zip(drawn["chains"], drawn["weights"], strict=True):
            made = x
            for place, numbers in chain:
                made = self.steps[place].change(made, numbers)
            mixed = mixed + weight * made
        return (drawn["own"] * x + (1 - drawn["own"]) * mixed).clamp(self.value_range[0], self.value_range[1])
