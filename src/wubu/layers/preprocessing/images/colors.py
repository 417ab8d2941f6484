"""The colours of pictures."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.errors import ArgumentError
from wubu.layers.preprocessing.images.base import Drawn, Factor, PictureLayer, rescaled
from wubu.layers.preprocessing.images.light import RandomBrightness, RandomContrast
from wubu.ops.image.colors import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv


class RandomHue(PictureLayer):
    """Pictures whose colours are turned around the circle of hues.

    Args:
        factor: the largest turn in half circles, or the smallest and the largest, from 0 to 1; either way round.
        value_range: the lowest and the highest value of a pixel.
        data_format, seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "value_range", "seed")
    _bounds = (0.0, 1.0)

    def __init__(
        self,
        factor: Factor,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor, self.value_range = self._limits(factor), value_range

    def draw(self, x: torch.Tensor) -> Drawn:
        """The turns."""
        sign = torch.where(self._per_picture(x) > 0.5, -1.0, 1.0).to(x.dtype)
        return {"turn": sign * self._per_picture(x, *self.factor) * 0.5}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, in other colours."""
        hue, rest = rgb_to_hsv(rescaled(x, self.value_range, (0, 1)), "channels_last").split([1, 2], dim=-1)
        hue = hue + drawn["turn"]
        hue = torch.where(hue > 1.0, hue - 1.0, hue)
        hue = torch.where(hue < 0.0, hue + 1.0, hue)
        made = hsv_to_rgb(torch.cat([hue, rest], dim=-1), "channels_last").clamp(0, 1)
        return rescaled(made, (0, 1), self.value_range)


class RandomSaturation(PictureLayer):
    """Pictures with stronger or weaker colours: the saturation times f / (1 - f).

    Args:
        factor: f from 0 (grey) over 0.5 (as it is) to 1, or the smallest and the largest; one number means 0 and it.
        value_range: the lowest and the highest value of a pixel.
        data_format, seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "value_range", "seed")
    _bounds = (0.0, 1.0)

    def __init__(
        self,
        factor: Factor,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor, self.value_range = self._limits(factor), self._values(value_range)

    def draw(self, x: torch.Tensor) -> Drawn:
        """The factors of the saturation."""
        factor = self._per_picture(x, *self.factor)
        return {"factor": factor / (1 - factor + settings.epsilon())}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, in stronger or weaker colours."""
        hue, saturation, value = rgb_to_hsv(x, "channels_last").split(1, dim=-1)
        saturation = (saturation * drawn["factor"]).clamp(*self.value_range)
        return hsv_to_rgb(torch.cat([hue, saturation, value], dim=-1), "channels_last")


class RandomColorDegeneration(PictureLayer):
    """Pictures nearer to grey: x + factor · (grey - x).

    Args:
        factor: how near, from 0 to 1, or the least and the most; one number means from its negative, as in Keras.
        value_range: the lowest and the highest value of a pixel.
        data_format, seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "value_range", "seed")

    def __init__(
        self,
        factor: Factor,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor, self.value_range = self._limits(factor), self._values(value_range)

    def draw(self, x: torch.Tensor) -> Drawn:
        """How near."""
        return {"factor": self._per_picture(x, *self.factor)}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, greyer."""
        grey = rgb_to_grayscale(x, "channels_last")
        return (x + drawn["factor"] * (grey - x)).clamp(*self.value_range)


class RandomGrayscale(PictureLayer):
    """Some pictures in grey, with as many channels as before.

    Args:
        factor: the probability that a picture is changed.
        data_format, seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "seed")

    def __init__(
        self, factor: float = 0.5, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        if not 0 <= factor <= 1:
            raise ArgumentError(f"Expected factor to be from 0 to 1. Received: factor={factor!r}")
        self.factor = factor

    def draw(self, x: torch.Tensor) -> Drawn:
        """Which pictures."""
        return {"chosen": self._per_picture(x) < self.factor}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, some in grey."""
        return torch.where(drawn["chosen"], rgb_to_grayscale(x, "channels_last"), x)


class RandomColorJitter(PictureLayer):
    """``RandomBrightness``, ``RandomContrast``, ``RandomSaturation`` and ``RandomHue``, one after the other.

    Args:
        value_range: the lowest and the highest value of a pixel.
        brightness_factor, contrast_factor, saturation_factor, hue_factor: those of the layers; None leaves one out.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("value_range", "brightness_factor", "contrast_factor", "saturation_factor", "hue_factor", "seed")

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Factor | None = None,
        contrast_factor: Factor | None = None,
        saturation_factor: Factor | None = None,
        hue_factor: Factor | None = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.value_range = value_range
        self.brightness_factor, self.contrast_factor = brightness_factor, contrast_factor
        self.saturation_factor, self.hue_factor = saturation_factor, hue_factor
        kinds: list[tuple[Any, Any]] = [
            (RandomBrightness, brightness_factor),
            (RandomContrast, contrast_factor),
            (RandomSaturation, saturation_factor),
            (RandomHue, hue_factor),
        ]
        self.steps = [kind(factor, value_range=value_range, seed=seed) for kind, factor in kinds if factor is not None]

    def draw(self, x: torch.Tensor) -> Drawn:
        """What each layer draws."""
        return {"steps": [step.draw(x) for step in self.steps]}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures after all layers."""
        for step, numbers in zip(self.steps, drawn["steps"], strict=True):
            x = step.change(x, numbers)
        return x
