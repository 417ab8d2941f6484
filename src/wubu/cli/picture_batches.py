"""Batches of pictures for training from the command line: scaled, and changed by chance, when they are used."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from wubu.data.images.generator import ImageDataGenerator
from wubu.data.py_dataset import PyDataset

# Mild, so that it suits most photographs: mirrored, turned a little, moved, zoomed, lit.
AUGMENTATION: dict[str, Any] = {
    "rotation_range": 10,
    "width_shift_range": 0.08,
    "height_shift_range": 0.08,
    "zoom_range": 0.1,
    "brightness_range": (0.85, 1.15),
    "horizontal_flip": True,
    "fill_mode": "nearest",
}


class PictureBatches(PyDataset):
    """Batches ``(x, y)`` by number.

    All that is random about a pass follows from one number that is drawn when it begins, so that an interrupted
    training can draw it again.

    Args:
        x: pictures as bytes, shape (samples, height, width, channels).
        y: labels.
        batch_size: samples in a batch.
        scaling: from bytes to what the network takes.
        shuffle: whether each pass has an order of its own.
        augment: whether pictures are changed by chance.
        rows: which rows to take, some perhaps several times; None takes all.
    """

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        batch_size: int,
        scaling: Callable[[np.ndarray], np.ndarray],
        shuffle: bool = False,
        augment: bool = False,
        rows: np.ndarray | None = None,
    ) -> None:
        super().__init__()
        self.x, self.y, self.batch_size, self.scaling, self.shuffle = x, y, batch_size, scaling, shuffle
        self.rows = np.arange(len(x)) if rows is None else rows
        self._changes = ImageDataGenerator(data_format="channels_last", **AUGMENTATION) if augment else None
        self._order, self._seed = self.rows, 0

    def __len__(self) -> int:
        return math.ceil(len(self.rows) / self.batch_size)

    @property
    def most_ahead(self) -> int:
        """How many batches may wait: a quarter of a gigabyte."""
        return max(2, (256 << 20) // max(1, self.batch_size * self.x[0].size * 4))

    def on_pass_begin(self) -> None:
        """Draw the order and the seed of a pass."""
        if self.shuffle:
            self._seed = int(np.random.randint(2**31))
            self._order = np.random.RandomState(self._seed).permutation(self.rows)

    def __getitem__(self, index: int) -> Any:
        rows = self._order[index * self.batch_size : (index + 1) * self.batch_size]
        x = self.x[rows]
        if self._changes is not None:
            chance = np.random.RandomState((self._seed + index + 1) % 2**32)
            x = self._changes.changed(x, np.float32, "channels_last", chance)
        return self.scaling(x), self.y[rows]
