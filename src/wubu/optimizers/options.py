"""The arguments that every optimizer takes."""

from __future__ import annotations

from typing import Any, TypedDict


class OptionsBesideDecay(TypedDict, total=False):
    """The arguments that every optimizer takes beside its own, without weight decay.

    clipnorm: the largest L2 norm that each variable's gradient may have.
    clipvalue: the largest absolute value that each element of a gradient may have.
    global_clipnorm: the largest L2 norm that all gradients together may have. At most one of the three.
    use_ema: whether a moving average of the weights is kept.
    ema_momentum: of that average, from 0 to 1; default 0.99.
    ema_overwrite_frequency: after every so many steps the weights become their average; None: only when training ends.
    loss_scale_factor: the loss is multiplied by it, and the gradients divided; None for neither.
    gradient_accumulation_steps: the gradients of so many steps (at least 2) are averaged for one update.
    name: of the optimizer; default its class's name in snake case.
    lr: an old name of ``learning_rate``.
    decay: Keras 2's decay: the rate is divided by ``1 + decay * step``.
    jit_compile, is_legacy_optimizer: written by Keras 2; accepted and not needed.
    """

    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    name: str | None
    lr: Any
    decay: float
    jit_compile: Any
    is_legacy_optimizer: Any


class CommonOptions(OptionsBesideDecay, total=False):
    """The arguments that every optimizer takes beside its own: those of ``OptionsBesideDecay``, and one more.

    weight_decay: each step first takes ``rate * weight_decay * w`` off each weight; None for none.
    """

    weight_decay: float | None


OPTION_NAMES = tuple(CommonOptions.__annotations__)
