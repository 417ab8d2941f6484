"""A loss made of a function of labels and predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import torch

from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.losses.alignment import beside, squeeze_or_expand_to_same_rank
from wubu.losses.base import Loss
from wubu.losses.reduction import MEANS
from wubu.losses.traits import traits_of


class LossFunctionWrapper(Loss):
    """A loss whose samples' losses are a function's values.

    Where a built-in function has a short form for the mean over a batch, and neither weights nor masks
    stand against it, that is what is computed.

    Args:
        fn: a function of ``(y_true, y_pred, **kwargs)``.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
        **kwargs: further arguments of the function.

    Example:
        >>> LossFunctionWrapper(lambda y_true, y_pred: (y_true - y_pred).abs())([1.0], [3.0])
        tensor(2.)
    """

    # Where Keras keeps this class, which has no public name there; its configs say so.
    _keras_module = "keras.src.losses.losses"

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs
        self._traits = traits_of(fn)
        # A subclass that computes in its own way has no short form.
        self._mean = self._traits.mean if type(self).call is LossFunctionWrapper.call else None

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> torch.Tensor:
        """Return the loss; see ``Loss``."""
        if self._mean is not None and sample_weight is None and self.reduction in MEANS:
            mean = self._short_form(y_true, y_pred)
            if mean is not None:
                return mean
        return super().__call__(y_true, y_pred, sample_weight)

    def _short_form(self, y_true: Any, y_pred: Any) -> torch.Tensor | None:
        if getattr(y_pred, "_keras_mask", None) is not None or not isinstance(y_pred, torch.Tensor):
            return None
        if nest.is_nested(y_true) or not y_pred.numel():
            return None
        pair = squeeze_or_expand_to_same_rank(*self._as_tensors(y_true, y_pred))
        assert self._mean is not None
        return self._mean(*pair, **self._fn_kwargs)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one loss per sample."""
        if nest.is_nested(y_pred):
            flat = zip(nest.flatten(y_true), nest.flatten(y_pred))
            pairs = [squeeze_or_expand_to_same_rank(t, p) for t, p in flat]
            y_true = nest.pack_sequence_as(y_true, [t for t, _ in pairs])
            y_pred = nest.pack_sequence_as(y_pred, [p for _, p in pairs])
        elif not nest.is_nested(y_true):
            y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def _as_labels(self, y_true: Any, y_pred: Any) -> Any:
        # Class indices stay what they are: floats would cost two casts, and lose large ones.
        if self._traits.targets in ("indices", "integers"):
            return beside(y_true, y_pred)
        return super()._as_labels(y_true, y_pred)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this loss again."""
        config = super().get_config()
        config["fn"] = serialize_keras_object(self.fn)
        config.update(serialize_keras_object(self._fn_kwargs))
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """Make a loss from what ``get_config`` gave."""
        if "fn" in config:
            config = deserialize_keras_object(config)
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({getattr(self.fn, '__name__', self.fn)}, kwargs={self._fn_kwargs})>"


class NamedLoss(LossFunctionWrapper):
    """Base of the built-in losses: the function is known, its arguments are attributes."""

    # Arguments that Keras's configs leave out; they are written only where they differ from these defaults.
    _unwritten: ClassVar[Mapping[str, Any]] = {}
    _keras_module = "keras.losses"

    def __init__(self, fn: Callable[..., Any], reduction: Any, name: Any, dtype: Any, **kwargs: Any) -> None:
        super().__init__(fn, reduction=reduction, name=name, dtype=dtype, **kwargs)
        for key, value in kwargs.items():
            setattr(self, key, value)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this loss again."""
        config = Loss.get_config(self)
        for key, value in self._fn_kwargs.items():
            if key not in self._unwritten or value != self._unwritten[key]:
                config[key] = value
        return config
