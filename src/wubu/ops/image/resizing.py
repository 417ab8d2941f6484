"""Pictures of another size.

Each new pixel is a weighted mean of old ones around its centre; the weights are a kernel of their distance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.ops.image.arguments import as_batch, back_to, chosen, restored
from wubu.ops.promotion import meeting
from wubu.symbolic.function import op

_TORCH = {"bilinear": "bilinear", "nearest": "nearest-exact", "bicubic": "bicubic"}
_METHODS = {
    **dict.fromkeys(("linear", "bilinear", "trilinear", "triangle"), "linear"),
    **dict.fromkeys(("cubic", "bicubic", "tricubic"), "cubic"),
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
}


def _linear(x: torch.Tensor) -> torch.Tensor:
    return torch.clamp(1 - x, min=0)


def _cubic(x: torch.Tensor) -> torch.Tensor:
    """Keys (1981) with a = -1/2."""
    near = ((1.5 * x - 2.5) * x) * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return torch.where(x >= 2.0, torch.zeros_like(x), torch.where(x >= 1.0, far, near))


def _lanczos(radius: float) -> Callable[[torch.Tensor], torch.Tensor]:
    def kernel(x: torch.Tensor) -> torch.Tensor:
        return torch.where(x > radius, torch.zeros_like(x), torch.sinc(x) * torch.sinc(x / radius))

    return kernel


_KERNELS = {"linear": _linear, "cubic": _cubic, "lanczos3": _lanczos(3.0), "lanczos5": _lanczos(5.0)}


@op
def resize(
    images: Any,
    size: Sequence[int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> torch.Tensor:
    """Pictures of another size.

    Args:
        images: (batch, height, width, channels), or without the batch; channels before the height for ``channels_first``.
        size: the new (height, width).
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        antialias: whether pictures that shrink are smoothed first; not for ``"nearest"``.
        crop_to_aspect_ratio: whether the largest centred part with the new proportions is taken first.
        pad_to_aspect_ratio: whether the picture is padded to the new proportions first.
        fill_mode: what is padded with: ``"constant"``.
        fill_value: the constant.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.

    Returns:
        Pictures of the input's type; whole numbers are rounded.
    """
    chosen(interpolation, (*_TORCH, "lanczos3", "lanczos5"), "interpolation")
    chosen(fill_mode, ("constant",), "fill_mode")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError("Expected only one of crop_to_aspect_ratio and pad_to_aspect_ratio. Received: both")
    if len(size) != 2 or min(size) < 1:
        raise ArgumentError(f"Expected size to be (height, width), both positive. Received: size={size!r}")
    height, width = (int(s) for s in size)
    x, layout, single = as_batch(images, data_format, "resize")
    dtype = x.dtype
    planes = x.movedim(-1, 1)  # (batch, channels, height, width)
    if crop_to_aspect_ratio:
        planes = _cropped(planes, height, width)
    elif pad_to_aspect_ratio:
        planes = _padded(planes, height, width, fill_value)
    if planes.dtype not in (torch.float32, torch.float64):
        planes = planes.float()
    if interpolation in _TORCH:
        smooth = antialias and interpolation != "nearest"
        corners = None if interpolation == "nearest" else False
        made = F.interpolate(planes, (height, width), mode=_TORCH[interpolation], align_corners=corners, antialias=smooth)
    else:
        old = planes.shape[2:]
        scale = [height / old[0], width / old[1]]
        zero = torch.zeros(2, dtype=planes.dtype, device=planes.device)
        made = _weighed(planes, (height, width), torch.tensor(scale).to(planes), zero, (2, 3), interpolation, antialias)
    return restored(back_to(made.movedim(1, -1), dtype), layout, single)


def _cropped(x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    old_height, old_width = x.shape[2:]
    rows = max(min(old_height, int(float(old_width * height) / width)), 1)
    columns = max(min(old_width, int(float(old_height * width) / height)), 1)
    top, left = int((old_height - rows) / 2), int((old_width - columns) / 2)
    return x[:, :, top : top + rows, left : left + columns]


def _padded(x: torch.Tensor, height: int, width: int, value: float) -> torch.Tensor:
    old_height, old_width = x.shape[2:]
    rows = max(old_height, int(float(old_width * height) / width))
    columns = max(old_width, int(float(old_height * width) / height))
    top, left = int((rows - old_height) / 2), int((columns - old_width) / 2)
    return F.pad(x, [left, left, top, top], value=value)


@op
def scale_and_translate(
    images: Any,
    output_shape: Sequence[int],
    scale: Any,
    translation: Any,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> torch.Tensor:
    """Axes stretched about their start and then moved: the output at p is the input at (p - translation) / scale.

    Args:
        images: a tensor.
        output_shape: the result's shape.
        scale, translation: one number for each of ``spatial_dims``.
        spatial_dims: the axes.
        method: ``"linear"``, ``"cubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        antialias: whether what shrinks is smoothed first.
    """
    chosen(method, _METHODS, "method")
    x = as_tensor(images)
    whole = not x.is_floating_point()
    work = x.float() if whole else x
    sizes = [output_shape[d] for d in spatial_dims]
    stretch, shift = (as_tensor(t).to(device=work.device) for t in (scale, translation))
    kind = meeting(stretch.dtype, shift.dtype, torch.float32)
    made = _weighed(work, sizes, stretch.to(kind), shift.to(kind), spatial_dims, _METHODS[method], antialias)
    return torch.clamp(made.round(), x.min(), x.max()).to(x.dtype) if whole else made


def _weighed(
    x: torch.Tensor,
    sizes: Sequence[int],
    scale: torch.Tensor,
    shift: torch.Tensor,
    axes: Sequence[int],
    method: str,
    antialias: bool,
) -> torch.Tensor:
    for i, axis in enumerate(axes):
        weights = _weights(x.shape[axis], int(sizes[i]), scale[i], shift[i], _KERNELS[method], antialias)
        x = torch.movedim(torch.tensordot(x, weights.to(x.dtype), dims=([axis], [0])), -1, axis)
    return x


def _weights(
    old: int, new: int, scale: torch.Tensor, shift: torch.Tensor, kernel: Callable[[torch.Tensor], torch.Tensor],
    antialias: bool,
) -> torch.Tensor:  # fmt: skip
    """How much each old element counts in each new one: (old, new)."""
    inverse = 1.0 / scale
    wide = torch.clamp(inverse, min=1.0) if antialias else 1.0
    places = (torch.arange(new, dtype=scale.dtype, device=scale.device) + 0.5) * inverse - shift * inverse - 0.5
    elements = torch.arange(old, dtype=scale.dtype, device=scale.device)
    weights = kernel(torch.abs(places[None] - elements[:, None]) / wide)
    total = weights.sum(0, keepdim=True)
    fair = torch.abs(total) > 1000.0 * math.ldexp(1.0, -23)
    weights = torch.where(fair, weights / torch.where(total != 0, total, torch.ones_like(total)), torch.zeros_like(weights))
    return torch.where(((places >= -0.5) & (places <= old - 0.5))[None], weights, torch.zeros_like(weights))
