"""Keeping gradients small: by value, by the norm of each parameter's gradient, or by the norm of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch


def clip_by_value(gradients: Iterable[torch.Tensor], limit: float) -> None:
    """Clamp every element to ``[-limit, limit]``, in place."""
    for gradient in gradients:
        gradient.clamp_(-limit, limit)


def clip_each_norm(gradients: Sequence[torch.Tensor], limit: float) -> None:
    """Scale each gradient whose L2 norm exceeds ``limit`` down to it, in place: ``g * limit / max(norm(g), limit)``."""
    scales = [limit / norm.clamp_min(limit) for norm in torch._foreach_norm(list(gradients))]
    for gradient, scale in zip(gradients, scales):
        gradient.mul_(scale)


def clip_global_norm(gradients: Sequence[torch.Tensor], limit: float) -> None:
    """Scale all gradients by one factor so that their joint L2 norm is at most ``limit``, in place.

    ``g * limit / max(norm, limit)`` with ``norm = sqrt(sum(g ** 2))`` over all of them. A norm that is not finite makes
    every gradient NaN, so that it does not pass unseen.
    """
    norm = global_norm(gradients)
    scale = limit / norm.clamp_min(limit) + (norm - norm)
    for gradient in gradients:
        gradient.mul_(scale.to(gradient.device))


def global_norm(gradients: Sequence[torch.Tensor]) -> torch.Tensor:
    """The L2 norm of all gradients together, a 0-d float32 tensor (float64 where a gradient is)."""
    norms = [torch.linalg.vector_norm(g) for g in gradients]
    if len(norms) == 1:
        return norms[0] if norms[0].dtype in (torch.float32, torch.float64) else norms[0].float()
    first = norms[0].device
    return torch.linalg.vector_norm(torch.stack([n.to(first, torch.float32) for n in norms]))
