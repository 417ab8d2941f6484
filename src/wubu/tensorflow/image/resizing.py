"""``tf.image.resize`` and its relatives, on wubu's resizing of pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.data.images import resize as core
from wubu.tensorflow.conversion import convert, host_value_of, integer
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.image.geometry import crop_box, pad_box


class ResizeMethod:
    """How pictures are resized."""

    AREA = "area"
    BICUBIC = "bicubic"
    BILINEAR = "bilinear"
    GAUSSIAN = "gaussian"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    MITCHELLCUBIC = "mitchellcubic"
    NEAREST_NEIGHBOR = "nearest"


# TensorFlow 1's numbers of the methods.
_NUMBERS = {0: "bilinear", 1: "nearest", 2: "bicubic", 3: "area"}


@api
def resize(
    images: Any, size: Any, method: Any = ResizeMethod.BILINEAR, preserve_aspect_ratio: bool = False,
    antialias: bool = False,
) -> torch.Tensor:
    """Pictures of another size.

    Args:
        images: one picture or several, (height, width, channels) at the end.
        size: height and width.
        method: see ``ResizeMethod``.
        preserve_aspect_ratio: whether to keep the proportions, within ``size``.
        antialias: whether to smooth a picture that shrinks.

    Returns:
        float32; of the pictures' own type with ``nearest``.
    """
    x = convert(images)
    if x.dim() not in (3, 4):
        raise ValueError("'images' must have either 3 or 4 dimensions.")
    wanted = _size(size)
    if preserve_aspect_ratio:
        scale = min(wanted[0] / x.shape[-3], wanted[1] / x.shape[-2])
        wanted = (round(scale * x.shape[-3]), round(scale * x.shape[-2]))
    name = str(_NUMBERS.get(method, method)).lower()
    if name not in core.METHODS:
        raise ValueError(f"Resize method is not implemented: {method}")
    return _resized(x, wanted, name, antialias)


def _size(size: Any) -> tuple[int, int]:
    found = host_value_of(size)
    if found.shape != (2,):
        raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    if found.dtype.kind not in "iu":
        raise ValueError("'size' must be a 1-D int32 Tensor")
    return int(found[0]), int(found[1])


def _resized(x: torch.Tensor, size: tuple[int, int], method: str, antialias: bool = False) -> torch.Tensor:
    if x.dim() == 3:
        made = core.resize(x, size, method, antialias)
    else:  # pictures of one size are one picture of many channels
        n, h, w, c = x.shape
        flat = x.permute(1, 2, 0, 3).reshape(h, w, n * c)
        made = core.resize(flat, size, method, antialias).reshape(*size, n, c).permute(2, 0, 1, 3)
    return made if method == "nearest" else made.to(torch.float32)


@api
def resize_with_pad(
    image: Any, target_height: Any, target_width: Any, method: Any = ResizeMethod.BILINEAR, antialias: bool = False
) -> torch.Tensor:
    """Pictures resized to fit in a size with their proportions, zeros beside them."""
    x = convert(image)
    height, width = integer(target_height), integer(target_width)
    # In TensorFlow's precision, which now and then leaves a line of zeros that exact numbers would not.
    own = np.array([x.shape[-3], x.shape[-2]], np.float32)
    parts = own / (own / np.array([height, width], np.float32)).max()
    inner = (max(1, int(parts[0])), max(1, int(parts[1])))
    top, left = (max(0, int(gap // 1)) for gap in (np.array([height, width], np.float32) - parts) / 2)
    made = _resized(x, inner, str(method), antialias)
    return pad_box(made, top, left, height, width)


@api
def resize_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> torch.Tensor:
    """Pictures cut or filled up with zeros, on all sides alike, to a size."""
    x = convert(image)
    height, width = integer(target_height), integer(target_width)
    h, w = x.shape[-3], x.shape[-2]
    cut = crop_box(x, max(0, (h - height) // 2), max(0, (w - width) // 2), min(h, height), min(w, width))
    return pad_box(cut, max(0, (height - h) // 2), max(0, (width - w) // 2), height, width)


@api
def crop_and_resize(
    image: Any, boxes: Any, box_indices: Any, crop_size: Any, method: str = "bilinear", extrapolation_value: float = 0.0
) -> torch.Tensor:
    """Parts of pictures, each resized to one size.

    Args:
        image: (number, height, width, channels).
        boxes: top, left, bottom and right of each part, from 0 to 1.
        box_indices: the picture of each part.
        crop_size: height and width.
        method: ``bilinear`` or ``nearest``.
        extrapolation_value: what stands outside of pictures.
    """
    x, areas = convert(image).float(), convert(boxes).float()
    which = convert(box_indices).long()
    size = _size(crop_size)
    made = []
    for (y1, x1, y2, x2), number in zip(areas.unbind(0), which):
        rows = _places(y1, y2, x.shape[1], size[0])
        columns = _places(x1, x2, x.shape[2], size[1])
        made.append(_sampled(x[number], rows, columns, method, extrapolation_value))
    return torch.stack(made) if made else x.new_zeros((0, *size, x.shape[-1]))


def _places(begin: torch.Tensor, end: torch.Tensor, length: int, count: int) -> torch.Tensor:
    if count == 1:
        return (0.5 * (begin + end) * (length - 1)).reshape(1)
    step = (end - begin) * (length - 1) / (count - 1)
    return begin * (length - 1) + torch.arange(count, device=begin.device) * step


def _sampled(x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor, method: str, beyond: float) -> torch.Tensor:
    h, w = x.shape[:2]
    inside = ((rows >= 0) & (rows <= h - 1)).unsqueeze(1) & ((columns >= 0) & (columns <= w - 1)).unsqueeze(0)
    if method == "nearest":
        r, c = (rows + 0.5).floor().long().clamp(0, h - 1), (columns + 0.5).floor().long().clamp(0, w - 1)
        made = x[r][:, c]
    else:
        top, left = rows.floor().long().clamp(0, h - 1), columns.floor().long().clamp(0, w - 1)
        bottom, right = rows.ceil().long().clamp(0, h - 1), columns.ceil().long().clamp(0, w - 1)
        y, z = (rows - rows.floor()).reshape(-1, 1, 1), (columns - columns.floor()).reshape(1, -1, 1)
        upper = x[top][:, left] * (1 - z) + x[top][:, right] * z
        lower = x[bottom][:, left] * (1 - z) + x[bottom][:, right] * z
        made = upper * (1 - y) + lower * y
    return torch.where(inside.unsqueeze(-1), made, torch.tensor(beyond, dtype=made.dtype, device=made.device))
