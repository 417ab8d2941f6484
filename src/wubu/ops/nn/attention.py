"""Attention as one operation."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError
from wubu.ops.promotion import meeting
from wubu.symbolic.function import op


@op
def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> torch.Tensor:
    """``softmax(scale · query @ keyᵀ + bias) @ value``, for each head.

    Args:
        query: (batch, steps, heads, size).
        key, value: (batch, other steps, heads, size); fewer heads, which divide the query's, are shared among those.
        bias: what is added to the scores, of a shape that broadcasts to (batch, heads, steps, other steps).
        mask: where a step may look, of such a shape too; True where it may.
        scale: default 1/√size.
        is_causal: whether a step may only look at itself and those before.
        flash_attention: accepted; torch chooses its kernel itself.
        attn_logits_soft_cap: the bound c of scores that are replaced by c·tanh(score / c).

    Raises:
        ShapeError: when an input does not have four axes.
        ArgumentError: when both bias and mask are given.
    """
    q, k, v = (as_tensor(t) for t in (query, key, value))
    if {q.dim(), k.dim(), v.dim()} != {4}:
        raise ShapeError(
            "dot_product_attention expected query, key and value with 4 axes: (batch, steps, heads, size). "
            f"Received: {tuple(q.shape)}, {tuple(k.shape)}, {tuple(v.shape)}"
        )
    if bias is not None and mask is not None:
        raise ArgumentError("dot_product_attention expected bias or mask, not both. Try: put the mask into the bias")
    kind = meeting(q.dtype, k.dtype, v.dtype)
    q, k, v = (t.to(kind).transpose(1, 2) for t in (q, k, v))  # (batch, heads, steps, size)
    shared = 1 < k.shape[1] < q.shape[1]
    if shared:
        k, v = (t.repeat_interleave(q.shape[1] // t.shape[1], dim=1) for t in (k, v))
    added = None if bias is None else as_tensor(bias).to(kind)
    if mask is not None or (is_causal and (added is not None or attn_logits_soft_cap is not None)):
        seen = None if mask is None else as_tensor(mask).bool()
        if is_causal:
            ahead = torch.ones(q.shape[2], k.shape[2], dtype=torch.bool, device=q.device).tril()
            seen = ahead if seen is None else seen & ahead
        far = torch.where(seen, 0.0, torch.finfo(kind).min * 0.7).to(kind)  # type: ignore[arg-type]
        added = far if added is None else added + far
        is_causal = False
    if attn_logits_soft_cap is not None:
        factor = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
        scores = torch.tanh(q @ k.transpose(-1, -2) * factor / attn_logits_soft_cap) * attn_logits_soft_cap
        return (torch.softmax(scores if added is None else scores + added, dim=-1) @ v).transpose(1, 2)
    made = F.scaled_dot_product_attention(q, k, v, attn_mask=added, is_causal=is_causal, scale=scale)
    return made.transpose(1, 2)
