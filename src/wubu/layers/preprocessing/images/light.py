"""The light of pictures: brightness and contrast."""

from __future__ import annotations

from typing import Any

import torch

from wubu.layers.preprocessing.images.base import Drawn, Factor, PictureLayer, rescaled

_BYTES = (0, 255)


class RandomBrightness(PictureLayer):
    """Pictures brighter or darker.

    Args:
        factor: the most that is added, in parts of the range of values, or the least and the most, from -1 to 1.
        value_range: the lowest and the highest value of a pixel.
        seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "value_range", "seed")

    def __init__(self, factor: Factor, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed=seed, **kwargs)
        self.factor, self.value_range = self._limits(factor), self._values(value_range)

    def draw(self, x: torch.Tensor) -> Drawn:
        """What is added."""
        return {"added": self._per_picture(x, *self.factor) * (self.value_range[1] - self.value_range[0])}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, brighter or darker."""
        return (x + drawn["added"]).clamp(*self.value_range)


class RandomContrast(PictureLayer):
    """Pictures whose pixels are farther from their mean: mean + factor · (x - mean), channel by channel.

    Args:
        factor: two numbers l and u from 0 to 1: factors are drawn from 1 - l to 1 + u; one number means 0 and it.
        value_range: the lowest and the highest value of a pixel.
        seed, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "value_range", "seed")
    _bounds = (0.0, 1.0)

    def __init__(self, factor: Factor, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed=seed, **kwargs)
        self.factor, self.value_range = self._limits(factor), value_range

    def draw(self, x: torch.Tensor) -> Drawn:
        """The factors."""
        return {"factor": self._per_picture(x, 1.0 - self.factor[0], 1.0 + self.factor[1])}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, with another contrast."""
        mean = x.mean((1, 2), keepdim=True)
        return ((x - mean) * drawn["factor"] + mean).clamp(self.value_range[0], self.value_range[1])


class AutoContrast(PictureLayer):
    """Pictures whose darkest pixel is black and whose brightest is white, channel by channel. It also acts in inference.

    Args:
        value_range: the lowest and the highest value of a pixel.
        **kwargs: the arguments of ``PictureLayer``.
    """

    _arguments = ("value_range",)
    _always = True

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = self._values(value_range)

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, over the whole range."""
        values = rescaled(x, self.value_range, _BYTES)
        low, high = values.amin((1, 2), keepdim=True), values.amax((1, 2), keepdim=True)
        factor = 255.0 / (high - low)
        made = rescaled((values * factor - low * factor).clamp(0.0, 255.0), _BYTES, self.value_range)
        return torch.where(torch.isnan(made), x, made)  # a channel of one value stays


class Equalization(PictureLayer):
    """Pictures in which all values are as frequent, channel by channel; a picture does not depend on its batch.

    Args:
        value_range: the lowest and the highest value of a pixel.
        bins: how many values are told apart.
        data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("value_range", "bins")

    def __init__(
        self, value_range: Any = (0, 255), bins: int = 256, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range, self.bins = self._values(value_range), bins

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, equalised."""
        values = rescaled(x, self.value_range, _BYTES)
        flat = values.movedim(-1, 1).flatten(2)  # (batch, channels, pixels)
        bins = (flat * (self.bins - 1) / 255.0).long().clamp(0, self.bins - 1)
        counts = torch.zeros((*flat.shape[:2], self.bins), dtype=torch.float32, device=x.device)
        counts = counts.scatter_add(2, bins, torch.ones_like(bins, dtype=torch.float32))
        sums = counts.cumsum(-1)
        least = torch.where(sums > 0, sums, torch.inf).amin(-1, keepdim=True)
        spread = sums[..., -1:] - least
        table = ((sums - least) * 255 / torch.where(spread == 0, 1.0, spread)).round().clamp(0, 255)
        places = (flat / 255.0 * (self.bins - 1)).clamp(0, self.bins - 1).long()
        made = torch.where((counts > 0).sum(-1, keepdim=True) <= 1, flat, table.gather(2, places).to(x.dtype))
        made = made.reshape(x.shape[0], x.shape[3], *x.shape[1:3]).movedim(1, -1)
        return rescaled(made, _BYTES, self.value_range)


class ContrastLimitedAdaptiveHistogramEqualization(PictureLayer):
    """Pictures equalised part by part, with a limit to how much a value may gain (Zuiderveld, 1994); also in inference.

    Args:
        value_range: the lowest and the highest value of a pixel.
        clip_limit: how often a value may be counted, in parts of what it would be if all were as frequent; 0: no limit.
        tile_grid_size: the number of parts (down, across); between their middles the results are interpolated.
        data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("value_range", "clip_limit", "tile_grid_size")
    _always = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range, self.clip_limit, self.tile_grid_size = value_range, clip_limit, tile_grid_size

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, equalised part by part."""
        values = rescaled(x.float(), self.value_range, _BYTES).movedim(-1, 1)  # (batch, channels, height, width)
        (down, across), (height, width) = self.tile_grid_size, values.shape[2:]
        tall, wide = -(-height // down), -(-width // across)
        rows = _reflected(torch.arange(tall * down, device=x.device), height)
        columns = _reflected(torch.arange(wide * across, device=x.device), width)
        levels = values.index_select(2, rows).index_select(3, columns).long().clamp(0, 255)
        lead = levels.shape[:2]
        tiles = levels.reshape(*lead, down, tall, across, wide).movedim(3, 4).flatten(4)  # (…, down, across, pixels)
        counts = torch.zeros((*tiles.shape[:4], 256), device=x.device)
        counts = counts.scatter_add(4, tiles, torch.ones_like(tiles, dtype=torch.float32))
        if self.clip_limit > 0:
            kept = counts.clamp(max=self.clip_limit * tall * wide / 256.0)
            counts = kept + (counts - kept).sum(-1, keepdim=True) / 256.0
        sums = counts.cumsum(-1)
        least = sums.amin(-1, keepdim=True)
        spread = tall * wide - least
        table = ((sums - least) * 255.0 / torch.where(spread == 0, 1.0, spread)).clamp(0, 255)
        table = torch.nn.functional.pad(table.flatten(0, 1), (0, 0, 1, 1, 1, 1), mode="replicate").unflatten(0, lead)
        made: Any = 0
        for row, row_weight in _between(tall * down, tall, down, x.device):
            for column, weight in _between(wide * across, wide, across, x.device):
                place = (row[:, None] * (across + 2) + column[None]) * 256 + levels  # (batch, channels, height, width)
                found = table.flatten(2).gather(2, place.flatten(2)).reshape(place.shape)
                made = made + found * row_weight[:, None] * weight[None]
        made = made[:, :, :height, :width].movedim(1, -1)
        return rescaled(made, _BYTES, self.value_range).to(x.dtype)


def _reflected(index: torch.Tensor, size: int) -> torch.Tensor:
    """Indices beyond an axis come back, the edge twice."""
    index = index % (2 * size)
    return torch.minimum(index, 2 * size - 1 - index)


def _between(
    length: int, tile: int, count: int, device: torch.device
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """For each pixel the two tiles whose middles are around it, counted with one more at either end, and their weights."""
    place = (torch.arange(length, device=device) - tile / 2.0) / tile + 1.0
    low = torch.floor(place)
    after = place - low
    return [(low.long().clamp(0, count + 1), 1 - after), (low.long().add(1).clamp(0, count + 1), after)]
