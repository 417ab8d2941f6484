"""Attention with several heads that share keys and values."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.config import serialize_keras_object
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import as_tuple, stored
from wubu.layers.attention import masks
from wubu.layers.attention.heads import HeadedAttention


class GroupedQueryAttention(HeadedAttention):
    """Attention with several heads for the query and fewer for key and value, each of which serves a group.

    Ainslie et al., "GQA: training generalized multi-query transformer models from multi-head checkpoints", 2023. Its
    public name is ``GroupQueryAttention``.

    Args:
        head_dim: the size of each head.
        num_query_heads: the number of heads of the query.
        num_key_value_heads: the number of heads of key and value; it divides ``num_query_heads``.
        dropout: the fraction of the weights to drop in training.
        use_bias: whether the projections have biases.
        sliding_window: how far steps may look; None for all the way.
        flash_attention: accepted; torch chooses its kernel itself.
        kernel_initializer, bias_initializer: how the projections' weights begin.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties that are added to the loss.
        kernel_constraint, bias_constraint: projections after each update.
        use_gate: whether each head's output is multiplied by ``sigmoid`` of a projection of the query.
        seed: an integer for a random stream of the layer's own.
        **kwargs: the arguments of ``Layer``.

    Call arguments: those of ``MultiHeadAttention``.

    Output shape: the query's and, if asked for, the weights' shape ``(batch, query heads, steps, value steps)``.
    """

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            dropout,
            use_bias,
            sliding_window,
            flash_attention,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            use_gate,
            seed,
            **kwargs,
        )
        (self.head_dim,) = as_tuple(head_dim, 1, "head_dim")
        (self.num_query_heads,) = as_tuple(num_query_heads, 1, "num_query_heads")
        (self.num_key_value_heads,) = as_tuple(num_key_value_heads, 1, "num_key_value_heads")
        if self.num_query_heads % self.num_key_value_heads:
            raise ArgumentError(
                "Expected num_query_heads to be a multiple of num_key_value_heads. "
                f"Received: {num_query_heads} and {num_key_value_heads}"
            )

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Make the projections."""
        key_shape = value_shape if key_shape is None else key_shape
        self.compute_output_shape(query_shape, value_shape, key_shape)
        heads, shared, size = self.num_query_heads, self.num_key_value_heads, self.head_dim
        self._query_dense = self._projection("query", 3, 1, (heads, size))
        self._key_dense = self._projection("key", 3, 1, (shared, size))
        if self.use_gate:
            self._gate_dense = self._projection("gate", 3, 1, (heads, size), "sigmoid")
        self._value_dense = self._projection("value", 3, 1, (shared, size))
        self._output_dense = self._projection("attention_output", 4, 2, (query_shape[-1],))
        self._query_dense.build(query_shape)
        self._key_dense.build(key_shape)
        if self.use_gate:
            self._gate_dense.build(query_shape)
        self._value_dense.build(value_shape)
        self._output_dense.build((None, None, heads, size))

    def call(
        self,
        query: torch.Tensor,
        value: torch.Tensor,
        key: torch.Tensor | None = None,
        query_mask: torch.Tensor | None = None,
        value_mask: torch.Tensor | None = None,
        key_mask: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """Compute the output."""
        key = value if key is None else key
        given = (query_mask, value_mask, key_mask, attention_mask, self.sliding_window)
        causal_only = use_causal_mask and all(one is None for one in given)
        mask = masks.combined(
            query,
            value,
            query_mask,
            value_mask,
            key_mask,
            attention_mask,
            use_causal_mask and not causal_only,
            self.sliding_window,
        )
        repeats = self.num_query_heads // self.num_key_value_heads
        output, weights = self._attend(
            self._query_dense(query),
            self._key_dense(key).repeat_interleave(repeats, dim=2),
            self._value_dense(value).repeat_interleave(repeats, dim=2),
            mask,
            causal_only,
            (1,),
            bool(training),
            return_attention_scores,
        )
        if self.use_gate:
            output = output * self._gate_dense(query)
        output = self._output_dense(output)
        return (output, weights) if return_attention_scores else output

    def compute_output_shape(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> Any:
        """The query's shape."""
        self._check_shapes(value_shape, key_shape)
        if query_shape[-1] != value_shape[-1]:
            raise ShapeError(
                f"Layer {self.name!r} expects the query and the value to have the same last size. "
                f"Received: query {query_shape}, value {value_shape}"
            )
        return query_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            **stored(self, "head_dim", "num_query_heads", "num_key_value_heads", "use_bias", "use_gate"),
            **stored(self, "sliding_window", "dropout", "kernel_initializer", "bias_initializer"),
            **stored(self, "kernel_regularizer", "bias_regularizer"),
            "activity_regularizer": serialize_keras_object(self._projections_regularizer),
            **stored(self, "kernel_constraint", "bias_constraint", "seed"),
        }
