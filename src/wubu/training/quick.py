"""Predictions of arrays like one that was predicted before: nothing but the program.

``predict`` in a loop, one sample at a time, is what games, robots and services do. The work of a small network takes
some 30 microseconds then, and looking at everything that a call may bring takes twice as long. So what the
first call found out is kept by the array's shape and type, for as long as it holds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core import nest, settings
from wubu.core.device import default_device
from wubu.data.leaves import as_leaf
from wubu.data.packing import pack_x_y_sample_weight
from wubu.engine.compiled import CompiledStep
from wubu.engine.stepper import Stepper
from wubu.training.collect import to_array

# Shapes that are kept.
MOST_SHAPES = 32
# Outputs larger than that are put together as they come.
MOST_BYTES = 64 << 20


class QuickPredictions:
    """The programs of one stepper that predict, by the shape and type of the array that each was made for.

    Args:
        stepper: what runs the steps; it made the programs.
    """

    def __init__(self, stepper: Stepper) -> None:
        self._stepper = stepper
        self._known: dict[Any, CompiledStep] = {}

    def learn(self, array: Any, batch_size: int) -> None:
        """Keep the programs that an array was just predicted with, if arrays like it need nothing else."""
        if type(array) is not np.ndarray or not _shared(array) or len(self._known) >= MOST_SHAPES:
            return
        leaf = as_leaf(array)
        if not isinstance(leaf, torch.Tensor) or leaf.data_ptr() != array.ctypes.data or leaf.dim() != array.ndim:
            return  # it was converted
        for part in {min(batch_size, len(leaf)), len(leaf) % batch_size} - {0}:
            step = self._stepper.program_of(pack_x_y_sample_weight(leaf[:part]))
            if step is not None and step.simple and step.program.device_type == "cpu":
                self._known[part, array.shape[1:], array.dtype, settings.floatx()] = step

    def __call__(self, array: Any, batch_size: int) -> Any:
        """The outputs for an array, or None when it has to go the long way."""
        if type(array) is not np.ndarray or self._stepper.eager or default_device().type != "cpu":
            return None
        samples = len(array)
        if samples <= batch_size:
            step = self._find(array, samples)
            if step is None:
                return None
            outputs = step.alone(torch.from_numpy(array))
            return own_array(outputs) if isinstance(outputs, torch.Tensor) else nest.map_structure(own_array, outputs)
        rest = samples % batch_size
        step, last = self._find(array, batch_size), self._find(array, rest) if rest else None
        if step is None or (rest and last is None) or samples // batch_size * step.gives > MOST_BYTES:
            return None
        whole = torch.from_numpy(array)
        parts = step.each(whole, batch_size)
        if last is not None:
            parts.append(last.alone(whole[samples - rest :]))
        return _joined(*parts) if isinstance(parts[0], torch.Tensor) else nest.map_structure(_joined, *parts)

    def _find(self, array: np.ndarray, samples: int) -> CompiledStep | None:
        step = self._known.get((samples, array.shape[1:], array.dtype, settings.floatx()))
        if step is None or not _shared(array):
            return None
        if step.stale():
            self._known.clear()
            return None
        return step


def _shared(array: np.ndarray) -> bool:
    """Whether torch can take the array as it is."""
    flags = array.flags
    return flags.c_contiguous and flags.writeable


def _joined(*leaves: Any) -> np.ndarray:
    """The outputs of batches as one array."""
    if all(isinstance(leaf, torch.Tensor) and leaf.dim() for leaf in leaves):
        return to_array(torch.cat(leaves))
    return np.concatenate([np.atleast_1d(own_array(leaf)) for leaf in leaves])


def own_array(leaf: Any) -> Any:
    """An output as an array that nobody else writes into: the engine may use a tensor's memory again."""
    if not isinstance(leaf, torch.Tensor):
        return np.asarray(leaf)
    if leaf.device.type != "cpu" or leaf.dtype is torch.bfloat16 or not leaf.dim():
        return to_array(leaf).copy()
    return leaf.numpy(force=True).copy()
