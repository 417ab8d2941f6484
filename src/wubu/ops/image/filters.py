"""Pictures blurred, their edges, and how alike two are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor
from wubu.ops.image.arguments import as_batch, back_to, restored
from wubu.ops.promotion import floating
from wubu.symbolic.function import op


def bell(size: int, sigma: Any, like: torch.Tensor) -> torch.Tensor:
    """The values of a normal density at ``size`` points around its mean, with a sum of 1."""
    x = torch.arange(size, dtype=like.dtype, device=like.device) - (size - 1) / 2
    made = torch.exp(-0.5 * torch.square(x / as_tensor(sigma).to(x)))
    return made / made.sum()


@op
def gaussian_blur(
    images: Any, kernel_size: Sequence[int] = (3, 3), sigma: Any = (1.0, 1.0), data_format: str | None = None
) -> torch.Tensor:
    """Pictures whose pixels are means of their neighbours, weighted by a normal density; zeros lie outside.

    Args:
        images: (batch, height, width, channels), or without the batch; channels before the height for ``channels_first``.
        kernel_size: (height, width) of the neighbourhood, odd numbers.
        sigma: the deviations (horizontal, vertical) in pixels.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
    """
    x, layout, single = as_batch(images, data_format, "gaussian_blur")
    dtype = x.dtype
    planes = floating(x).movedim(-1, 1)  # (batch, channels, height, width)
    height, width = (int(s) for s in kernel_size)
    flat = planes.reshape(-1, 1, *planes.shape[2:])
    flat = F.conv2d(flat, bell(width, sigma[0], flat).reshape(1, 1, 1, -1), padding=(0, width // 2))
    flat = F.conv2d(flat, bell(height, sigma[1], flat).reshape(1, 1, -1, 1), padding=(height // 2, 0))
    made = flat.reshape(*planes.shape[:2], *flat.shape[2:]).movedim(1, -1)
    return restored(back_to(made, dtype), layout, single)


@op
def sobel_edges(images: Any, data_format: str | None = None) -> torch.Tensor:
    """How much pictures change down and to the right at each pixel (Sobel), with zeros outside.

    Returns:
        The pictures' shape and then 2: the vertical and the horizontal change.
    """
    x, layout, single = as_batch(images, data_format, "sobel_edges")
    planes = floating(x).movedim(-1, 1)  # (batch, channels, height, width)
    right = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=planes.dtype, device=planes.device)
    kernels = torch.stack([right.T, right])[:, None]  # (2, 1, 3, 3)
    flat = F.conv2d(planes.reshape(-1, 1, *planes.shape[2:]), kernels, padding=1)
    made = flat.reshape(*planes.shape[:2], 2, *planes.shape[2:]).movedim(2, -1)  # (batch, channels, height, width, 2)
    made = made.movedim(1, -2) if layout == "channels_last" else made
    return made.squeeze(0) if single else made


@op
def ssim(
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> torch.Tensor:
    """How alike two pictures are in structure, 1 for equal ones (Wang et al., 2004).

    Args:
        image1, image2: (batch, height, width, channels), or without the batch.
        max_val: the largest value that pixels may have.
        filter_size: the neighbourhood's size; pixels nearer to the border have none.
        filter_sigma: the deviation of its weights.
        k1, k2: what keeps the divisors from 0, in parts of ``max_val``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.

    Returns:
        One number for each picture.
    """
    first, _, single = as_batch(image1, data_format, "ssim")
    second, _, _ = as_batch(image2, data_format, "ssim")
    dtype = first.dtype
    a, b = (floating(t).movedim(-1, 1) for t in (first, second))
    a, b = (t.reshape(-1, 1, *t.shape[2:]) for t in (a, b))  # (batch * channels, 1, height, width)
    weights = bell(filter_size, filter_sigma, a)

    def mean(t: torch.Tensor) -> torch.Tensor:
        return F.conv2d(F.conv2d(t, weights.reshape(1, 1, 1, -1)), weights.reshape(1, 1, -1, 1))

    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b = mean(a * a) - mean_a * mean_a, mean(b * b) - mean_b * mean_b
    shared = mean(a * b) - mean_a * mean_b
    alike = (2 * mean_a * mean_b + c1) * (2 * shared + c2)
    alike = alike / ((mean_a * mean_a + mean_b * mean_b + c1) * (var_a + var_b + c2))
    made = alike.mean((1, 2, 3)).reshape(first.shape[0], -1).mean(-1).to(dtype)
    return made.squeeze(0) if single else made
