"""Connectionist temporal classification as one operation, ``wubu::ctc``, that a captured step can repeat.

torch's own function reads the lengths on the host, so that a program would repeat the first batch's; the operation below
it gives a tensor whose size depends on the labels. This one gives the losses and their gradient at once, whose sizes do
not.
"""

from __future__ import annotations

from typing import Any

import torch

_library = torch.library.Library("wubu", "FRAGMENT")
_library.define(
    "ctc(Tensor logs, Tensor labels, Tensor steps, Tensor lengths, int blank, bool slopes) -> (Tensor, Tensor)"
)


@torch.library.impl(_library, "ctc", "CompositeExplicitAutograd")
def _ctc(
    logs: torch.Tensor,
    labels: torch.Tensor,
    steps: torch.Tensor,
    lengths: torch.Tensor,
    blank: int,
    slopes: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    aten = torch.ops.aten
    losses, paths = aten._ctc_loss.Tensor(logs, labels, steps, lengths, blank, False)
    if not slopes:
        return losses, torch.empty_like(logs)
    ones = torch.ones_like(losses)
    slope = aten._ctc_loss_backward.Tensor(ones, logs, labels, steps, lengths, losses, paths, blank, False)
    return losses, slope


@torch.library.impl(_library, "ctc", "Meta")
def _ctc_meta(
    logs: torch.Tensor,
    labels: torch.Tensor,
    steps: torch.Tensor,
    lengths: torch.Tensor,
    blank: int,
    slopes: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    return logs.new_empty(logs.shape[1]), torch.empty_like(logs)


class _Aligned(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        logs: torch.Tensor,
        labels: torch.Tensor,
        steps: torch.Tensor,
        lengths: torch.Tensor,
        blank: int,
    ) -> torch.Tensor:
        losses, slope = torch.ops.wubu.ctc(logs, labels, steps, lengths, blank, ctx.needs_input_grad[0])
        ctx.save_for_backward(slope)
        return losses

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:  # type: ignore[override]
        (slope,) = ctx.saved_tensors
        return slope * gradient[None, :, None], None, None, None, None


def aligned_loss(
    logs: torch.Tensor, labels: torch.Tensor, steps: torch.Tensor, lengths: torch.Tensor, blank: int
) -> torch.Tensor:
    """Minus the log-probability of every alignment that spells the labels.

    Args:
        logs: log-probabilities of shape (steps, batch, classes).
        labels: class indices of shape (batch, labels).
        steps: how many steps count, of shape (batch,).
        lengths: how many labels count, of shape (batch,).
        blank: the class that stands for nothing.

    Returns:
        A tensor of shape (batch,).
    """
    return _Aligned.apply(logs, labels, steps, lengths, blank)
