"""Symbolic tensors and the graph that calling layers on them leaves behind."""

from __future__ import annotations

from wubu.symbolic import function as _function  # lets symbolic tensors record functions
from wubu.symbolic.keras_tensor import KerasTensor, is_keras_tensor

del _function

__all__ = ["KerasTensor", "is_keras_tensor"]
