"""Sums and means of values: the state of most metrics."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import torch

from wubu.core import registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.tensors import as_tensor
from wubu.losses.alignment import squeeze_or_expand_to_same_rank
from wubu.losses.reduction import apply_mask
from wubu.metrics.arithmetic import divide_no_nan, weights_beside
from wubu.metrics.base import Metric


class Sum(Metric):
    """``sum(values * sample_weight)`` over everything seen.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(Sum()([1.0, 3.0, 5.0]))
        9.0
    """

    def __init__(self, name: str = "sum", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values.

        Args:
            values: of any shape (batch, …).
            sample_weight: weights of the values' first axes, or None.
        """
        values = as_tensor(values)
        if sample_weight is None:
            self.total.add_(values.sum(dtype=self._torch_dtype))
            return
        weighted, _ = weighted_samples(values, sample_weight, torch.sum, self._torch_dtype)
        self.total.add_(weighted.sum())

    def result(self) -> torch.Tensor:
        """The sum."""
        return self.total.clone()


class Mean(Metric):
    """``sum(values * sample_weight) / sum(sample_weight)`` over everything seen; 0 when nothing was.

    Values of more than one axis count as the mean over the axes after the first.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(Mean()([1.0, 3.0, 5.0], sample_weight=[1.0, 1.0, 0.0]))
        2.0
    """

    def __init__(self, name: str = "mean", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")
        self.count = self.add_variable((), "zeros", dtype=self.dtype, name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values.

        Args:
            values: of any shape (batch, …).
            sample_weight: weights of the values' first axes, or None.
        """
        values = as_tensor(values)
        if sample_weight is None:
            # One sum over everything, divided by how many values a sample has.
            each = math.prod(values.shape[1:])
            self.total.add_(values.sum(dtype=self._torch_dtype), alpha=1.0 / each if each else 0.0)
            self.count.add_(values.shape[0] if values.dim() else 1)
            return
        weighted, weights = weighted_samples(values, sample_weight, torch.mean, self._torch_dtype)
        self.total.add_(weighted.sum())
        self.count.add_(weights.sum())

    def result(self) -> torch.Tensor:
        """The mean."""
        return divide_no_nan(self.total, self.count)


class MeanMetricWrapper(Mean):
    """The mean of a function of labels and predictions.

    Args:
        fn: a function of ``(y_true, y_pred, **kwargs)`` that gives a value per sample.
        name: of the metric.
        dtype: the type to compute in, default floatx.
        **kwargs: further arguments of the function.

    Example:
        >>> metric = MeanMetricWrapper(lambda y_true, y_pred: (y_true - y_pred).abs(), name="distance")
        >>> float(metric(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0])))
        1.0
    """

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(name=name or None, dtype=dtype)  # type: ignore[arg-type]
        self._fn = fn
        self._fn_kwargs = kwargs
        found = registry.room_of(fn)
        if found is not None and found[0] == "losses":
            self._direction = "down"

    def update_state(  # type: ignore[override]
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Add a batch.

        Args:
            y_true: labels.
            y_pred: predictions; where their mask is false, they do not count.
            sample_weight: weights of the values' first axes, or None.
        """
        mask = getattr(y_pred, "_keras_mask", None)
        values = self.values(y_true, y_pred)
        if mask is not None:
            sample_weight = apply_mask(sample_weight, mask, self._torch_dtype, "sum")
        super().update_state(values, sample_weight)

    def values(self, y_true: Any, y_pred: Any) -> torch.Tensor:
        """The function's values."""
        return self._fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        config = super().get_config()
        config["fn"] = serialize_keras_object(self._fn)
        config.update(serialize_keras_object(self._fn_kwargs))
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make a metric from what ``get_config`` gave."""
        return cls(**(deserialize_keras_object(config) if "fn" in config else config))


class NamedMetric(MeanMetricWrapper):
    """Base of the built-in means: the function is known, its arguments are attributes."""

    # Arguments that Keras's configs leave out; they are written only where they differ from these defaults.
    _unwritten: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, fn: Callable[..., Any], name: str | None, dtype: Any, **kwargs: Any) -> None:
        super().__init__(fn, name, dtype, **kwargs)
        for key, value in kwargs.items():
            setattr(self, key, value)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        config: dict[str, Any] = {"name": self.name, "dtype": self.dtype}
        for key, value in self._fn_kwargs.items():
            if key not in self._unwritten or value != self._unwritten[key]:
                config[key] = value
        return config


def weighted_samples(
    values: torch.Tensor, sample_weight: Any, reduce: Callable[..., torch.Tensor], dtype: torch.dtype
) -> tuple[torch.Tensor, torch.Tensor]:
    """One weighted value and one weight per sample.

    Args:
        values: of shape (batch, …).
        sample_weight: weights of the values' first axes; a last axis of size 1 more or less is allowed.
        reduce: ``torch.sum`` or ``torch.mean``, over the axes after the first.
        dtype: the type to compute in.

    Returns:
        The weighted values, and the weights, each of shape (batch,) or ().
    """
    mask = getattr(values, "_keras_mask", None)
    values = as_tensor(values, dtype)
    weight = weights_beside(sample_weight, values, dtype)
    if mask is not None:
        weight = apply_mask(weight, mask, dtype, "sum")
    values, weight = squeeze_or_expand_to_same_rank(values, weight)
    axes = weight.dim()
    if values.dim() > axes:
        values = reduce(values, dim=tuple(range(axes, values.dim())))
    weight = weight.expand(values.shape)
    values = values * weight
    if axes > 1:
        weight = reduce(weight, dim=tuple(range(1, axes)))
    if values.dim() > 1:
        values = reduce(values, dim=tuple(range(1, values.dim())))
    return values, weight
