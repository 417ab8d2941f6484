"""Which steps may look at which."""

from __future__ import annotations

import torch


def causal(query: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """True where a step of the query may look at a step of the value: at itself and those before.

    Args:
        query: of shape (batch, steps, …).
        value: of shape (batch, value steps, …).

    Returns:
        Of shape (1, steps, value steps).
    """
    ones = torch.ones(1, query.shape[1], value.shape[1], dtype=torch.bool, device=query.device)
    return ones.tril()


def window(query: torch.Tensor, value: torch.Tensor, size: int) -> torch.Tensor:
    """True where two steps are less than ``size`` apart; of shape (1, steps, value steps)."""
    rows = torch.arange(query.shape[1], device=query.device).view(1, -1, 1)
    columns = torch.arange(value.shape[1], device=query.device).view(1, 1, -1)
    return (rows - columns).abs() < size


def combined(
    query: torch.Tensor,
    value: torch.Tensor,
    query_mask: torch.Tensor | None,
    value_mask: torch.Tensor | None,
    key_mask: torch.Tensor | None,
    attention_mask: torch.Tensor | None,
    use_causal_mask: bool,
    sliding_window: int | None,
) -> torch.Tensor | None:
    """One mask of which steps may look at which, from everything that says so; None when all may."""
    found: list[torch.Tensor] = []
    if query_mask is not None:
        found.append(query_mask.bool().unsqueeze(-1))  # (batch, steps, 1)
    found += [mask.bool().unsqueeze(-2) for mask in (value_mask, key_mask) if mask is not None]
    if use_causal_mask:
        found.append(causal(query, value))
    if sliding_window is not None:
        found.append(window(query, value, sliding_window))
    if attention_mask is not None:
        found.append(attention_mask.bool())
    if not found:
        return None
    mask = found[0]
    for other in found[1:]:
        mask = mask & other
    return mask


def with_heads(mask: torch.Tensor | None, rank: int, axes: int) -> torch.Tensor | None:
    """A mask with ones for the axes that it lacks, such as that of the heads, before the axes of attention."""
    while mask is not None and mask.dim() < rank:
        mask = mask.unsqueeze(-2 * axes - 1)
    return mask


def additive(mask: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """0 where a mask is True, and a number far below any score where it is not."""
    return torch.where(mask, 0.0, torch.finfo(dtype).min * 0.7).to(dtype)
