"""What training reads from: batches, cut from arrays that stay where the step runs, or coming one after another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.core.device import default_device


class Source:
    """Base of everything that gives batches.

    A batch is ``x``, ``(x, y)`` or ``(x, y, sample_weight)``, each a tensor or a structure of tensors on the device.

    Attributes:
        num_batches: batches in one pass; None when that is unknown, or when there is no end.
        num_samples: samples in one pass, or None.
        batch_size: samples in a full batch, or None.
        resident: all data as one structure of tensors on the device, from which the step cuts batches itself; or None.
        restarts: whether another pass is possible.
    """

    num_batches: int | None = None
    num_samples: int | None = None
    batch_size: int | None = None
    resident: Any = None
    restarts: bool = True

    def order(self) -> torch.Tensor:
        """The order of samples of a new pass over resident data, 1-D int64 on the device."""
        raise NotImplementedError

    def batches(self) -> Iterator[Any]:
        """A new pass: the batches, one after another."""
        raise NotImplementedError

    def first_batch(self) -> Any:
        """The first batch, for a look at its shapes; the next pass starts with it all the same."""
        raise NotImplementedError

    def begin_epoch(self) -> None:
        """Called before every epoch."""

    def end_epoch(self) -> None:
        """Called after every epoch."""

    def state(self) -> Any:
        """What the pass under way needs to be made again, beside the random state that it began with; None for nothing."""
        return None

    def go_to(self, state: Any) -> None:
        """Let the next pass be the one that ``state`` was taken of."""

    def skip(self, batches: Iterator[Any], count: int) -> None:
        """Pass over batches of a pass that has just begun."""
        for _ in itertools.islice(batches, count):
            pass

    def block(self, batches: Iterator[Any], count: int) -> tuple[Any, int] | None:
        """The next batches of a pass, up to ``count`` full ones, as rows from which the step can cut them itself; and the
        size of each. None when the next batch has to be taken from ``batches``."""
        return None

    def close(self) -> None:
        """Let go of threads and copies."""


def to_device(batch: Any, device: torch.device | None = None) -> Any:
    """Move the tensors of a batch to the device; everything else stays."""
    device = device or default_device()

    def move(leaf: Any) -> Any:
        if not isinstance(leaf, torch.Tensor) or leaf.device == device:
            return leaf
        if device.type == "cuda" and leaf.device.type == "cpu" and not leaf.is_pinned():
            leaf = leaf.pin_memory()
        return leaf.to(device, non_blocking=True)

    return nest.map_structure(move, batch)


def rows(leaf: Any, index: Any) -> Any:
    """The rows of a tensor or an array of text that an index (a slice or a 1-D tensor) names."""
    if leaf is None:
        return None
    if isinstance(leaf, np.ndarray):
        return leaf[index] if isinstance(index, slice) else leaf[index.cpu().numpy()]
    return leaf[index] if isinstance(index, slice) else leaf.index_select(0, index.to(leaf.device))
