"""A table of vectors, looked up by integers."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu import constraints, initializers, regularizers
from wubu.core.dtypes import torch_dtype
from wubu.layers.arguments import as_tuple, stored
from wubu.layers.base import Layer


class Embedding(Layer):
    """Replace each integer by a learned vector.

    Args:
        input_dim: the number of different integers: they go from 0 to ``input_dim - 1``.
        output_dim: the size of the vectors.
        embeddings_initializer: how the vectors begin.
        embeddings_regularizer: a penalty that is added to the loss.
        embeddings_constraint: a projection after each update.
        mask_zero: whether 0 stands for nothing, so that later layers leave it out.
        weights: the vectors to begin with, an array of shape (input_dim, output_dim).
        input_length: the number of integers in each row, for old programs that have no Input.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, …)``, integers. Output shape: ``(batch, …, output_dim)``.

    Example:
        >>> Embedding(10, 3)(torch.tensor([[1, 2, 3, 4]])).shape
        torch.Size([1, 4, 3])
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        if weights is not None:
            kwargs["weights"] = weights if isinstance(weights, list) and len(weights) == 1 else [weights]
        if input_length is not None and kwargs.get("input_shape") is None:
            kwargs["input_shape"] = input_length
        super().__init__(**kwargs)
        (self.input_dim,) = as_tuple(input_dim, 1, "input_dim")
        (self.output_dim,) = as_tuple(output_dim, 1, "output_dim")
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        self.autocast = False  # half types cannot hold large integers

    def build(self, input_shape: Any = None) -> None:
        """Make the table of shape (input_dim, output_dim)."""
        self.embeddings = self.add_weight(
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            name="embeddings",
        )

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Look the vectors up."""
        if inputs.dtype not in (torch.int32, torch.int64):
            inputs = inputs.to(torch.int64)
        return F.embedding(inputs, self.embeddings).to(torch_dtype(self.compute_dtype))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """False where the integer is 0, if 0 stands for nothing."""
        return inputs != 0 if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape and ``output_dim``."""
        return *input_shape, self.output_dim

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ("input_dim", "output_dim", "embeddings_initializer", "embeddings_regularizer", "activity_regularizer")
        return {**super().get_config(), **stored(self, *names, "embeddings_constraint", "mask_zero")}
