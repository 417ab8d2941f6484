"""Numbers that the host works out before each step and hands to the program: rates, step counts, what follows from them.

A host operation is a Python function with a twin in TorchScript's language, so that every executor can compute it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def adam_epsilon(epsilon: float, beta_2: float, count: int) -> float:
    """Keras adds epsilon after the bias correction of the second moment, torch's kernel before it.

    ``eps / sqrt(1 - beta_2 ** t)`` makes the two formulas one.
    """
    return epsilon / math.sqrt(1.0 - beta_2**count)


def scaled(number: float, factor: float) -> float:
    """``number * factor``."""
    return number * factor


TORCHSCRIPT: dict[Callable[..., Any], str] = {
    adam_epsilon: "({0} / (1.0 - {1} ** float({2})) ** 0.5)",
    scaled: "({0} * {1})",
}


def is_host(target: Any) -> bool:
    """Whether an operation works on the host's numbers."""
    return target in TORCHSCRIPT
