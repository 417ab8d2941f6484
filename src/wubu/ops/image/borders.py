"""Pictures with less or more around them."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.settings import standardize_data_format
from wubu.errors import ArgumentError
from wubu.ops.image.arguments import as_pictures
from wubu.symbolic.function import op

Count = int | None


def _sides(size: int, before: Count, after: Count, target: Count, names: tuple[str, str, str], sign: int) -> tuple[int, int]:
    """What is added (sign 1) or taken off (sign -1) before and after an axis, of which two of three are said."""
    said = dict(zip(names, (before, after, target), strict=True))
    if list(said.values()).count(None) != 1:
        raise ArgumentError(f"Expected exactly two of {', '.join(names)}. Received: {said}")
    if target is not None:
        total = sign * (target - size)
        before = total - after if before is None and after is not None else before
        after = total - before if after is None and before is not None else after
    assert before is not None and after is not None
    if before < 0 or after < 0 or (sign < 0 and before + after > size):
        raise ArgumentError(f"Expected sizes that fit an axis of {size}. Received: {said}")
    return before, after


def _rows_and_columns(x: torch.Tensor, data_format: str | None) -> int:
    """The axis of rows; that of columns follows."""
    return x.dim() - (3 if standardize_data_format(data_format) == "channels_last" else 2)


@op
def pad_images(
    images: Any,
    top_padding: Count = None,
    left_padding: Count = None,
    bottom_padding: Count = None,
    right_padding: Count = None,
    target_height: Count = None,
    target_width: Count = None,
    data_format: str | None = None,
) -> torch.Tensor:
    """Pictures with zeros around them.

    Args:
        images: (batch, height, width, channels), or without the batch; channels before the height for ``channels_first``.
        top_padding, bottom_padding, target_height: rows; two of the three.
        left_padding, right_padding, target_width: columns; two of the three.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.

    Raises:
        ArgumentError: when there are more or fewer than two, or a picture is larger than its target.
    """
    x = as_pictures(images, "pad_images")
    axis = _rows_and_columns(x, data_format)
    rows = _sides(
        x.shape[axis], top_padding, bottom_padding, target_height, ("top_padding", "bottom_padding", "target_height"), 1
    )
    columns = _sides(
        x.shape[axis + 1], left_padding, right_padding, target_width,
        ("left_padding", "right_padding", "target_width"), 1,
    )  # fmt: skip
    return F.pad(x, [*([0, 0] * (x.dim() - axis - 2)), *columns, *rows])


@op
def crop_images(
    images: Any,
    top_cropping: Count = None,
    left_cropping: Count = None,
    bottom_cropping: Count = None,
    right_cropping: Count = None,
    target_height: Count = None,
    target_width: Count = None,
    data_format: str | None = None,
) -> torch.Tensor:
    """Pictures without their borders; the arguments are those of ``pad_images``, with what is taken off."""
    x = as_pictures(images, "crop_images")
    axis = _rows_and_columns(x, data_format)
    height, width = x.shape[axis], x.shape[axis + 1]
    names = ("top_cropping", "bottom_cropping", "target_height")
    top, bottom = _sides(height, top_cropping, bottom_cropping, target_height, names, -1)
    names = ("left_cropping", "right_cropping", "target_width")
    left, right = _sides(width, left_cropping, right_cropping, target_width, names, -1)
    return x.narrow(axis, top, height - top - bottom).narrow(axis + 1, left, width - left - right)
