"""Constraints, by Keras's names."""

from wubu.constraints.base import Constraint
from wubu.constraints.lookup import deserialize, get, serialize
from wubu.constraints.norms import MaxNorm, MinMaxNorm, UnitNorm
from wubu.constraints.sign import NonNeg
from wubu.core.registry import register_room

max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

# Keras 1's names.
maxnorm = MaxNorm
nonneg = NonNeg
unitnorm = UnitNorm

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]

_LOOKUP = {"deserialize", "get", "serialize"}

register_room(
    "constraints",
    {name: globals()[name] for name in __all__ if name not in _LOOKUP},
    aliases={"maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm"},
)
