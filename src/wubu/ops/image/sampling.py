"""Values between the elements of a tensor."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError
from wubu.ops.image.arguments import chosen
from wubu.symbolic.function import op

FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
ORDERS = {"nearest": 0, "bilinear": 1}


@op
def map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> torch.Tensor:
    """The values of a tensor at places between its elements.

    Args:
        inputs: the tensor.
        coordinates: one tensor of places for each of its axes, all of one shape, as a list or stacked.
        order: 0 for the nearest element, 1 for linear interpolation.
        fill_mode: what lies outside: ``"constant"``, ``"nearest"`` (aaa abc ccc), ``"wrap"`` (abc abc abc),
            ``"mirror"`` (cba bcb … without repeating the edge) or ``"reflect"`` (cba abc cba).
        fill_value: the constant.

    Returns:
        Of the coordinates' shape and the input's type.

    Raises:
        ShapeError: when there are not as many coordinates as axes.
    """
    x = as_tensor(inputs)
    places = [as_tensor(c) for c in coordinates]
    if len(places) != x.dim() or places[0].dim() < 1:
        raise ShapeError(
            "map_coordinates expected one tensor of coordinates for each axis of the inputs. "
            f"Received: {len(places)} for inputs of shape {tuple(x.shape)}"
        )
    if order not in (0, 1):
        raise ArgumentError(f"Expected order 0 or 1. Received: order={order!r}")
    return sample(x, places, order, fill_mode, fill_value)


def sample(
    x: torch.Tensor,
    places: Sequence[torch.Tensor],
    order: int,
    fill_mode: str,
    fill_value: float,
    rows: torch.Tensor | None = None,
) -> torch.Tensor:
    """Interpolate along the first axes of a tensor, and take the others as they are.

    Args:
        x: the tensor; with ``rows``, of shape (batch, *axes of places, *others).
        places: for each axis, tensors of one shape.
        order: 0 or 1.
        fill_mode: see ``map_coordinates``.
        fill_value: the constant outside.
        rows: which element of the batch each place is in, of a shape that broadcasts to that of the places.

    Returns:
        Of the places' shape, then the other axes, in the type of ``x``.
    """
    chosen(fill_mode, FILL_MODES, "fill_mode")
    first = () if rows is None else (rows,)
    others = x.dim() - len(first) - len(places)
    neighbours = []
    for place, size in zip(places, x.shape[len(first) :]):
        corners = []
        for index, weight in _corners(place, order):
            inside = (index >= 0) & (index < size) if fill_mode == "constant" else None
            corners.append((_fixed(index, size, fill_mode), inside, weight))
        neighbours.append(corners)
    whole = not (x.is_floating_point() or x.is_complex())
    total: Any = 0
    for corner in itertools.product(*neighbours):
        value = x[(*first, *(index for index, _, _ in corner))]
        factor: Any = None
        inside = None
        for _, within, share in corner:
            if share is not None:
                factor = share if factor is None else factor * share
            if within is not None:
                inside = within if inside is None else inside & within
        if inside is not None:
            constant = torch.as_tensor(fill_value, device=x.device).to(x.dtype)
            value = torch.where(inside.reshape(*inside.shape, *(1,) * others), value, constant)
        total = total + (value if factor is None else value * factor.reshape(*factor.shape, *(1,) * others))
    return (total.round() if whole and total.is_floating_point() else total).to(x.dtype)


def _corners(place: torch.Tensor, order: int) -> list[tuple[torch.Tensor, torch.Tensor | None]]:
    """The elements around a place and their weights."""
    if order == 0 or not place.is_floating_point():
        return [((place.round() if place.is_floating_point() else place).long(), None)]
    low = torch.floor(place)
    return [(low.long(), 1 - (place - low)), (low.long() + 1, place - low)]


def _fixed(index: torch.Tensor, size: int, fill_mode: str) -> torch.Tensor:
    """An index within an axis that stands for one beyond it."""
    if fill_mode in ("constant", "nearest") or size == 1:
        return index.clamp(0, size - 1)
    if fill_mode == "wrap":
        return index % size
    if fill_mode == "mirror":
        return _mirrored(index, size)
    return torch.div(_mirrored(2 * index + 1, 2 * size + 1) - 1, 2, rounding_mode="floor")


def _mirrored(index: torch.Tensor, size: int) -> torch.Tensor:
    half = size - 1
    return torch.abs((index + half) % (2 * half) - half)
