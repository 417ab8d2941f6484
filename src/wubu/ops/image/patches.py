"""Patches of pictures and volumes, as vectors."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.settings import standardize_data_format
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError
from wubu.ops.nn.convolution import conv
from wubu.symbolic.function import op


@op
def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> torch.Tensor:
    """The patches of pictures, each as one vector of its pixels.

    Args:
        images: (batch, height, width, channels), or without the batch; channels before the height for ``channels_first``.
        size: the patches' size, one integer or (height, width); three for volumes.
        strides: how far patches are apart. Default: their size.
        dilation_rate: the distances between a patch's pixels.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.

    Returns:
        (batch, rows of patches, columns of patches, height · width · channels).
    """
    if not isinstance(size, int) and len(size) == 3:
        return _patches(images, tuple(size), strides, dilation_rate, padding, data_format)
    sizes = (size, size) if isinstance(size, int) else tuple(size)
    if len(sizes) != 2:
        raise ArgumentError(f"Expected size to be an integer or two or three of them. Received: size={size!r}")
    return _patches(images, sizes, strides, dilation_rate, padding, data_format)


@op
def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> torch.Tensor:
    """The patches of volumes (batch, depth, height, width, channels), each as one vector; see ``extract_patches``."""
    sizes = (size,) * 3 if isinstance(size, int) else tuple(size)
    if len(sizes) != 3:
        raise ArgumentError(f"Expected size to be an integer or three of them. Received: size={size!r}")
    return _patches(volumes, sizes, strides, dilation_rate, padding, data_format)


def _patches(
    x: Any, size: tuple[int, ...], strides: Any, dilation_rate: Any, padding: str, data_format: str | None
) -> torch.Tensor:
    x, rank, layout = as_tensor(x), len(size), standardize_data_format(data_format)
    if x.dim() not in (rank + 1, rank + 2):
        raise ShapeError(f"Expected {rank + 1} or {rank + 2} axes for patches of {size}. Received: {tuple(x.shape)}")
    single = x.dim() == rank + 1
    x = x.unsqueeze(0) if single else x
    channels = x.shape[-1] if layout == "channels_last" else x.shape[1]
    area = channels
    for s in size:
        area *= s
    kind = x.dtype
    work = x if x.is_floating_point() else x.float()
    # A kernel of ones and zeros puts every pixel of a patch into a channel of its own.
    kernel = torch.eye(area, dtype=work.dtype, device=x.device).reshape(*size, channels, area)
    made = conv(work, kernel, size if strides is None else strides, padding, layout, dilation_rate).to(kind)
    return made.squeeze(0) if single else made
