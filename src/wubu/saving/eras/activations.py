"""Activations that meant something else in older versions of Keras."""

from __future__ import annotations

import torch

from wubu.core.registry import register_keras_serializable


@register_keras_serializable(package="wubu")
def hard_sigmoid_of_keras_2(x: torch.Tensor) -> torch.Tensor:
    """What ``hard_sigmoid`` was in Keras 1 and 2: ``clip(0.2 x + 0.5, 0, 1)``.

    Keras 3 divides by six instead of five. Recurrent layers used this function for their gates by default until 2019,
    so a model of that time predicts something else with the new one.
    """
    return torch.clamp(0.2 * x + 0.5, 0.0, 1.0)


HARD_SIGMOID = {
    "module": "builtins",
    "class_name": "function",
    "config": "hard_sigmoid_of_keras_2",
    "registered_name": "wubu>hard_sigmoid_of_keras_2",
}
