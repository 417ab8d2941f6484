"""A layer that changes nothing."""

from __future__ import annotations

from typing import Any

from wubu.layers.base import Layer


class Identity(Layer):
    """Give the input back: a placeholder where a layer is expected.

    Args:
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any, also structures.
    """

    keeps_dtype = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """Give the input back."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape
