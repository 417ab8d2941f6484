"""Pixels changed one by one or with their neighbours: inverted, coarsened, sharpened, blurred, erased."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.errors import ArgumentError
from wubu.layers.preprocessing.images.base import Drawn, Factor, PictureLayer, rescaled
from wubu.ops.image.filters import gaussian_blur

_BYTES = (0, 255)


class RandomInvert(PictureLayer):
    """Some pictures as negatives.

    Args:
        factor: the probability that a picture is changed, or the smallest and the largest.
        value_range: the lowest and the highest value of a pixel.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "value_range", "seed")
    _bounds = (0.0, 1.0)

    def __init__(
        self,
        factor: Factor = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor, self.value_range = self._limits(factor), value_range

    def draw(self, x: torch.Tensor) -> Drawn:
        """Which pictures."""
        return {"chosen": self._chosen(x, self.factor)}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, some inverted."""
        return torch.where(drawn["chosen"], self.value_range[1] - x, x)


class RandomPosterization(PictureLayer):
    """Pictures whose pixels have fewer bits.

    Args:
        factor: how many bits are kept, from 1 to 8, or the fewest and one more than the most.
        value_range: the lowest and the highest value of a pixel.
        data_format, seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "value_range", "seed")
    _bounds = (1, 8)

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor, self.value_range = self._limits(factor), self._values(value_range)

    def draw(self, x: torch.Tensor) -> Drawn:
        """How many bits are lost."""
        low, high = self.factor
        kept = torch.floor(self._per_picture(x, low, high)).clamp(max=max(high - 1, low))
        return {"lost": (8 - kept).long()}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, coarser."""
        levels = rescaled(x, self.value_range, _BYTES).long() & 255
        coarse = torch.bitwise_left_shift(torch.bitwise_right_shift(levels, drawn["lost"]), drawn["lost"])
        return rescaled(coarse.to(x.dtype), _BYTES, self.value_range)


class Solarization(PictureLayer):
    """Pictures whose bright pixels are inverted.

    Args:
        addition_factor: the most that is added before, in parts of the range of values, or the least and the most.
        threshold_factor: the largest value from which pixels are inverted, in such parts, or the least and the most.
        value_range: the lowest and the highest value of a pixel.
        seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("value_range", "addition_factor", "threshold_factor", "seed")
    _bounds = (0.0, 1.0)

    def __init__(
        self,
        addition_factor: Factor = 0.0,
        threshold_factor: Factor = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        self.addition_factor = self._limits(addition_factor, "addition_factor")
        self.threshold_factor = self._limits(threshold_factor, "threshold_factor")
        self.value_range = self._values(value_range)

    def draw(self, x: torch.Tensor) -> Drawn:
        """What is added, and the thresholds."""
        return {
            "added": self._per_picture(x, self.addition_factor[0], self.addition_factor[1] * 255),
            "threshold": self._per_picture(x, self.threshold_factor[0], self.threshold_factor[1] * 255),
        }

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, solarised."""
        values = (rescaled(x, self.value_range, _BYTES) + drawn["added"]).clamp(0, 255)
        return rescaled(torch.where(values < drawn["threshold"], values, 255 - values), _BYTES, self.value_range)


class RandomSharpness(PictureLayer):
    """Pictures sharper or softer: x + (1 - 2 f) · (smoothed - x).

    Args:
        factor: f from 0 (smoothed) over 0.5 (as it is) to 1 (sharpened), or the smallest and the largest.
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
        """How sharp."""
        return {"factor": self._per_picture(x, *self.factor)}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, sharper or softer."""
        kernel = torch.full((1, 1, 3, 3), 1 / 13, dtype=x.dtype, device=x.device)
        kernel[0, 0, 1, 1] = 5 / 13
        planes = x.movedim(-1, 1)  # (batch, channels, height, width)
        smooth = F.conv2d(planes.reshape(-1, 1, *planes.shape[2:]), kernel, padding=1)
        smooth = smooth.reshape(planes.shape).movedim(1, -1)
        return (x + (1.0 - 2 * drawn["factor"]) * (smooth - x)).clamp(*self.value_range)


class RandomGaussianBlur(PictureLayer):
    """Some pictures blurred.

    Args:
        factor: the probability that a picture is changed, or the smallest and the largest.
        kernel_size: the size of the blur's window, one odd number or (height, width).
        sigma: the largest deviation in pixels, or the smallest and the largest, from 0 to 1.
        value_range: the lowest and the highest value of a pixel.
        data_format, seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "kernel_size", "sigma", "value_range", "seed")
    _bounds = (0.0, 1.0)

    def __init__(
        self,
        factor: Factor = 1.0,
        kernel_size: Any = 3,
        sigma: Factor = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor, self.sigma = self._limits(factor), self._limits(sigma, "sigma")
        sizes = tuple(kernel_size) if isinstance(kernel_size, list | tuple) else (kernel_size,) * 2
        if len(sizes) != 2 or any(s % 2 == 0 for s in sizes):
            raise ArgumentError(f"Expected kernel_size to be odd. Received: kernel_size={kernel_size!r}")
        self.kernel_size, self.value_range = sizes, value_range

    def draw(self, x: torch.Tensor) -> Drawn:
        """Which pictures, and the deviations across and down."""
        return {"chosen": self._chosen(x, self.factor), "sigma": self._uniform(x, (2,), *self.sigma) + 1e-6}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, some blurred."""
        made = gaussian_blur(x, self.kernel_size, drawn["sigma"], "channels_last")
        return torch.where(drawn["chosen"], made, x).clamp(self.value_range[0], self.value_range[1])


class RandomErasing(PictureLayer):
    """Pictures with a rectangle blotted out (Zhong et al., 2017).

    Args:
        factor: the probability that a picture is changed, or the smallest and the largest.
        scale: the rectangle's area in parts of the picture, or the smallest and the largest.
        fill_value: a number, or one for each channel; None for noise.
        value_range: the lowest and the highest value of a pixel.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "scale", "fill_value", "value_range", "seed")
    _bounds = (0.0, 1.0)

    def __init__(
        self,
        factor: Factor = 1.0,
        scale: Factor = (0.02, 0.33),
        fill_value: Any = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.factor, self.scale = self._limits(factor), self._limits(scale, "scale")
        self.fill_value, self.value_range = fill_value, value_range

    def draw(self, x: torch.Tensor) -> Drawn:
        """Which pictures, the rectangles, and what fills them."""
        sides = torch.sqrt(self._uniform(x, (x.shape[0], 2), *self.scale))
        inside, _ = rectangle(self, x, sides[:, 0], sides[:, 1])
        if self.fill_value is None:
            noise = torch.empty_like(x).normal_(generator=self.generator.generator(x.device))
            fill = noise * self.value_range[1]
        else:
            fill = torch.as_tensor(self.fill_value, device=x.device).to(x.dtype)
        return {"erased": inside & self._chosen(x, self.factor), "fill": fill.clamp(*self.value_range)}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, with their rectangles."""
        return torch.where(drawn["erased"], drawn["fill"], x)


def rectangle(
    layer: PictureLayer, x: torch.Tensor, across: torch.Tensor, down: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """A random rectangle in each picture.

    Args:
        layer: whose random stream is used.
        x: pictures (batch, height, width, channels).
        across, down: the rectangles' sides in parts of the pictures', (batch,).

    Returns:
        Which pixels are inside, (batch, height, width, 1), and the rectangles' areas in parts of the pictures', (batch,).
    """
    height, width = x.shape[1:3]
    left = layer._uniform(x, (x.shape[0],)) * (width - across * width)
    top = layer._uniform(x, (x.shape[0],)) * (height - down * height)
    columns, rows = (torch.arange(n, dtype=x.dtype, device=x.device) for n in (width, height))
    inside_columns = (columns >= left[:, None]) & (columns < (left + across * width)[:, None])  # (batch, width)
    inside_rows = (rows >= top[:, None]) & (rows < (top + down * height)[:, None])
    return (inside_rows[:, :, None] & inside_columns[:, None, :]).unsqueeze(-1), across * down
