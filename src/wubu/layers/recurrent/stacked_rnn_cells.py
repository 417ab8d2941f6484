"""Several cells as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.errors import ArgumentError
from wubu.layers.base import Layer


class StackedRNNCells(Layer):
    """Cells one above the other: each takes the output of the one below.

    Args:
        cells: the cells, the lowest first.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``inputs`` of shape (batch, features), ``states`` (one entry for each cell), ``training``. It gives
    the highest cell's output and the new states.
    """

    def __init__(self, cells: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for cell in cells:
            if not hasattr(cell, "call") or not hasattr(cell, "state_size"):
                raise ArgumentError(f"Expected cells with a call method and a state_size. Received: {cell!r}")
        self.cells = list(cells)

    @property
    def state_size(self) -> list[Any]:
        """One entry for each cell."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> Any:
        """The highest cell's."""
        return output_size_of(self.cells[-1])

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Zeros for each state of each cell."""
        return [initial_state_of(cell, batch_size, self.compute_dtype) for cell in self.cells]

    def build(self, input_shape: Any) -> None:
        """Build each cell for the output of the one below."""
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                cell.build(input_shape)
            input_shape = (input_shape[0], output_size_of(cell))

    def call(self, inputs: torch.Tensor, states: Any, training: bool = False) -> tuple[torch.Tensor, list[Any]]:
        """Compute one step of all cells."""
        after = []
        for cell, before in zip(self.cells, states, strict=True):
            nested = nest.is_nested(before)
            takes = isinstance(cell, Layer) and cell._call_signature.training
            options = {"training": training} if takes else {}
            run = cell if callable(cell) else cell.call
            inputs, new = run(inputs, list(before) if nested else [before], **options)
            after.append(new if nested or not nest.is_nested(new) else new[0])
        return inputs, after

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "cells": [serialize_keras_object(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> StackedRNNCells:
        """Make a layer from what ``get_config`` gave."""
        cells = [deserialize_keras_object(c, custom_objects=custom_objects) for c in config["cells"]]
        return cls(cells, **{key: value for key, value in config.items() if key != "cells"})


def output_size_of(cell: Any) -> Any:
    """The size of a cell's output: its own word, else the size of its first state."""
    size = getattr(cell, "output_size", None)
    if size is not None:
        return size
    return cell.state_size[0] if isinstance(cell.state_size, list | tuple) else cell.state_size


def initial_state_of(cell: Any, batch_size: int | None, dtype: str) -> Any:
    """A cell's first states: its own word, else zeros of its state sizes."""
    own = getattr(cell, "get_initial_state", None)
    if own is not None:
        return own(batch_size=batch_size)

    def zeros(size: int) -> torch.Tensor:
        return torch.zeros((batch_size or 0, size), dtype=torch_dtype(dtype), device=default_device())

    sizes = cell.state_size
    return [zeros(size) for size in sizes] if isinstance(sizes, list | tuple) else zeros(sizes)
