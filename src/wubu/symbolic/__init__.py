"""Symbolic tensors and the graph that calling layers on them leaves behind."""

from __future__ import annotations

from wubu.symbolic.keras_tensor import KerasTensor, is_keras_tensor

__all__ = ["KerasTensor", "is_keras_tensor"]
