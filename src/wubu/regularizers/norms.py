"""Penalties on the size of weights: sums of absolute values and of squares."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.errors import UnknownArgumentError
from wubu.regularizers.base import Regularizer, non_negative


class L1(Regularizer):
    """``l1 * sum(|x|)``: drives weights to exactly zero (lasso).

    Args:
        l1: the factor; Keras 2 wrote it ``l``.

    Example:
        >>> L1(0.1)([1.0, -2.0])
        tensor(0.3000)
    """

    def __init__(self, l1: float | None = 0.01, **legacy: Any) -> None:
        self.l1 = non_negative(_old_name("L1", l1, legacy), "l1")

    def __call__(self, x: Any) -> torch.Tensor:
        """Return the penalty, a tensor of no axes."""
        return self.l1 * torch.sum(torch.abs(as_tensor(x)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this regularizer again."""
        return {"l1": self.l1}


class L2(Regularizer):
    """``l2 * sum(x²)``: keeps weights small (ridge, weight decay in the loss).

    Args:
        l2: the factor; Keras 2 wrote it ``l``.

    Example:
        >>> L2(0.1)([1.0, -2.0])
        tensor(0.5000)
    """

    def __init__(self, l2: float | None = 0.01, **legacy: Any) -> None:
        self.l2 = non_negative(_old_name("L2", l2, legacy), "l2")

    def __call__(self, x: Any) -> torch.Tensor:
        """Return the penalty, a tensor of no axes."""
        return self.l2 * torch.sum(torch.square(as_tensor(x)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this regularizer again."""
        return {"l2": self.l2}


class L1L2(Regularizer):
    """``l1 * sum(|x|) + l2 * sum(x²)`` (elastic net).

    Args:
        l1: the factor of the absolute values.
        l2: the factor of the squares.

    Example:
        >>> L1L2(l1=0.1, l2=0.1)([1.0, -2.0])
        tensor(0.8000)
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = non_negative(0.0 if l1 is None else l1, "l1")
        self.l2 = non_negative(0.0 if l2 is None else l2, "l2")

    def __call__(self, x: Any) -> torch.Tensor:
        """Return the penalty, a tensor of no axes."""
        x = as_tensor(x)
        parts = []
        if self.l1:
            parts.append(self.l1 * torch.sum(torch.abs(x)))
        if self.l2:
            parts.append(self.l2 * torch.sum(torch.square(x)))
        return sum(parts[1:], parts[0]) if parts else x.new_zeros(())

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this regularizer again."""
        return {"l1": self.l1, "l2": self.l2}


def _old_name(owner: str, value: float | None, legacy: dict[str, Any]) -> float:
    """The factor, under its name or as Keras 1 and 2 wrote it."""
    value = legacy.pop("l", value)
    if legacy:
        raise UnknownArgumentError(owner, legacy, ["l", owner.lower()])
    return 0.01 if value is None else value
