"""``keras.initializations`` of Keras 1: functions of a shape that give a variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wubu import initializers
from wubu.core.variable import Variable

__all__ = [
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_uniform",
    "normal",
    "one",
    "orthogonal",
    "uniform",
    "zero",
]


def _made(initializer: Callable[..., Any], shape: Any, name: str | None) -> Variable:
    return Variable(initializer, tuple(shape), name=name)


def uniform(shape: Any, scale: float = 0.05, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Numbers spread evenly from ``-scale`` to ``scale``."""
    return _made(initializers.RandomUniform(-scale, scale), shape, name)


def normal(shape: Any, scale: float = 0.05, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Numbers of a normal distribution with the standard deviation ``scale``."""
    return _made(initializers.RandomNormal(0.0, scale), shape, name)


def lecun_uniform(shape: Any, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """See ``keras.initializers.LecunUniform``."""
    return _made(initializers.LecunUniform(), shape, name)


def glorot_normal(shape: Any, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """See ``keras.initializers.GlorotNormal``."""
    return _made(initializers.GlorotNormal(), shape, name)


def glorot_uniform(shape: Any, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """See ``keras.initializers.GlorotUniform``."""
    return _made(initializers.GlorotUniform(), shape, name)


def he_normal(shape: Any, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """See ``keras.initializers.HeNormal``."""
    return _made(initializers.HeNormal(), shape, name)


def he_uniform(shape: Any, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """See ``keras.initializers.HeUniform``."""
    return _made(initializers.HeUniform(), shape, name)


def orthogonal(shape: Any, scale: float = 1.1, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """See ``keras.initializers.Orthogonal``."""
    return _made(initializers.Orthogonal(gain=scale), shape, name)


def identity(shape: Any, scale: float = 1.0, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """See ``keras.initializers.Identity``."""
    return _made(initializers.Identity(gain=scale), shape, name)


def zero(shape: Any, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Zeros."""
    return _made(initializers.Zeros(), shape, name)


def one(shape: Any, name: str | None = None, dim_ordering: str | None = None) -> Variable:
    """Ones."""
    return _made(initializers.Ones(), shape, name)


def get(identifier: Any, **kwargs: Any) -> Any:
    """The function that a name means; anything but a name as it is."""
    return globals()[identifier] if isinstance(identifier, str) and identifier in __all__ else initializers.get(identifier)
