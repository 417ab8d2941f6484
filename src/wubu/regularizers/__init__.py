"""Regularizers, by Keras's names."""

from wubu.core.registry import register_room
from wubu.regularizers.base import Regularizer
from wubu.regularizers.lookup import deserialize, get, serialize
from wubu.regularizers.norms import L1, L1L2, L2
from wubu.regularizers.orthogonality import OrthogonalRegularizer

l1 = L1
l1_l2 = L1L2
l2 = L2
orthogonal_regularizer = OrthogonalRegularizer

# Keras 1's names.
ActivityRegularizer = WeightRegularizer = L1L2
activity_l1 = L1
activity_l1l2 = l1l2 = L1L2
activity_l2 = L2

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]

_LOOKUP = {"deserialize", "get", "serialize"}

register_room(
    "regularizers",
    {name: globals()[name] for name in __all__ if name not in _LOOKUP},
    aliases={
        "ActivityRegularizer": L1L2,
        "WeightRegularizer": L1L2,
        "activity_l1": L1,
        "activity_l1l2": L1L2,
        "activity_l2": L2,
        "l1l2": L1L2,
    },
)
