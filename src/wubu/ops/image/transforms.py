"""Pictures turned, moved, stretched and bent."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.seeds import generator_for
from wubu.core.tensors import as_tensor
from wubu.errors import ShapeError
from wubu.ops.image.arguments import as_batch, chosen, restored
from wubu.ops.image.filters import gaussian_blur
from wubu.ops.image.sampling import ORDERS, sample
from wubu.symbolic.function import op


def _grid(x: torch.Tensor, kind: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """The rows and columns of pictures (batch, height, width, channels), as (height, 1) and (1, width)."""
    rows = torch.arange(x.shape[1], dtype=kind, device=x.device)
    return rows[:, None], torch.arange(x.shape[2], dtype=kind, device=x.device)[None]


def sample_pictures(
    x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor, interpolation: str, fill_mode: str, fill_value: float
) -> torch.Tensor:
    """Pictures (batch, height, width, channels) at places (batch, new height, new width) of their own."""
    chosen(interpolation, ORDERS, "interpolation")
    batch = torch.arange(x.shape[0], device=x.device)[:, None, None]
    return sample(x, [rows, columns], ORDERS[interpolation], fill_mode, fill_value, rows=batch)


@op
def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> torch.Tensor:
    """Each pixel (x, y) of the output is the input's at (a0·x + a1·y + a2, b0·x + b1·y + b2).

    Args:
        images: (batch, height, width, channels), or without the batch; channels before the height for ``channels_first``.
        transform: [a0, a1, a2, b0, b1, b2, 0, 0], one for all or one for each picture.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_mode: what lies outside; see ``map_coordinates``.
        fill_value: the constant outside.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
    """
    x, layout, single = as_batch(images, data_format, "affine_transform")
    numbers = as_tensor(transform)
    if numbers.dim() not in (1, 2) or numbers.shape[-1] != 8:
        raise ShapeError(f"Expected transforms of shape (8,) or (batch, 8). Received: shape {tuple(numbers.shape)}")
    kind = numbers.dtype if numbers.is_floating_point() else torch.float32
    a0, a1, a2, b0, b1, b2, _, _ = numbers.to(kind).reshape(-1, 8, 1, 1).expand(x.shape[0], 8, 1, 1).unbind(1)
    rows, columns = _grid(x, kind)
    made = sample_pictures(
        x, b0 * columns + b1 * rows + b2, a0 * columns + a1 * rows + a2, interpolation, fill_mode, fill_value
    )
    return restored(made, layout, single)


@op
def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> torch.Tensor:
    """Pictures seen from elsewhere: four points go to four others, and straight lines stay straight.

    Args:
        images: (batch, height, width, channels), or without the batch; channels before the height for ``channels_first``.
        start_points: four (x, y), as (4, 2) or (batch, 4, 2).
        end_points: where they go.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_value: what lies outside.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
    """
    x, layout, single = as_batch(images, data_format, "perspective_transform")
    kind = x.dtype if x.dtype in (torch.float32, torch.float64) else torch.float32
    start, end = as_tensor(start_points).to(kind), as_tensor(end_points).to(kind)
    if start.shape != end.shape or tuple(start.shape[-2:]) != (4, 2) or start.dim() not in (2, 3):
        raise ShapeError(
            "Expected start_points and end_points of shape (4, 2) or (batch, 4, 2). "
            f"Received: {tuple(start.shape)} and {tuple(end.shape)}"
        )
    numbers = homography(start.reshape(-1, 4, 2), end.reshape(-1, 4, 2))
    a0, a1, a2, a3, a4, a5, a6, a7 = numbers.reshape(-1, 8, 1, 1).expand(x.shape[0], 8, 1, 1).unbind(1)
    rows, columns = _grid(x, kind)
    depth = a6 * columns + a7 * rows + 1.0
    from_rows, from_columns = (a3 * columns + a4 * rows + a5) / depth, (a0 * columns + a1 * rows + a2) / depth
    made = sample_pictures(x, from_rows, from_columns, interpolation, "constant", fill_value)
    return restored(made, layout, single)


def homography(start: torch.Tensor, end: torch.Tensor) -> torch.Tensor:
    """The eight numbers of the projective map that takes the end points (batch, 4, 2) back to the start points."""
    x, y = end.unbind(-1)  # (batch, 4)
    u, v = start.unbind(-1)
    one, none = torch.ones_like(x), torch.zeros_like(x)
    to_u = torch.stack([x, y, one, none, none, none, -u * x, -u * y], dim=-1)
    to_v = torch.stack([none, none, none, x, y, one, -v * x, -v * y], dim=-1)
    return torch.linalg.solve(torch.cat([to_u, to_v], dim=1), torch.cat([u, v], dim=1).unsqueeze(-1)).squeeze(-1)


@op
def elastic_transform(
    images: Any,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> torch.Tensor:
    """Pictures bent by a smooth random field (Simard et al., 2003).

    Args:
        images: (batch, height, width, channels), or without the batch; channels before the height for ``channels_first``.
        alpha: how far pixels move.
        sigma: how smooth the field is: the deviation of the blur in pixels.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_mode: what lies outside; see ``map_coordinates``.
        fill_value: the constant outside.
        seed: an integer, a SeedGenerator or None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
    """
    x, layout, single = as_batch(images, data_format, "elastic_transform")
    width = int(6 * float(sigma)) | 1
    made = bent(x, alpha, sigma, width, interpolation, fill_mode, fill_value, generator_for(seed, x.device))
    return restored(made, layout, single)


def bent(
    x: torch.Tensor,
    alpha: Any,
    sigma: Any,
    width: int,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
    generator: torch.Generator | None,
) -> torch.Tensor:
    """Pictures (batch, height, width, channels) bent by a random field that is blurred over ``width`` pixels."""
    kind = x.dtype if x.dtype in (torch.float32, torch.float64) else torch.float32
    noise = torch.empty((x.shape[0], *x.shape[1:3], 2), dtype=kind, device=x.device)
    noise.normal_(0.0, 1.0, generator=generator)
    smooth = gaussian_blur(noise * sigma, (width, width), (sigma, sigma), "channels_last") * alpha
    rows, columns = _grid(x, kind)
    return sample_pictures(x, rows + smooth[..., 1], columns + smooth[..., 0], interpolation, fill_mode, fill_value)
