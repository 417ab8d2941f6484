"""Adam with decoupled weight decay."""

from __future__ import annotations

from typing import Any, Unpack

from wubu.errors import ArgumentError
from wubu.optimizers.adam import Adam
from wubu.optimizers.options import OptionsBesideDecay


class AdamW(Adam):
    """Adam with weight decay beside the gradient: before each update ``w -= rate * weight_decay * w``.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        weight_decay: the decay; ``exclude_from_weight_decay`` leaves variables out.
        beta_1, beta_2, epsilon, amsgrad: as in ``Adam``.
        **options: see ``CommonOptions``.

    Raises:
        ArgumentError: for no weight decay.

    Example:
        >>> optimizer = AdamW(learning_rate=0.001, weight_decay=0.01)
        >>> optimizer.exclude_from_weight_decay(var_names=["bias"])

    Paper: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2017).
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        amsgrad: bool = False,
        **options: Unpack[OptionsBesideDecay],
    ) -> None:
        if weight_decay is None:
            raise ArgumentError("Expected weight_decay to be a number. Received: None. Try: Adam")
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **options)
