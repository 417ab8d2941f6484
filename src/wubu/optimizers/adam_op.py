"""Adam's update as one operation, ``wubu::adam_``, that the engine recognises and replaces by a fused kernel."""

from __future__ import annotations

import torch

_library = torch.library.Library("wubu", "FRAGMENT")
_library.define(
    "adam_(Tensor(a!) p, Tensor g, Tensor(b!) m, Tensor(c!) v, Tensor step_size, Tensor iterations, "
    "float beta1, float beta2, float eps) -> ()"
)


def adam_(
    p: torch.Tensor,
    g: torch.Tensor,
    m: torch.Tensor,
    v: torch.Tensor,
    step_size: torch.Tensor,
    iterations: torch.Tensor,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    """Update weights and moments in place.

    ``m += (1 - beta1) * (g - m)``; ``v += (1 - beta2) * (g * g - v)``;
    ``p -= alpha * m / (sqrt(v) + eps)``, ``alpha`` as in ``corrected_rate``.

    Args:
        p, g, m, v: weights, gradient, first and second moment, of one shape.
        step_size: the learning rate, 0-d.
        iterations: updates made before this one, 0-d integers.
        beta1, beta2: what is kept of the moments.
        eps: added to the root of the second moment.
    """
    torch.ops.wubu.adam_(p, g, m, v, step_size, iterations, beta1, beta2, eps)


def corrected_rate(step_size: torch.Tensor, iterations: torch.Tensor, beta1: float, beta2: float) -> torch.Tensor:
    """The rate with the moments' bias taken out: ``rate * sqrt(1 - beta2 ** t) / (1 - beta1 ** t)``, t from 1; 0-d.

    In float64: in float32, ``1 - 0.999`` is off by a hundred-thousandth.
    """
    t = (iterations + 1).double()
    return step_size * (1 - beta2**t).sqrt_() / (1 - beta1**t)


def update_moments(g: torch.Tensor, m: torch.Tensor, v: torch.Tensor, beta1: float, beta2: float) -> None:
    """``m += (1 - beta1) * (g - m)``; ``v += (1 - beta2) * (g * g - v)``."""
    m.lerp_(g, 1 - beta1)
    v.mul_(beta2).addcmul_(g, g, value=1 - beta2)


@torch.library.impl(_library, "adam_", "CompositeExplicitAutograd")
def _adam(
    p: torch.Tensor,
    g: torch.Tensor,
    m: torch.Tensor,
    v: torch.Tensor,
    step_size: torch.Tensor,
    iterations: torch.Tensor,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    update_moments(g, m, v, beta1, beta2)
    p.addcdiv_(m * corrected_rate(step_size, iterations, beta1, beta2), v.sqrt().add_(eps), value=-1)


@torch.library.impl(_library, "adam_", "CPU")
def _adam_on_cpu(
    p: torch.Tensor,
    g: torch.Tensor,
    m: torch.Tensor,
    v: torch.Tensor,
    step_size: torch.Tensor,
    iterations: torch.Tensor,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    """torch's own kernel, which sweeps over memory once instead of six times."""
    flat = all(t.dtype is torch.float32 and t.is_contiguous() and not t.is_meta for t in (p, g, m, v))
    if not flat or not 0 <= beta1 < 1 or not 0 <= beta2 < 1 or not p.numel():
        _adam(p, g, m, v, step_size, iterations, beta1, beta2, eps)
        return
    t = int(iterations) + 1
    # torch divides v by its bias before it adds epsilon to the root; Keras takes the bias out of the rate.
    torch._fused_adam_(
        [p], [g], [m], [v], [], [torch.tensor(float(t))], lr=float(step_size), beta1=beta1, beta2=beta2,
        weight_decay=0.0, eps=eps / (1 - beta2**t) ** 0.5, amsgrad=False, maximize=False,
    )  # fmt: skip


@torch.library.impl(_library, "adam_", "Meta")
def _adam_meta(*args: object) -> None:
    return None
