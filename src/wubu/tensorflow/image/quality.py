"""How much pictures differ, and their edges."""

from __future__ import annotations

from typing import Any

import torch

from wubu.ops.nn.encoding import psnr as keras_psnr
from wubu.tensorflow.conversion import convert, host_value_of
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.image.pictures import as_floats, converted
from wubu.tensorflow.tensor import needs

_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def _pair(a: Any, b: Any, max_val: Any) -> tuple[torch.Tensor, torch.Tensor, float]:
    x, y = convert(a), convert(b)
    peak = float(converted(torch.tensor(float(host_value_of(max_val))).to(x.dtype), torch.float32))
    return as_floats(x).float(), as_floats(y).float(), peak


@api
def psnr(a: Any, b: Any, max_val: Any) -> torch.Tensor:
    """The peak signal-to-noise ratio in decibels, one for each pair of pictures."""
    x, y, peak = _pair(a, b, max_val)
    if x.dim() == 3:
        return keras_psnr(x, y, peak)
    squares = torch.square(x - y).mean((-3, -2, -1))
    return 20 * torch.log10(torch.tensor(peak)) - 10 * torch.log10(squares)


def _window(size: int, sigma: float, like: torch.Tensor) -> torch.Tensor:
    place = torch.arange(size, dtype=like.dtype, device=like.device) - (size - 1) / 2
    row = torch.exp(-(place**2) / (2 * sigma**2))
    return torch.outer(row, row) / torch.outer(row, row).sum()


def _ssim_parts(
    x: torch.Tensor, y: torch.Tensor, peak: float, size: int, sigma: float, k1: float, k2: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Luminance times contrast-structure, and the latter alone, at every place: (number, channels, rows, columns)."""
    needs(
        min(x.shape[-3], x.shape[-2]) >= size,
        f"Expected pictures of at least {size} rows and columns. Received: {list(x.shape)}",
    )
    first, second = (t.reshape(-1, *t.shape[-3:]).permute(0, 3, 1, 2) for t in (x, y))
    channels = first.shape[1]
    kernel = _window(size, sigma, first).expand(channels, 1, size, size)

    def smooth(t: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.conv2d(t, kernel, groups=channels)

    c1, c2 = (k1 * peak) ** 2, (k2 * peak) ** 2
    mean_x, mean_y = smooth(first), smooth(second)
    product = mean_x * mean_y * 2
    squares = mean_x**2 + mean_y**2
    luminance = (product + c1) / (squares + c1)
    contrast = (smooth(first * second) * 2 - product + c2) / (smooth(first**2 + second**2) - squares + c2)
    return luminance * contrast, contrast


@api
def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> torch.Tensor:
    """The structural similarity, one number for each pair of pictures (Wang et al. 2004)."""
    x, y, peak = _pair(img1, img2, max_val)
    made, _ = _ssim_parts(x, y, peak, filter_size, filter_sigma, k1, k2)
    if return_index_map:
        return made.mean(1).reshape(*x.shape[:-3], *made.shape[-2:])
    return made.mean((1, 2, 3)).reshape(x.shape[:-3])


@api
def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Any = _SCALES,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> torch.Tensor:
    """The structural similarity over several scales, each half as large as the one before."""
    x, y, peak = _pair(img1, img2, max_val)
    lead = x.shape[:-3]
    x, y = x.reshape(-1, *x.shape[-3:]), y.reshape(-1, *y.shape[-3:])
    parts = []
    for i in range(len(power_factors)):
        if i:
            x, y = _halved(x), _halved(y)
        similar, contrast = _ssim_parts(x, y, peak, filter_size, filter_sigma, k1, k2)
        last = i == len(power_factors) - 1
        parts.append(torch.relu((similar if last else contrast).mean((2, 3))))  # (number, channels)
    powers = torch.tensor(power_factors, dtype=x.dtype, device=x.device)
    return torch.prod(torch.stack(parts, -1) ** powers, -1).mean(-1).reshape(lead)


def _halved(x: torch.Tensor) -> torch.Tensor:
    moved = x.permute(0, 3, 1, 2)
    odd = (0, moved.shape[-1] % 2, 0, moved.shape[-2] % 2)
    if any(odd):
        moved = torch.nn.functional.pad(moved, odd, mode="replicate")
    return torch.nn.functional.avg_pool2d(moved, 2).permute(0, 2, 3, 1)


@api
def total_variation(images: Any) -> torch.Tensor:
    """The sum of absolute differences of neighbouring pixels, one for each picture."""
    x = convert(images)
    down = (x[..., 1:, :, :] - x[..., :-1, :, :]).abs()
    right = (x[..., :, 1:, :] - x[..., :, :-1, :]).abs()
    return down.sum((-3, -2, -1)) + right.sum((-3, -2, -1))


@api
def sobel_edges(image: Any) -> torch.Tensor:
    """Vertical and horizontal differences by Sobel's filters, along a new last axis."""
    x = convert(image)
    moved = torch.nn.functional.pad(x.permute(0, 3, 1, 2), (1, 1, 1, 1), mode="reflect")
    base = torch.tensor([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]], dtype=x.dtype, device=x.device)
    kernels = torch.stack([base, base.T]).unsqueeze(1).repeat(x.shape[-1], 1, 1, 1)
    made = torch.nn.functional.conv2d(moved, kernels, groups=x.shape[-1])
    return made.reshape(x.shape[0], x.shape[-1], 2, *x.shape[1:3]).permute(0, 3, 4, 1, 2)


@api
def image_gradients(image: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The differences to the pixel below and to the right; 0 at the rim."""
    x = convert(image)
    if x.dim() != 4:
        raise ValueError(f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {tuple(x.shape)}.")
    down, right = torch.zeros_like(x), torch.zeros_like(x)
    down[:, :-1] = x[:, 1:] - x[:, :-1]
    right[:, :, :-1] = x[:, :, 1:] - x[:, :, :-1]
    return down, right
