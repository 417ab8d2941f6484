"""Attention by dot products."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.dropout_op import keep_mask
from wubu.core.seeds import SeedGenerator
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, ShapeError
from wubu.layers import symbolic_call
from wubu.layers.arguments import as_choice, as_rate, stored
from wubu.layers.attention import masks
from wubu.layers.base import Layer
from wubu.symbolic.keras_tensor import KerasTensor


class Attention(Layer):
    """``softmax(score(query, key)) @ value``: for each step of the query a mean of the values, weighted by how well the
    keys fit.

    The score is ``scale * query @ key.T`` or, with ``score_mode="concat"``, ``w * sum(tanh(scale * (query + key)))``.
    Luong et al., "Effective approaches to attention-based neural machine translation", 2015.

    Args:
        use_scale: whether ``scale``, one number, is learned; otherwise it is 1.
        score_mode: ``"dot"`` or ``"concat"``.
        dropout: the fraction of the weights to drop in training.
        seed: an integer for a random stream of the layer's own.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``inputs``, a list of query of shape (batch, steps, size), value of shape (batch, value steps,
    size) and optionally key, of the value's shape (default: the value); ``mask``, a list of the query's and the value's
    masks; ``training``; ``return_attention_scores``, whether to give the weights too; ``use_causal_mask``, whether a
    step may only look at itself and those before.

    Output shape: ``(batch, steps, size)`` and, if asked for, the weights' shape ``(batch, steps, value steps)``.
    """

    scale: Variable | None

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.use_scale = use_scale
        self.score_mode = as_choice(score_mode, ("dot", "concat"), "score_mode")
        self.dropout = as_rate(dropout, "dropout")
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)

    def _check(self, inputs: Any) -> None:
        several = isinstance(inputs, list | tuple) and len(inputs) in (2, 3)
        if not several or any(x is None or isinstance(x, int) for x in inputs):  # numbers: the shape of a single input
            raise ShapeError(
                f"Layer {self.name!r} expects a list of inputs: [query, value] or [query, value, key]. "
                f"Received: {inputs if not isinstance(inputs, torch.Tensor) else tuple(inputs.shape)}"
            )

    def _check_sizes(self, shapes: Any) -> None:
        self._check(shapes)
        query, value, key = shapes[0], shapes[1], shapes[-1]
        for what, a, b in (("query and key", query[-1], key[-1]), ("value and key", value[-2], key[-2])):
            if a is not None and b is not None and a != b:
                axis = -1 if what.startswith("query") else -2
                raise ShapeError(
                    f"Layer {self.name!r} expects {what} to have the same size in axis {axis}. "
                    f"Received: query {tuple(query)}, value {tuple(value)}, key {tuple(key)}"
                )

    def build(self, input_shape: Any) -> None:
        """Make the scale and the score's weight, where they are used."""
        self._check_sizes(input_shape)
        self.scale = self.add_weight((), "ones", name="scale") if self.use_scale else None
        self.concat_score_weight = None
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight((), "ones", name="concat_score_weight")

    def _scores(self, query: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
        """How well each step of the key fits each step of the query, of shape (batch, steps, value steps)."""
        scale = 1 if self.scale is None else self.scale.to(query.dtype)
        if self.score_mode == "dot":
            return query @ key.transpose(-2, -1) * scale
        assert self.concat_score_weight is not None
        both = query.unsqueeze(-2) + key.unsqueeze(-3)  # (batch, steps, value steps, size)
        return self.concat_score_weight.to(query.dtype) * torch.tanh(scale * both).sum(-1)

    def _score_mask(
        self, query: torch.Tensor, value: torch.Tensor, value_mask: torch.Tensor | None, use_causal_mask: bool
    ) -> torch.Tensor | None:
        mask = None if value_mask is None else value_mask.bool().unsqueeze(-2)  # (batch, 1, value steps)
        if use_causal_mask:
            ahead = masks.causal(query, value)
            mask = ahead if mask is None else mask & ahead
        return mask

    def call(
        self,
        inputs: list[torch.Tensor],
        mask: Any = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """Compute the output."""
        self._check(inputs)
        if mask is not None and (not isinstance(mask, list | tuple) or len(mask) not in (2, 3)):
            raise ArgumentError(f"Layer {self.name!r} expects mask to be a list: [query_mask, value_mask]")
        query, value = inputs[0], inputs[1]
        key = inputs[2] if len(inputs) > 2 else value
        query_mask, value_mask = (mask[0], mask[1]) if mask else (None, None)
        score_mask = self._score_mask(query, value, value_mask, use_causal_mask)
        dropping = training and self.dropout > 0
        weights = None
        if type(self)._scores is Attention._scores and self._is_plain(return_attention_scores, dropping):
            output = self._fused(query, key, value, score_mask)
        else:
            scores = self._scores(query, key)
            if score_mask is not None:
                scores = torch.where(score_mask, scores, scores - _far(scores.dtype))
            weights = torch.softmax(scores, dim=-1)
            if dropping:
                weights = weights * keep_mask(weights, self.dropout, self.seed_generator.generator(weights.device))
            output = weights @ value
        if query_mask is not None:
            output = torch.where(query_mask.bool().unsqueeze(-1), output, 0.0)
        return (output, weights) if return_attention_scores else output

    def _is_plain(self, weights_wanted: bool, dropping: bool) -> bool:
        return self.score_mode == "dot" and not weights_wanted and not dropping

    def _fused(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
    ) -> torch.Tensor:
        if self.scale is not None:
            query = query * self.scale.to(query.dtype)
        added = None
        if mask is not None:
            far = torch.where(mask, 0.0, -_far(query.dtype)).to(query.dtype)
            added = far.unsqueeze(-3)  # (batch, 1, steps, value steps)
        q, k, v = (x.unsqueeze(-3) for x in (query, key, value))  # (batch, 1, steps, size)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=added, scale=1.0).squeeze(-3)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The query's mask."""
        return None if previous_mask is None else previous_mask[0]

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The query's shape with the size of the value."""
        self._check(input_shape)
        return (*input_shape[0][:-1], input_shape[1][-1])

    def compute_output_spec(
        self,
        inputs: Any,
        mask: Any = None,
        training: Any = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """The symbolic output, with that of the weights if they are asked for."""
        self._check(inputs)
        output = KerasTensor(self.compute_output_shape(symbolic_call.shapes_of(inputs)), self.compute_dtype)
        if not return_attention_scores:
            return output
        key = inputs[-1]
        return output, KerasTensor((*inputs[0].shape[:-1], key.shape[-2]), self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "use_scale", "score_mode", "dropout", "seed")}


def _far(dtype: torch.dtype) -> float:
    """What is taken off the scores of masked steps."""
    return 65504.0 if dtype is torch.float16 else 1e9
