"""Means of hinge losses."""

from __future__ import annotations

from typing import Any

from wubu.losses.hinges import categorical_hinge, hinge, squared_hinge
from wubu.metrics.reductions import NamedMetric


class Hinge(NamedMetric):
    """The mean of ``max(1 - y_true * y_pred, 0)``; labels 0 and 1 count as -1 and 1.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(Hinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 4)
        1.3
    """

    def __init__(self, name: str = "hinge", dtype: Any = None) -> None:
        super().__init__(hinge, name, dtype)


class SquaredHinge(NamedMetric):
    """The mean of ``max(1 - y_true * y_pred, 0)²``; labels 0 and 1 count as -1 and 1.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(SquaredHinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 4)
        1.86
    """

    def __init__(self, name: str = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(squared_hinge, name, dtype)


class CategoricalHinge(NamedMetric):
    """The mean of ``max(1 + best wrong score - right score, 0)``; see ``losses.categorical_hinge``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(CategoricalHinge()([[0, 1], [1, 0]], [[0.6, 0.4], [0.4, 0.6]])), 4)
        1.2
    """

    def __init__(self, name: str = "categorical_hinge", dtype: Any = None) -> None:
        super().__init__(categorical_hinge, name, dtype)
