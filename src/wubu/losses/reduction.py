"""From one loss per sample to one loss: weights, masks and the ways of adding up."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, did_you_mean
from wubu.losses.alignment import squeeze_or_expand_to_same_rank


class Reduction:
    """The names of reductions, as tf.keras wrote them."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """Every name."""
        return (cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE)

    @classmethod
    def validate(cls, key: str) -> None:
        """Raise unless the name exists."""
        if key not in cls.all():
            raise ArgumentError(f"Expected one of {cls.all()}. Received: {key!r}")


_KNOWN = ("mean", "mean_with_sample_weight", "none", "sum", "sum_over_batch_size")
MEANS = ("mean", "mean_with_sample_weight", "sum_over_batch_size")


def standardize_reduction(reduction: str | None) -> str | None:
    """Return a reduction's name, checked; ``"auto"``, of tf.keras, is ``"sum_over_batch_size"``."""
    if reduction is None or reduction in _KNOWN:
        return reduction
    if reduction == "auto":
        return "sum_over_batch_size"
    raise ArgumentError(
        f"Expected reduction to be one of {_KNOWN} or None. Received: reduction={reduction!r}."
        f"{did_you_mean(str(reduction), _KNOWN)}"
    )


def reduce_weighted_values(
    values: Any,
    sample_weight: Any = None,
    mask: Any = None,
    reduction: str | None = "sum_over_batch_size",
    dtype: Any = None,
) -> torch.Tensor:
    """Weigh the losses of samples and add them up.

    Args:
        values: one loss per sample, or per sample and step.
        sample_weight: weights of the same shape, with a last axis of size 1 more or less.
        mask: true where a value counts; masked values do not count in the mean either.
        reduction: ``"sum_over_batch_size"`` and ``"mean"`` divide by the number of values,
            ``"mean_with_sample_weight"`` by the sum of the weights, ``"sum"`` by nothing; ``"none"`` and
            None give the weighted values back.
        dtype: the type to compute in; default that of the values.

    Returns:
        A tensor of no axes, or of the values' shape when nothing is added up.
    """
    reduction = standardize_reduction(reduction)
    values = as_tensor(values, dtype)
    if sample_weight is not None:
        sample_weight = _beside(values, sample_weight)
    weight = apply_mask(sample_weight, mask, values.dtype, reduction)
    if weight is not None:
        values, weight = squeeze_or_expand_to_same_rank(values, weight)
        values = values * weight
    return _reduce(values, weight, reduction)


def apply_mask(sample_weight: Any, mask: Any, dtype: Any, reduction: str | None) -> Any:
    """Fold a mask into the weights of samples.

    For the means that divide by the number of values, what remains is made heavier, so that the result is
    the mean over the values that count.

    Args:
        sample_weight: the weights, or None.
        mask: true where a value counts, or None.
        dtype: the weights' type.
        reduction: how the values are added up afterwards.

    Returns:
        The weights, or None when there are neither weights nor a mask.
    """
    if mask is None:
        return sample_weight
    wanted = torch_dtype(dtype)
    weight = as_tensor(mask).to(wanted)
    if reduction in ("mean", "sum_over_batch_size"):
        # All masked: the sum is zero, and so is the result.
        weight = weight * (weight.numel() / torch.clamp(torch.sum(weight), min=1.0))
    if sample_weight is None:
        return weight
    weight, sample_weight = squeeze_or_expand_to_same_rank(weight, as_tensor(sample_weight, wanted))
    return sample_weight * weight


def _beside(values: torch.Tensor, weight: Any) -> torch.Tensor:
    """Weights as a tensor of the values' type on the values' device."""
    weight = as_tensor(weight, values.dtype, values.device)
    return weight if weight.device == values.device else weight.to(values.device)


def _reduce(values: torch.Tensor, weight: torch.Tensor | None, reduction: str | None) -> torch.Tensor:
    if reduction in (None, "none") or values.dim() == 0 or tuple(values.shape) == (0,):
        return values
    if reduction == "sum":
        return torch.sum(values)
    if reduction == "mean_with_sample_weight" and weight is not None:
        total = torch.sum(weight)
        return torch.where(total == 0, 0.0, torch.sum(values) / torch.where(total == 0, 1.0, total))
    return torch.mean(values) if values.numel() else torch.sum(values)
