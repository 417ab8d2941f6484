"""Keras's ``mixed_precision`` namespace: types to compute in."""

from __future__ import annotations

from wubu.core.policy import DTypePolicy, dtype_policy, set_dtype_policy
from wubu.optimizers import LossScaleOptimizer

Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]
