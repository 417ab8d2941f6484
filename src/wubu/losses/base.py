"""What every loss is: a number that says how far predictions are from labels."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import border, nest, policy, settings
from wubu.core.constructed import Constructed
from wubu.core.dtypes import torch_dtype
from wubu.core.names import auto_name
from wubu.core.tensors import as_tensor
from wubu.losses.alignment import beside
from wubu.losses.logits import carry_logits
from wubu.losses.reduction import reduce_weighted_values, standardize_reduction


class Loss(metaclass=Constructed):
    """Base of losses; subclass it and define ``call``.

    Args:
        name: default the class's name in small letters.
        reduction: how the samples' losses become one: ``"sum_over_batch_size"`` (also ``"mean"``) divides
            their sum by their number, ``"mean_with_sample_weight"`` by the sum of the weights, ``"sum"`` by
            nothing; ``"none"`` or None gives one loss per sample.
        dtype: the type to compute in, default floatx.

    Example:
        >>> class Cubes(Loss):
        ...     def call(self, y_true, y_pred):
        ...         return torch.mean(torch.abs(y_true - y_pred) ** 3, dim=-1)
        >>> Cubes()([[0.0]], [[2.0]])
        tensor(8.)
    """

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: Any = None
    ) -> None:
        self.name = name or auto_name(type(self).__name__)
        self.reduction = standardize_reduction(reduction)
        self._dtype_policy = policy.get(dtype or settings.floatx())
        self._dtype = self._dtype_policy.compute_dtype
        self._torch_dtype = torch_dtype(self._dtype)

    @property
    def dtype(self) -> str:
        """The type that the loss is computed in."""
        return self._dtype

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> torch.Tensor:
        """Return the loss.

        Args:
            y_true: the labels: a tensor, an array, or a structure of them.
            y_pred: the predictions, in the same structure.
            sample_weight: a weight per sample, or per sample and step.

        Returns:
            A tensor of no axes, or one loss per sample when the reduction is none.
        """
        mask = getattr(y_pred, "_keras_mask", None)
        y_true, y_pred = self._as_tensors(y_true, y_pred)
        values = self.call(y_true, y_pred)
        own_mask = getattr(values, "_keras_mask", None)
        if mask is None:
            mask = own_mask
        elif own_mask is not None:
            mask = mask & own_mask
        return border.result(reduce_weighted_values(values, sample_weight, mask, self.reduction, self._torch_dtype))

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one loss per sample.

        Args:
            y_true: the labels, in the loss's type.
            y_pred: the predictions, in the loss's type.
        """
        raise NotImplementedError(f"{type(self).__name__} must define call(self, y_true, y_pred).")

    def _as_tensors(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Labels and predictions as tensors of the loss's type on the same device."""
        if isinstance(y_pred, torch.Tensor) and not nest.is_nested(y_true):
            y_pred = self._as_predictions(y_pred)
            return self._as_labels(y_true, y_pred), y_pred
        y_pred = nest.map_structure(self._as_predictions, _lists_are_arrays(y_pred))
        like = next((x for x in nest.flatten(y_pred) if isinstance(x, torch.Tensor)), None)
        return nest.map_structure(lambda y: self._as_labels(y, like), _lists_are_arrays(y_true)), y_pred

    def _as_predictions(self, y_pred: Any) -> Any:
        return carry_logits(y_pred, as_tensor(y_pred, self._torch_dtype))

    def _as_labels(self, y_true: Any, y_pred: Any) -> Any:
        return beside(y_true, y_pred, self._torch_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this loss again."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """Make a loss from what ``get_config`` gave."""
        return cls(**config)


def _lists_are_arrays(structure: Any) -> Any:
    """A list of numbers is one array, not a structure of numbers."""
    leaf = structure
    while isinstance(leaf, list | tuple) and leaf:
        leaf = leaf[0]
    if leaf is not structure and isinstance(leaf, bool | int | float):
        return as_tensor(structure)
    return structure
