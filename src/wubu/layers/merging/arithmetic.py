"""Sums, products, differences, means and extremes of tensors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import torch

from wubu.errors import ShapeError
from wubu.layers.merging.base import Merge, full_mask, merge_where_unmasked


class Add(Merge):
    """The sum of a list of tensors.

    Args:
        **kwargs: the arguments of ``Layer``.

    Input shape: a list of shapes that are equal or broadcast. Output shape: the common one.

    Example:
        >>> Add()([torch.ones(1, 2), torch.ones(1, 2)])
        tensor([[2., 2.]])
    """

    def _merge(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        return reduce(torch.add, inputs)


class Subtract(Merge):
    """The first tensor minus the second.

    Args:
        **kwargs: the arguments of ``Layer``.

    Input shape: a list of two shapes that are equal or broadcast. Output shape: the common one.
    """

    def build(self, input_shape: Any) -> None:
        """Check that there are two shapes that fit together."""
        if len(self._shapes(input_shape)) != 2:
            raise ShapeError(f"Layer {self.name!r} expects two inputs. Received: input shapes {input_shape}")
        super().build(input_shape)

    def _merge(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        return inputs[0] - inputs[1]


class Multiply(Merge):
    """The product of a list of tensors, element by element; a masked place counts as 1, and as 0 if all are masked.

    Args:
        **kwargs: the arguments of ``Layer``.

    Input shape: a list of shapes that are equal or broadcast. Output shape: the common one.
    """

    def _merge(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        masks = [full_mask(x) for x in inputs]
        factors = [x if m is None else torch.where(m, x, 1.0) for x, m in zip(inputs, masks, strict=True)]
        output = reduce(torch.mul, factors)
        found = [m for m in masks if m is not None]
        if len(found) < len(masks):
            return output
        return torch.where(reduce(torch.logical_or, found), output, 0.0)


class Average(Merge):
    """The mean of a list of tensors, element by element.

    Args:
        **kwargs: the arguments of ``Layer``.

    Input shape: a list of shapes that are equal or broadcast. Output shape: the common one.
    """

    def _merge(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        return reduce(torch.add, inputs) / len(inputs)


class Maximum(Merge):
    """The largest value of a list of tensors, element by element; masked places do not count.

    Args:
        **kwargs: the arguments of ``Layer``.

    Input shape: a list of shapes that are equal or broadcast. Output shape: the common one.
    """

    def _merge(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        return merge_where_unmasked(torch.maximum, inputs)


class Minimum(Merge):
    """The smallest value of a list of tensors, element by element; masked places do not count.

    Args:
        **kwargs: the arguments of ``Layer``.

    Input shape: a list of shapes that are equal or broadcast. Output shape: the common one.
    """

    def _merge(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        return merge_where_unmasked(torch.minimum, inputs)


def add(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """``Add(**kwargs)(inputs)``."""
    return Add(**kwargs)(inputs)


def subtract(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """``Subtract(**kwargs)(inputs)``."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """``Multiply(**kwargs)(inputs)``."""
    return Multiply(**kwargs)(inputs)


def average(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """``Average(**kwargs)(inputs)``."""
    return Average(**kwargs)(inputs)


def maximum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """``Maximum(**kwargs)(inputs)``."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """``Minimum(**kwargs)(inputs)``."""
    return Minimum(**kwargs)(inputs)
