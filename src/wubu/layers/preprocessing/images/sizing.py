"""Pictures of a given size: cropped and resized."""

from __future__ import annotations

from typing import Any

import torch

from wubu.layers.arguments import as_tuple
from wubu.layers.preprocessing.images.base import Drawn, ResizedPictures
from wubu.ops.image.resizing import resize


class Resizing(ResizedPictures):
    """Pictures of another size; see ``wubu.ops.image.resize``. It acts in training and in inference.

    Args:
        height, width: the new size.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        crop_to_aspect_ratio: whether the largest centred part with the new proportions is taken first.
        pad_to_aspect_ratio: whether the picture is padded to the new proportions first.
        fill_mode, fill_value: what is padded with: ``"constant"``, and the constant.
        antialias: whether pictures that shrink are smoothed first.
        data_format, **kwargs: those of ``PictureLayer``.

    The output has the input's type; whole numbers are rounded.
    """

    _arguments = (
        "height", "width", "interpolation", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode", "fill_value",
        "antialias",
    )  # fmt: skip
    _moves = True
    _always = True
    keeps_dtype = True

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        (self.height,), (self.width,) = as_tuple(height, 1, "height"), as_tuple(width, 1, "width")
        self.interpolation = interpolation
        self.crop_to_aspect_ratio, self.pad_to_aspect_ratio = crop_to_aspect_ratio, pad_to_aspect_ratio
        self.fill_mode, self.fill_value, self.antialias = fill_mode, fill_value, antialias

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The pictures in the new size."""
        return resize(
            x,
            (self.height, self.width),
            interpolation or self.interpolation,
            self.antialias,
            self.crop_to_aspect_ratio,
            self.pad_to_aspect_ratio,
            self.fill_mode,
            self.fill_value,
            "channels_last",
        )


class CenterCrop(ResizedPictures):
    """The middle of pictures; smaller ones are cropped to the new proportions and resized. It also acts in inference.

    Args:
        height, width: the new size.
        data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("height", "width")
    _moves = True
    _always = True

    def __init__(self, height: int, width: int, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format=data_format, **kwargs)
        (self.height,), (self.width,) = as_tuple(height, 1, "height"), as_tuple(width, 1, "width")

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The middle."""
        down, across = x.shape[1] - self.height, x.shape[2] - self.width
        if down >= 0 and across >= 0:
            return x[:, down // 2 : down // 2 + self.height, across // 2 : across // 2 + self.width]
        size = (self.height, self.width)
        return resize(x, size, interpolation or "bilinear", crop_to_aspect_ratio=True, data_format="channels_last")


class RandomCrop(ResizedPictures):
    """A random part of pictures, the same of all in a batch; the middle in inference.

    Pictures that are too small are cropped to the new proportions and resized.

    Args:
        height, width: the new size.
        seed, data_format, **kwargs: those of ``PictureLayer``.
    """

    _arguments = ("height", "width", "seed")
    _moves = True
    _always = True

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, name=name, **kwargs)
        (self.height,), (self.width,) = as_tuple(height, 1, "height"), as_tuple(width, 1, "width")

    def call(self, inputs: Any, training: bool = True) -> Any:
        """Compute the output."""
        self._training = training
        return super().call(inputs, training)

    def draw(self, x: torch.Tensor) -> Drawn:
        """Where the part begins; None for the middle."""
        down, across = x.shape[1] - self.height, x.shape[2] - self.width
        if not self._training or down < 0 or across < 0:
            return {"start": None}
        room = torch.tensor([down + 1.0, across + 1.0], device=x.device)
        start = torch.floor(self._uniform(x.float() if x.dtype is not torch.float64 else x, (2,)) * room)
        return {"start": torch.minimum(start, room - 1).long()}

    def change(self, x: torch.Tensor, drawn: Drawn, interpolation: str | None = None) -> torch.Tensor:
        """The part."""
        if drawn["start"] is None:
            size = (self.height, self.width)
            return resize(x, size, interpolation or "bilinear", crop_to_aspect_ratio=True, data_format="channels_last")
        top, left = drawn["start"].unbind()
        rows = top + torch.arange(self.height, device=x.device)
        columns = left + torch.arange(self.width, device=x.device)
        return x.index_select(1, rows).index_select(2, columns)
