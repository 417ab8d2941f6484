"""Learning-rate schedules: rates that depend on the step.

``schedule(step)`` takes a Python number (and computes with Python floats) or a tensor (and computes with torch). Pass a
schedule as an optimizer's ``learning_rate``.
"""

from __future__ import annotations

from typing import Any

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.registry import register_room
from wubu.optimizers.schedules.base import LearningRateSchedule
from wubu.optimizers.schedules.cosine_decay import CosineDecay
from wubu.optimizers.schedules.cosine_decay_restarts import CosineDecayRestarts
from wubu.optimizers.schedules.exponential_decay import ExponentialDecay
from wubu.optimizers.schedules.inverse_time_decay import InverseTimeDecay
from wubu.optimizers.schedules.piecewise_constant_decay import PiecewiseConstantDecay
from wubu.optimizers.schedules.polynomial_decay import PolynomialDecay

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """The config of a schedule."""
    return serialize_keras_object(learning_rate_schedule)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> LearningRateSchedule:
    """Make a schedule from what ``serialize`` gave."""
    return deserialize_keras_object(config, custom_objects=custom_objects)


register_room(
    "schedules",
    {name: globals()[name] for name in __all__ if name[0].isupper()},
    keras_module="keras.optimizers.schedules",
)
