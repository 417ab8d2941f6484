"""What is known of a built-in loss function besides how to call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass
class Traits:
    """What a loss expects of labels, and its short form.

    Attributes:
        targets: ``"indices"`` (one class index for each row of predictions), ``"integers"`` (in a form of their own),
            ``"one_hot"``, ``"binary"`` (the predictions' own shape), ``"elementwise"`` (a shape that broadcasts
            against it) or ``"free"``.
        mean: the mean over all samples in fewer operations than the mean of the samples' losses, with the
            function's own arguments; it gives None where it does not apply.
    """

    targets: str = "free"
    mean: Callable[..., torch.Tensor | None] | None = None


_traits: dict[Any, Traits] = {}
_UNKNOWN = Traits()


def traits_of(function: Any) -> Traits:
    """What is known of a loss function; of a user's own nothing is."""
    try:
        return _traits.get(function, _UNKNOWN)
    except TypeError:  # a callable that cannot be a dictionary's key
        return _UNKNOWN


def targets(kind: str) -> Callable[[Function], Function]:
    """Decorate a loss function: say what labels it expects."""

    def decorate(function: Function) -> Function:
        _traits.setdefault(function, Traits()).targets = kind
        return function

    return decorate


def mean_of(function: Callable[..., Any]) -> Callable[[Function], Function]:
    """Decorate the short form of a loss function's mean over samples."""

    def decorate(mean: Function) -> Function:
        _traits.setdefault(function, Traits()).mean = mean
        return mean

    return decorate
