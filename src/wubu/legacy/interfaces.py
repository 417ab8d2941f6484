"""``keras.legacy.interfaces``: decorators that translated arguments; here nothing is left for them to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = [
    "generate_legacy_interface",
    "legacy_add_weight_support",
    "legacy_conv2d_support",
    "legacy_dense_support",
    "legacy_input_support",
    "legacy_model_constructor_support",
    "legacy_recurrent_support",
]


def _unchanged(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def generate_legacy_interface(*args: Any, **kwargs: Any) -> Callable[..., Any]:
    """A decorator that changes nothing."""
    return _unchanged


legacy_add_weight_support = _unchanged
legacy_conv2d_support = _unchanged
legacy_dense_support = _unchanged
legacy_input_support = _unchanged
legacy_model_constructor_support = _unchanged
legacy_recurrent_support = _unchanged
