"""A table of vectors that also finds the integers that a vector is near to."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.dtypes import torch_dtype
from wubu.errors import NotBuiltError
from wubu.layers.arguments import stored
from wubu.layers.core.embedding import Embedding
from wubu.symbolic.keras_tensor import KerasTensor


class ReversibleEmbedding(Embedding):
    """Replace integers by learned vectors or, with ``reverse=True``, vectors by a score for each integer.

    The scores are products with the same vectors (Press & Wolf, "Using the output embedding to improve language
    models", 2017), or with others.

    Args:
        input_dim: the number of different integers.
        output_dim: the size of the vectors.
        tie_weights: whether both ways use the same vectors.
        embeddings_initializer: how the vectors begin.
        embeddings_regularizer: a penalty that is added to the loss.
        embeddings_constraint: a projection after each update.
        mask_zero: whether 0 stands for nothing.
        reverse_dtype: the type to compute scores in. Default: the layer's own.
        logit_soft_cap: a bound c; scores become ``tanh(score / c) * c``.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``reverse``.

    Input shape: ``(batch, …)``, integers; reversed ``(batch, …, output_dim)``. Output shape: ``(batch, …,
    output_dim)``; reversed ``(batch, …, input_dim)``.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **kwargs,
        )
        self.tie_weights = tie_weights
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Any = None) -> None:
        """Make the table, and another one of shape (output_dim, input_dim) if they are not the same."""
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim), self.embeddings_initializer, name="reverse_embeddings"
            )

    def call(self, inputs: torch.Tensor, reverse: bool = False) -> torch.Tensor:
        """Look the vectors up, or compute scores."""
        if not reverse:
            return super().call(inputs)
        if not self.built:
            raise NotBuiltError(f"Layer {self.name!r} has no vectors yet. Try: call it on integers first")
        kernel = self.embeddings.T if self.tie_weights else self.reverse_embeddings
        dtype = torch_dtype(self.reverse_dtype or self.compute_dtype)
        scores = inputs.to(dtype) @ kernel.to(dtype)
        if self.logit_soft_cap is not None:
            scores = torch.tanh(scores / self.logit_soft_cap) * self.logit_soft_cap
        return scores

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """False where the integer is 0, if 0 stands for nothing; vectors pass their mask on."""
        if isinstance(inputs, torch.Tensor) and inputs.is_floating_point():
            return previous_mask
        return super().compute_mask(inputs, previous_mask)

    def compute_output_spec(self, inputs: Any, reverse: bool = False) -> KerasTensor:
        """The symbolic output, of either way."""
        shape = self.compute_output_shape(inputs.shape, reverse)
        return KerasTensor(shape, (reverse and self.reverse_dtype) or self.compute_dtype)

    def compute_output_shape(self, input_shape: Any, reverse: bool = False) -> tuple[int | None, ...]:
        """The input's shape and ``output_dim``; reversed with ``input_dim`` last instead."""
        return (*input_shape[:-1], self.input_dim) if reverse else (*input_shape, self.output_dim)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "tie_weights", "reverse_dtype", "logit_soft_cap")}
