"""Whole numbers as vectors."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.preprocessing.encoding import as_mode, encoded, encoded_shape, refuse_sparse
from wubu.symbolic.keras_tensor import KerasTensor


class CategoryEncoding(Layer):
    """Categories 0…n-1 as vectors of length n.

    Args:
        num_tokens: n.
        output_mode: ``"one_hot"``, each category by itself; ``"multi_hot"``, which occur in a sample; ``"count"``, how often.
        sparse: must be False.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``inputs``, whole numbers of shape (batch, n) or (n,); ``count_weights``, how much each counts.

    Example:
        >>> CategoryEncoding(4, "one_hot")(torch.tensor([3, 0])).tolist()
        [[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]]
    """

    def __init__(
        self, num_tokens: int | None = None, output_mode: str = "multi_hot", sparse: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if num_tokens is None or num_tokens < 1:
            raise ArgumentError(
                f"Expected num_tokens, the number of categories. Received: num_tokens={num_tokens!r}. "
                "Try: IntegerLookup, which finds the categories"
            )
        refuse_sparse(sparse)
        self.num_tokens, self.sparse = num_tokens, sparse
        self.output_mode = as_mode(output_mode, ("one_hot", "multi_hot", "count"))

    def call(self, inputs: torch.Tensor, count_weights: Any = None) -> torch.Tensor:
        """Compute the output."""
        if count_weights is not None and self.output_mode != "count":
            raise ArgumentError(f"count_weights needs output_mode='count'. Received: {self.output_mode!r}")
        weights = None if count_weights is None else as_tensor(count_weights)
        return encoded(as_tensor(inputs).long(), self.output_mode, self.num_tokens, self.compute_dtype, weights)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape with ``num_tokens``."""
        return encoded_shape(input_shape, self.output_mode, self.num_tokens)

    def compute_output_spec(self, inputs: Any, count_weights: Any = None) -> Any:
        """The symbolic output."""
        return KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "num_tokens", "output_mode", "sparse")}
