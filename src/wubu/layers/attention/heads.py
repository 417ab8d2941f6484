"""What multi-head and grouped-query attention have in common: projections to heads and back, and what is in between."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu import constraints, initializers, regularizers
from wubu.core.dropout_op import keep_mask
from wubu.core.seeds import SeedGenerator
from wubu.errors import ArgumentError, ShapeError
from wubu.layers import symbolic_call
from wubu.layers.arguments import as_rate
from wubu.layers.attention import masks
from wubu.layers.base import Layer
from wubu.layers.core.einsum_dense import EinsumDense
from wubu.symbolic.keras_tensor import KerasTensor


class HeadedAttention(Layer):
    """Base of the layers that project to several heads, let each attend by itself, and project back.

    Args:
        dropout: the fraction of the weights to drop in training.
        use_bias: whether the projections have biases.
        sliding_window: how far steps may look; None for all the way.
        flash_attention: accepted; torch chooses its kernel itself.
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint: those of the projections.
        use_gate: whether each head's output is multiplied by a learned function of the query.
        seed: an integer for a random stream of the layer's own.
        **kwargs: the arguments of ``Layer``.
    """

    def __init__(
        self,
        dropout: float,
        use_bias: bool,
        sliding_window: int | None,
        flash_attention: bool | None,
        kernel_initializer: Any,
        bias_initializer: Any,
        kernel_regularizer: Any,
        bias_regularizer: Any,
        activity_regularizer: Any,
        kernel_constraint: Any,
        bias_constraint: Any,
        use_gate: bool,
        seed: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.dropout = as_rate(dropout, "dropout")
        self.use_bias, self.use_gate = use_bias, use_gate
        if sliding_window is not None and (not isinstance(sliding_window, int) or sliding_window <= 0):
            raise ArgumentError(
                f"Expected sliding_window to be a positive integer or None. Received: sliding_window={sliding_window!r}"
            )
        self.sliding_window = sliding_window
        self.kernel_initializer: Any = initializers.get(kernel_initializer)
        self.bias_initializer: Any = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self._projections_regularizer = regularizers.get(activity_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)

    def _projection(self, name: str, rank: int, summed: int, sizes: Sequence[int], activation: Any = None) -> EinsumDense:
        """A layer that projects the last ``summed`` axes of an input of some rank to axes of the given sizes."""
        letters = iter(string.ascii_lowercase)
        free = "".join(next(letters) for _ in range(rank - summed))
        bound = "".join(next(letters) for _ in range(summed))
        made = "".join(next(letters) for _ in sizes)
        return EinsumDense(
            f"{free}{bound},{bound}{made}->{free}{made}",
            output_shape=(*(None,) * (rank - summed - 1), *sizes),
            activation=activation,
            bias_axes=made if self.use_bias else None,
            kernel_initializer=_fresh(self.kernel_initializer),
            bias_initializer=_fresh(self.bias_initializer),
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
            activity_regularizer=self._projections_regularizer,
            kernel_constraint=self.kernel_constraint,
            bias_constraint=self.bias_constraint,
            dtype=self.dtype_policy,
            name=name,
        )

    def _check_shapes(self, value_shape: Any, key_shape: Any) -> None:
        if key_shape is not None and tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
            raise ShapeError(
                f"Layer {self.name!r} expects the value and the key to have the same sizes but for the last axis. "
                f"Received: value {value_shape}, key {key_shape}"
            )

    def _attend(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        mask: torch.Tensor | None,
        causal_only: bool,
        axes: tuple[int, ...],
        training: bool,
        weights_wanted: bool,
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Let each head attend.

        Args:
            query, key, value: of shape (batch, …, heads, size).
            mask: which steps may look at which, or None.
            causal_only: whether a step may look at itself and those before, and nothing else is masked.
            axes: the axes to attend over.
            training: whether dropout acts.
            weights_wanted: whether the weights are needed.

        Returns:
            The output, of the query's shape with the size of the value, and the weights if they are needed.
        """
        scale = 1.0 / math.sqrt(query.shape[-1])
        dropping = training and self.dropout > 0
        if query.dim() == 4 and not dropping and not weights_wanted:
            mask = masks.with_heads(mask, 4, len(axes))
            added = None if mask is None else masks.additive(mask, query.dtype)
            q, k, v = (x.transpose(1, 2) for x in (query, key, value))  # (batch, heads, steps, size)
            made = F.scaled_dot_product_attention(q, k, v, attn_mask=added, is_causal=causal_only, scale=scale)
            return made.transpose(1, 2), None
        if causal_only:
            mask = masks.causal(query, value)
        to_scores, to_output = _equations(query.dim(), axes)
        scores = torch.einsum(to_scores, key, query * scale)
        weights = _softmax(scores, masks.with_heads(mask, scores.dim(), len(axes)), len(axes))
        dropped = weights
        if dropping:
            dropped = weights * keep_mask(weights, self.dropout, self.seed_generator.generator(weights.device))
        return torch.einsum(to_output, dropped, value), weights

    def compute_output_spec(self, query: Any, value: Any, key: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The symbolic output, with that of the weights if they are asked for."""
        if kwargs.get("return_attention_scores"):
            return symbolic_call.run_on_meta(self, (query, value, key, *args), kwargs)
        key_shape = None if key is None else key.shape
        return KerasTensor(self.compute_output_shape(query.shape, value.shape, key_shape), self.compute_dtype)


def _fresh(initializer: Any) -> Any:
    """An initializer like the given one; one object would give every projection the same numbers if it is seeded."""
    return type(initializer).from_config(initializer.get_config()) if hasattr(initializer, "get_config") else initializer


def _equations(rank: int, axes: tuple[int, ...]) -> tuple[str, str]:
    """Einstein's equations of (key, query) to scores and of (weights, value) to output, for axes of attention.

    The scores' axes are the batch and the other axes, the heads, the query's steps, the value's steps.
    """
    query = string.ascii_lowercase[:rank]
    steps = string.ascii_lowercase[rank : rank + len(axes)]
    key = "".join(steps[axes.index(i)] if i in axes else letter for i, letter in enumerate(query))
    kept = "".join(letter for i, letter in enumerate(query) if i not in axes and i != rank - 1)
    scores = kept + "".join(query[i] for i in axes) + steps
    return f"{key},{query}->{scores}", f"{scores},{key}->{query}"


def _softmax(scores: torch.Tensor, mask: torch.Tensor | None, axes: int) -> torch.Tensor:
    """Softmax over the last ``axes`` axes; 0 where masked."""
    if mask is not None:
        scores = torch.where(mask, scores, -3e4 if scores.dtype is torch.float16 else -1e9)
    if axes == 1:
        weights = torch.softmax(scores, dim=-1)
    else:
        weights = torch.softmax(scores.flatten(-axes), dim=-1).view(scores.shape)
    return weights if mask is None else torch.where(mask, weights, 0.0)
