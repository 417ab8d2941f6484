"""Pictures flipped, turned, moved, zoomed and sheared."""

from __future__ import annotations

import math
from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.layers.arguments import as_choice
from wubu.layers.preprocessing.images.base import Drawn, Factor, PictureLayer
from wubu.ops.image.transforms import affine_transform

_FILL_MODES = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("nearest", "bilinear")


class RandomFlip(PictureLayer):
    """Half of the pictures as mirror images.

    Args:
        mode: ``"horizontal"``, ``"vertical"`` or ``"horizontal_and_vertical"``, which turns a picture upside down.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("seed", "mode")
    _moves = True

    def __init__(
        self, mode: str = "horizontal_and_vertical", seed: int | None = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.mode = as_choice(mode, ("horizontal", "vertical", "horizontal_and_vertical"), "mode")

    def draw(self, x: torch.Tensor) -> Drawn:
        """Which pictures are flipped."""
        return {"flips": self._per_picture(x) <= 0.5}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, some flipped."""
        axes = {"horizontal": (2,), "vertical": (1,)}.get(self.mode, (1, 2))
        return torch.where(drawn["flips"], x.flip(axes), x)


class AffinePictures(PictureLayer):
    """Base of the layers that move pixels by an affine map, drawn for each picture.

    Args:
        fill_mode: what lies outside: ``"reflect"``, ``"wrap"``, ``"constant"`` or ``"nearest"``.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_value: the constant outside.
        **kwargs: the arguments of ``PictureLayer``.
    """

    _moves = True

    def __init__(self, fill_mode: str, interpolation: str, fill_value: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fill_mode = as_choice(fill_mode, _FILL_MODES, "fill_mode")
        self.interpolation = as_choice(interpolation, _INTERPOLATIONS, "interpolation")
        self.fill_value = fill_value

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures, moved."""
        method = interpolation or self.interpolation
        return affine_transform(x, drawn["map"], method, self.fill_mode, self.fill_value, "channels_last")


def _map(a0: Any, a1: Any, a2: Any, b0: Any, b1: Any, b2: Any) -> torch.Tensor:
    """The eight numbers of an affine map for each picture, from tensors of shape (batch,) or numbers."""
    like = next(t for t in (a0, a1, a2, b0, b1, b2) if isinstance(t, torch.Tensor)).float()
    numbers = [t.float() if isinstance(t, torch.Tensor) else torch.full_like(like, t) for t in (a0, a1, a2, b0, b1, b2)]
    return torch.stack([*numbers, torch.zeros_like(like), torch.zeros_like(like)], dim=1)


class RandomRotation(AffinePictures):
    """Pictures turned about their middle.

    Args:
        factor: the largest turn in parts of a full circle, or the smallest and the largest; positive is counterclockwise.
        fill_mode, interpolation, fill_value: see ``AffinePictures``.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("factor", "fill_mode", "interpolation", "seed", "fill_value")

    def __init__(
        self,
        factor: Factor,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs)
        self.factor = self._limits(factor)

    def draw(self, x: torch.Tensor) -> Drawn:
        """The turns."""
        low, high = (2 * math.pi * f for f in self.factor)
        return self.turned_by(x, self._uniform(x, (x.shape[0],), low, high))

    def turned_by(self, x: torch.Tensor, angle: torch.Tensor) -> Drawn:
        """The map of turns by angles in radians."""
        cosine, sine = torch.cos(angle), torch.sin(angle)
        across, down = 0.5 * (x.shape[2] - 1), 0.5 * (x.shape[1] - 1)
        shift_x = across - across * cosine + down * sine
        shift_y = down - across * sine - down * cosine
        return {"map": _map(cosine, -sine, shift_x, sine, cosine, shift_y)}


class RandomTranslation(AffinePictures):
    """Pictures moved up or down and left or right.

    Args:
        height_factor: the largest move down in parts of the height, or the smallest and the largest; negative is up.
        width_factor: the same to the right in parts of the width.
        fill_mode, interpolation, fill_value: see ``AffinePictures``.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value")

    def __init__(
        self,
        height_factor: Factor,
        width_factor: Factor,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._heights = self._limits(height_factor, "height_factor", symmetric=True)
        self._widths = self._limits(width_factor, "width_factor", symmetric=True)

    def draw(self, x: torch.Tensor) -> Drawn:
        """The moves."""
        down = self._uniform(x, (x.shape[0],), *self._heights) * x.shape[1]
        across = self._uniform(x, (x.shape[0],), *self._widths) * x.shape[2]
        return {"map": _map(1.0, 0.0, -across, 0.0, 1.0, -down)}


class RandomZoom(AffinePictures):
    """Pictures seen from nearer or farther.

    Args:
        height_factor: the largest change of the height that is seen, or the smallest and the largest; negative is nearer.
        width_factor: the same for the width. Default: what is drawn for the height.
        fill_mode, interpolation, fill_value: see ``AffinePictures``.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value")

    def __init__(
        self,
        height_factor: Factor,
        width_factor: Factor | None = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._heights = self._limits(height_factor, "height_factor", symmetric=True)
        self._widths = None if width_factor is None else self._limits(width_factor, "width_factor", symmetric=True)
        if min(*self._heights, *(self._widths or (0,))) <= -1:
            raise ArgumentError(f"Expected factors above -1. Received: {height_factor!r} and {width_factor!r}")

    def draw(self, x: torch.Tensor) -> Drawn:
        """The zooms."""
        down = 1.0 + self._uniform(x, (x.shape[0],), *self._heights)
        across = down if self._widths is None else 1.0 + self._uniform(x, (x.shape[0],), *self._widths)
        shift_x, shift_y = (x.shape[2] - 1) / 2 * (1 - across), (x.shape[1] - 1) / 2 * (1 - down)
        return {"map": _map(across, 0.0, shift_x, 0.0, down, shift_y)}


class RandomShear(AffinePictures):
    """Pictures pushed aslant.

    Args:
        x_factor: the largest shift to the side of a row per row, or the smallest and the largest, from 0 to 1.
        y_factor: the same for columns.
        fill_mode, interpolation, fill_value: see ``AffinePictures``.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("x_factor", "y_factor", "fill_mode", "interpolation", "seed", "fill_value")

    def __init__(
        self,
        x_factor: Factor = 0.0,
        y_factor: Factor = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs)
        self.x_factor, self.y_factor = x_factor, y_factor
        self._across = self._limits(x_factor, "x_factor", symmetric=True)
        self._down = self._limits(y_factor, "y_factor", symmetric=True)

    def draw(self, x: torch.Tensor) -> Drawn:
        """The shears; both of one picture go the same way round."""
        sign = torch.where(self._uniform(x, (x.shape[0],)) > 0.5, -1.0, 1.0)
        down = self._uniform(x, (x.shape[0],), *self._down) * sign
        across = self._uniform(x, (x.shape[0],), *self._across) * sign
        return {"map": _map(1.0, across, 0.0, down, 1.0, 0.0)}
