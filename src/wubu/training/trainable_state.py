"""What was trainable when the model was compiled stays so until it is compiled again, as in Keras."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class TrainableState:
    """Which layers of a model are trainable.

    A layer that is frozen or thawed after ``compile`` is trained as it was at ``compile``: programs that train one model
    and freeze it within another (generative adversarial networks) rely on it.

    Args:
        model: the model, as it is compiled.
    """

    def __init__(self, model: Any) -> None:
        self._layers = [(layer, layer._trainable) for layer in model._flatten_layers()]
        self._warned = False

    @contextmanager
    def respected(self) -> Iterator[None]:
        """Within this block the layers are trainable as they were at ``compile``."""
        changed = [(layer, was) for layer, was in self._layers if layer._trainable != was]
        if changed and not self._warned:
            self._warned = True
            names = [layer.name for layer, _ in changed]
            shown = ", ".join(map(repr, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            warnings.warn(
                f"`trainable` of {shown} has changed since the model was compiled; it is trained as it was then. "
                "Try: compile() again, if the change was meant for this model",
                stacklevel=5,
            )
        for layer, was in changed:
            _set(layer, was)
        try:
            yield
        finally:
            for layer, was in changed:
                _set(layer, not was)


def _set(layer: Any, trainable: bool) -> None:
    """One layer alone; those within it have entries of their own."""
    layer._trainable = trainable
    for weight in layer._own_weights:
        if weight._trainable:
            weight.requires_grad_(trainable)
