"""Constructor arguments of layers: checked on the way in, turned into a config on the way out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wubu import activations
from wubu.core.config import serialize_keras_object
from wubu.core.nest import flatten
from wubu.errors import ArgumentError


def as_tuple(value: Any, count: int, name: str, least: int = 1) -> tuple[int, ...]:
    """Return ``count`` integers from one integer (repeated) or a sequence.

    Args:
        value: an integer or a sequence of ``count`` integers.
        count: how many are wanted.
        name: the argument's name, for the error.
        least: the smallest integer allowed.

    Example:
        >>> as_tuple(3, 2, "kernel_size")
        (3, 3)
    """
    problem = f"Expected {name} to be an integer, or {count} of them, not less than {least}. Received: {name}={value!r}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        found = tuple(value)
    else:
        found = (value,) * count
    if len(found) != count:
        raise ArgumentError(problem)
    try:
        numbers = tuple(int(v) for v in found)
    except (TypeError, ValueError) as error:
        raise ArgumentError(problem) from error
    if any(number < least or number != given for number, given in zip(numbers, found, strict=True)):
        raise ArgumentError(problem)
    return numbers


def as_pairs(value: Any, count: int, name: str) -> tuple[tuple[int, int], ...]:
    """Return ``count`` pairs (before, after): from one integer, from one per axis, or from a pair per axis."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        per_axis = tuple(value)
        if len(per_axis) != count:
            raise ArgumentError(f"Expected {name} to have {count} elements. Received: {name}={value!r}")
    else:
        per_axis = (value,) * count
    return tuple(_pair(one, name) for one in per_axis)


def _pair(value: Any, name: str) -> tuple[int, int]:
    before, after = as_tuple(value, 2, name, least=0)
    return before, after


def as_choice(value: Any, choices: tuple[str, ...], name: str) -> str:
    """Return a string in lower case if it is one of the choices."""
    found = value.lower() if isinstance(value, str) else value
    if found not in choices:
        raise ArgumentError(f"Expected {name} to be one of {choices}. Received: {name}={value!r}")
    return found


def as_rate(value: Any, name: str = "rate") -> Any:
    """Return a number from 0 to 1, as it was given."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ArgumentError(f"Expected {name} to be a number from 0 to 1. Received: {name}={value!r}")
    return value


def stored(layer: Any, *names: str) -> dict[str, Any]:
    """The config of arguments that a layer keeps under their own names; objects among them become configs."""
    return {name: _plain(name, getattr(layer, name)) for name in names}


def _plain(name: str, value: Any) -> Any:
    if name == "activation" or name.endswith("_activation"):
        return activations.serialize(value)
    if isinstance(value, list | tuple) and all(leaf is None or isinstance(leaf, int | float | str) for leaf in flatten(value)):
        return value
    return serialize_keras_object(value)
