"""Attention with several heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.config import serialize_keras_object
from wubu.layers.arguments import as_tuple, stored
from wubu.layers.attention import masks
from wubu.layers.attention.heads import HeadedAttention


class MultiHeadAttention(HeadedAttention):
    """Several attentions side by side, each on projections of its own.

    For each head: ``softmax(query @ key.T / sqrt(key_dim)) @ value``; the heads' outputs are projected to the size of
    the query. Vaswani et al., "Attention is all you need", 2017.

    Args:
        num_heads: the number of heads.
        key_dim: the size of each head's query and key.
        value_dim: the size of each head's value. Default: ``key_dim``.
        dropout: the fraction of the weights to drop in training.
        use_bias: whether the projections have biases.
        output_shape: the size (or sizes) of the output's last axis. Default: the query's.
        attention_axes: the axes to attend over. Default: all but the batch and the features.
        sliding_window: how far steps may look; None for all the way.
        flash_attention: accepted; torch chooses its kernel itself.
        kernel_initializer, bias_initializer: how the projections' weights begin.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties that are added to the loss.
        kernel_constraint, bias_constraint: projections after each update.
        use_gate: whether each head's output is multiplied by ``sigmoid`` of a projection of the query.
        seed: an integer for a random stream of the layer's own.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``query`` of shape (batch, steps, size); ``value`` of shape (batch, value steps, size); ``key``, of
    the value's shape (default: the value); ``query_mask``, ``value_mask``, ``key_mask`` of shape (batch, steps);
    ``attention_mask`` of shape (batch, steps, value steps), True where a step may look; ``return_attention_scores``,
    whether to give the weights too; ``training``; ``use_causal_mask``, whether a step may only look at itself and those
    before.

    Output shape: the query's and, if asked for, the weights' shape ``(batch, heads, steps, value steps)``.

    Example:
        >>> x = torch.ones(2, 5, 16)
        >>> MultiHeadAttention(num_heads=4, key_dim=8)(x, x).shape
        torch.Size([2, 5, 16])
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Sequence[int] | None = None,
        attention_axes: int | Sequence[int] | None = None,
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
        (self.num_heads,) = as_tuple(num_heads, 1, "num_heads")
        (self.key_dim,) = as_tuple(key_dim, 1, "key_dim")
        (self.value_dim,) = as_tuple(value_dim or key_dim, 1, "value_dim")
        self._output_sizes = (output_shape,) if isinstance(output_shape, int) else output_shape and tuple(output_shape)
        self.attention_axes = (attention_axes,) if isinstance(attention_axes, int) else attention_axes

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Make the projections."""
        self._check_shapes(value_shape, key_shape)
        key_shape = value_shape if key_shape is None else key_shape
        rank, heads = len(query_shape), self.num_heads
        self.query_dense = self._projection("query", rank, 1, (heads, self.key_dim))
        self.key_dense = self._projection("key", len(key_shape), 1, (heads, self.key_dim))
        if self.use_gate:
            self._gate_dense = self._projection("gate", rank, 1, (heads, self.value_dim), "sigmoid")
        self.value_dense = self._projection("value", len(value_shape), 1, (heads, self.value_dim))
        sizes = self._output_sizes or (query_shape[-1],)
        self.output_dense = self._projection("attention_output", rank + 1, 2, sizes)
        self.query_dense.build(query_shape)
        self.key_dense.build(key_shape)
        if self.use_gate:
            self._gate_dense.build(query_shape)
        self.value_dense.build(value_shape)
        self.output_dense.build((*query_shape[:-1], heads, self.value_dim))

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
        rank = query.dim() + 1  # with the axis of the heads
        axes = self.attention_axes or range(1, rank - 2)
        output, weights = self._attend(
            self.query_dense(query),
            self.key_dense(key),
            self.value_dense(value),
            mask,
            causal_only,
            tuple(axis if axis >= 0 else rank - 1 + axis for axis in axes),
            bool(training),
            return_attention_scores,
        )
        if self.use_gate:
            output = output * self._gate_dense(query)
        output = self.output_dense(output)
        return (output, weights) if return_attention_scores else output

    def compute_output_shape(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> Any:
        """The query's shape, or that with ``output_shape`` last."""
        self._check_shapes(value_shape, key_shape)
        return (*query_shape[:-1], *(self._output_sizes or query_shape[-1:]))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            **stored(self, "num_heads", "key_dim", "value_dim", "dropout", "use_bias", "use_gate"),
            "output_shape": self._output_sizes,
            **stored(self, "attention_axes", "sliding_window", "kernel_initializer", "bias_initializer"),
            **stored(self, "kernel_regularizer", "bias_regularizer"),
            "activity_regularizer": serialize_keras_object(self._projections_regularizer),
            **stored(self, "kernel_constraint", "bias_constraint", "seed"),
        }
