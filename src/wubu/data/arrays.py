"""Arrays in memory as a source of batches."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from wubu.core import nest
from wubu.core.device import default_device
from wubu.data.class_weights import add_class_weights
from wubu.data.leaves import as_leaf, check_lengths, map_arrays
from wubu.data.packing import pack_x_y_sample_weight
from wubu.data.prefetch import prefetched
from wubu.data.source import Source, rows, to_device
from wubu.errors import ArgumentError, DataError

# How much of a GPU's free memory the data may take.
_SHARE_OF_DEVICE = 0.5


class Arrays:
    """Inputs, labels and weights of the user's, as leaves of one length.

    Args:
        x, y, sample_weight: arrays, or structures of them.
        output_names: the names of the model's outputs, in order.

    Attributes:
        length: the number of samples.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        output_names: Sequence[str | None] | None = None,
    ) -> None:
        named: list[tuple[str, Any]] = []

        def take(value: Any, path: str) -> Any:
            leaf = as_leaf(value, path)
            named.append((path, leaf))
            return leaf

        self.x = map_arrays(take, x, "x")
        self.y = map_arrays(take, y, "y")
        self.sample_weight = map_arrays(take, sample_weight, "sample_weight")
        self.named = named
        self.length = check_lengths(named)
        self.sample_weight = weights_like(self.y, self.sample_weight, output_names)
        self.output_names = output_names

    def packed(self) -> Any:
        """``x``, ``(x, y)`` or ``(x, y, sample_weight)``."""
        return pack_x_y_sample_weight(self.x, self.y, self.sample_weight)

    def weighted(self, class_weight: Any) -> Arrays:
        """The same with the weights of classes (see ``add_class_weights``) as weights of samples."""
        made = copy.copy(self)
        made.sample_weight = add_class_weights(self.y, self.sample_weight, class_weight, self.output_names)
        return made

    def part(self, start: int, stop: int) -> Arrays:
        """The samples from ``start`` to ``stop``."""
        made = copy.copy(self)
        cut = slice(start, stop)
        made.x, made.y, made.sample_weight = (
            nest.map_structure(lambda leaf: rows(leaf, cut), part) for part in (self.x, self.y, self.sample_weight)
        )
        made.named = [(path, rows(leaf, cut)) for path, leaf in self.named]
        made.length = stop - start
        return made


def weights_like(y: Any, sample_weight: Any, output_names: Sequence[str | None] | None) -> Any:
    """Give sample weights the structure of the labels; one array for several outputs counts for each."""
    if sample_weight is None or not nest.is_nested(y):
        return sample_weight
    keys = list(y) if isinstance(y, Mapping) else list(range(len(y)))
    if not nest.is_nested(sample_weight):
        if len(sample_weight.shape) > 2 or (len(sample_weight.shape) == 2 and sample_weight.shape[1] != 1):
            raise DataError(
                "For several outputs, one sample_weight array needs one weight per sample. Received: shape "
                f"{tuple(sample_weight.shape)}. Try: one array per output"
            )
        return nest.map_structure(lambda _: sample_weight, y)
    if isinstance(sample_weight, Mapping):
        names = dict(zip(keys, output_names)) if output_names and len(output_names) == len(keys) else {}
        by_key = {key: sample_weight.get(key, sample_weight.get(names.get(key))) for key in keys}
        unknown = [k for k in sample_weight if k not in keys and k not in names.values()]
        if unknown:
            raise DataError(
                f"sample_weight names the outputs {unknown}. The outputs are {list(names.values()) or keys}"
            )
        return by_key if isinstance(y, Mapping) else [by_key[key] for key in keys]
    if len(sample_weight) != len(keys):
        raise DataError(
            f"Expected one sample_weight array for each of {len(keys)} outputs. Received: {len(sample_weight)}"
        )
    return dict(zip(keys, sample_weight)) if isinstance(y, Mapping) else list(sample_weight)


def split(arrays: Arrays, fraction: float) -> tuple[Arrays, Arrays]:
    """Cut off the last part of the samples for validation.

    Args:
        arrays: everything.
        fraction: how much goes to validation, between 0 and 1.

    Returns:
        The samples to train on and those to validate on.
    """
    if not 0 < fraction < 1:
        raise ArgumentError(f"Expected validation_split to be between 0 and 1. Received: {fraction}")
    at = math.floor(arrays.length * (1.0 - fraction))
    if at in (0, arrays.length):
        raise DataError(
            f"{arrays.length} samples are too few for validation_split={fraction}: one of the parts would be empty. "
            "Try: more data, another validation_split, or validation_data"
        )
    return arrays.part(0, at), arrays.part(at, arrays.length)


class ArraySource(Source):
    """Batches cut from arrays.

    Args:
        arrays: the data.
        batch_size: samples in a batch. Default: 32, or what divides the data into ``steps`` batches.
        steps: batches in an epoch, used only for the default of ``batch_size``.
        shuffle: True draws a new order of samples for each pass, ``"batch"`` a new order of batches.
    """

    def __init__(
        self,
        arrays: Arrays,
        batch_size: int | None = None,
        steps: int | None = None,
        shuffle: bool | str = False,
    ) -> None:
        if isinstance(shuffle, str) and shuffle != "batch":
            raise ArgumentError(f"Expected shuffle to be True, False or 'batch'. Received: {shuffle!r}")
        self.arrays = arrays
        self.num_samples: int = arrays.length
        self.batch_size: int = checked_batch_size(batch_size) or (math.ceil(self.num_samples / steps) if steps else 32)
        self.num_batches: int = math.ceil(self.num_samples / self.batch_size)
        self.shuffle = shuffle
        self.device = default_device()
        self._data = arrays.packed()
        self._in_order: torch.Tensor | None = None
        if self._fits():
            self.resident = to_device(self._data, self.device)

    def _fits(self) -> bool:
        leaves = [leaf for leaf in nest.flatten(self._data) if leaf is not None]
        if not all(isinstance(leaf, torch.Tensor) for leaf in leaves):
            return False  # text
        if self.device.type != "cuda":
            return True
        bytes_to_move = sum(leaf.numel() * leaf.element_size() for leaf in leaves if leaf.device != self.device)
        free, _ = torch.cuda.mem_get_info(self.device)
        return bytes_to_move <= _SHARE_OF_DEVICE * free

    def order(self) -> torch.Tensor:
        """The order of samples of a new pass."""
        return self._order().to(self.device)

    def _order(self) -> torch.Tensor:
        if self.shuffle == "batch":
            full = self.num_samples // self.batch_size
            order = torch.arange(self.num_samples)
            blocks = order[: full * self.batch_size].view(full, self.batch_size)  # (batches, samples of a batch)
            return torch.cat([blocks[torch.randperm(full)].reshape(-1), order[full * self.batch_size :]])
        if self.shuffle:
            return torch.randperm(self.num_samples)
        if self._in_order is None:
            self._in_order = torch.arange(self.num_samples)
        return self._in_order

    def batches(self) -> Iterator[Any]:
        """A new pass."""
        made = (to_device(batch, self.device) for batch in self._cut())
        return prefetched(made, 2) if self.device.type == "cuda" and self.resident is None else made

    def _cut(self) -> Iterator[Any]:
        order = self._order() if self.shuffle else None
        data = self.resident if self.resident is not None else self._data
        for start in range(0, self.num_samples, self.batch_size):
            stop = min(start + self.batch_size, self.num_samples)
            index = slice(start, stop) if order is None else order[start:stop]
            yield nest.map_structure(lambda leaf, index=index: rows(leaf, index), data)

    def first_batch(self) -> Any:
        """The first rows, in the order in which they were given."""
        data = self.resident if self.resident is not None else self._data
        cut = slice(0, min(self.batch_size, self.num_samples))
        return to_device(nest.map_structure(lambda leaf: rows(leaf, cut), data), self.device)


def checked_batch_size(batch_size: Any) -> int | None:
    """Return a batch size as an integer; None and 0 mean none was given.

    Raises:
        ArgumentError: when it is not a positive integer.
    """
    if batch_size is None:
        return None
    if isinstance(batch_size, bool) or int(batch_size) != batch_size or batch_size < 0:
        raise ArgumentError(f"Expected batch_size to be a positive integer. Received: batch_size={batch_size!r}")
    return int(batch_size) or None
