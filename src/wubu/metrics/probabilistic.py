"""Means of what probabilities cost."""

from __future__ import annotations

from typing import Any

from wubu.losses.binary_entropy import binary_crossentropy
from wubu.losses.categorical_entropy import categorical_crossentropy
from wubu.losses.divergence import kl_divergence, poisson
from wubu.losses.sparse_entropy import sparse_categorical_crossentropy
from wubu.metrics.reductions import NamedMetric


class KLDivergence(NamedMetric):
    """The mean of ``sum(y_true * log(y_true / y_pred))``; see ``losses.kl_divergence``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(KLDivergence()([[0.0, 1.0], [0.0, 0.0]], [[0.6, 0.4], [0.4, 0.6]])), 4)
        0.4581
    """

    def __init__(self, name: str = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(kl_divergence, name, dtype)


class Poisson(NamedMetric):
    """The mean of ``y_pred - y_true * log(y_pred)``; see ``losses.poisson``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(Poisson()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]])), 4)
        0.5
    """

    def __init__(self, name: str = "poisson", dtype: Any = None) -> None:
        super().__init__(poisson, name, dtype)


class BinaryCrossentropy(NamedMetric):
    """The mean cross-entropy of labels 0 and 1; see ``losses.binary_crossentropy``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.
        from_logits: whether predictions are logits rather than probabilities.
        label_smoothing: labels are moved so far towards the uniform distribution, from 0 to 1.

    Example:
        >>> round(float(BinaryCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(binary_crossentropy, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing)


class CategoricalCrossentropy(NamedMetric):
    """The mean cross-entropy of one-hot labels; see ``losses.categorical_crossentropy``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.
        from_logits: whether predictions are logits rather than probabilities.
        label_smoothing: labels are moved so far towards the uniform distribution, from 0 to 1.
        axis: the axis of the classes.

    Example:
        >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            categorical_crossentropy, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing, axis=axis
        )


class SparseCategoricalCrossentropy(NamedMetric):
    """The mean cross-entropy of class indices; see ``losses.sparse_categorical_crossentropy``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.
        from_logits: whether predictions are logits rather than probabilities.
        ignore_class: labels of this value cost nothing.
        axis: the axis of the classes.

    Example:
        >>> round(float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy, name, dtype, from_logits=from_logits, ignore_class=ignore_class, axis=axis
        )
