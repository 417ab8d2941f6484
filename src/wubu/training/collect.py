"""Predictions of many batches as one array each."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.errors import EmptyDataError


class Collector:
    """Puts the outputs of batches one below the other.

    Args:
        samples: how many there will be, when known: then each output is written to its place once.
    """

    def __init__(self, samples: int | None = None) -> None:
        self._samples = samples
        self._structure: Any = None
        self._columns: list[_Column] = []

    def add(self, outputs: Any, rows: int) -> None:
        """Take the outputs of a batch of so many rows."""
        leaves = nest.flatten(outputs)
        if self._structure is None:
            self._structure = nest.map_structure(lambda _: 0, outputs)
            self._columns = [_Column(self._samples) for _ in leaves]
        for column, leaf in zip(self._columns, leaves, strict=True):
            column.add(leaf, rows)

    def arrays(self) -> Any:
        """Arrays in the form of the outputs."""
        if self._structure is None:
            raise EmptyDataError("Expected at least one batch to predict. Received: none")
        return nest.pack_sequence_as(self._structure, [column.array() for column in self._columns])


class _Column:
    def __init__(self, samples: int | None) -> None:
        self._samples = samples
        self._whole: torch.Tensor | None = None
        self._parts: list[Any] = []
        self._filled = 0

    def add(self, leaf: Any, rows: int) -> None:
        if not isinstance(leaf, torch.Tensor):
            self._parts.append(np.atleast_1d(np.asarray(leaf)))
            return
        leaf = leaf.detach()
        if (
            self._whole is None
            and not self._parts
            and self._samples is not None
            and leaf.dim()
            and leaf.shape[0] == rows
        ):
            self._whole = torch.empty((self._samples, *leaf.shape[1:]), dtype=leaf.dtype, device=leaf.device)
        whole = self._whole
        if whole is not None:
            fits = leaf.shape[0] == rows and leaf.shape[1:] == whole.shape[1:] and leaf.dtype is whole.dtype
            if fits and self._filled + rows <= len(whole):
                whole[self._filled : self._filled + rows] = leaf
                self._filled += rows
                return
            self._parts, self._whole = [whole[: self._filled]], None  # a model that does not keep one row per sample
        self._parts.append(leaf.clone())

    def array(self) -> np.ndarray:
        if self._whole is not None:
            return to_array(self._whole[: self._filled])
        return np.concatenate([to_array(part) if isinstance(part, torch.Tensor) else part for part in self._parts])


def to_array(tensor: torch.Tensor) -> np.ndarray:
    """A tensor as an array of its own (waits for the device)."""
    tensor = tensor.detach().cpu()
    if tensor.dtype is torch.bfloat16:  # NumPy has no such type
        tensor = tensor.float()
    array = tensor.numpy()
    return array if array.ndim else array.reshape(1)
