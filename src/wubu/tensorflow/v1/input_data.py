"""``tensorflow.examples.tutorials.mnist.input_data``: MNIST, batch by batch."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["DataSet", "Datasets", "read_data_sets"]


class DataSet:
    """Pictures and labels.

    Args:
        images: (n, 784) between 0 and 1, or (n, 28, 28, 1).
        labels: class numbers, or one-hot rows.
        seed: of the order.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, seed: int | None = None) -> None:
        self._images, self._labels = images, labels
        self._random = np.random.RandomState(seed)
        self._at = 0
        self._epochs = 0

    @property
    def images(self) -> np.ndarray:
        """The pictures."""
        return self._images

    @property
    def labels(self) -> np.ndarray:
        """The labels."""
        return self._labels

    @property
    def num_examples(self) -> int:
        """How many there are."""
        return len(self._images)

    @property
    def epochs_completed(self) -> int:
        """How often all have been gone through."""
        return self._epochs

    def next_batch(self, batch_size: int, fake_data: bool = False, shuffle: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """The next pictures and labels; a new order begins when all have been gone through.

        Args:
            batch_size: how many.
            fake_data: accepted.
            shuffle: whether the order is random.
        """
        if self._at == 0 and self._epochs == 0 and shuffle:
            self._mix()
        parts: list[tuple[np.ndarray, np.ndarray]] = []
        left = batch_size
        while left:
            taken = min(left, self.num_examples - self._at)
            rows = slice(self._at, self._at + taken)
            parts.append((self._images[rows].copy(), self._labels[rows].copy()))
            self._at += taken
            left -= taken
            if self._at == self.num_examples:
                self._epochs += 1
                self._at = 0
                if shuffle:
                    self._mix()
        return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])

    def _mix(self) -> None:
        order = self._random.permutation(self.num_examples)
        self._images, self._labels = self._images[order], self._labels[order]


class Datasets(NamedTuple):
    """The three parts of MNIST."""

    train: DataSet
    validation: DataSet
    test: DataSet


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = "float32",
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str | None = None,
) -> Datasets:
    """MNIST as ``keras.datasets`` has it, in three parts.

    Args:
        train_dir: accepted; the data are where those of ``keras.datasets`` are.
        fake_data: accepted.
        one_hot: one-hot labels instead of class numbers.
        dtype: ``"float32"`` for numbers between 0 and 1, ``"uint8"`` for bytes.
        reshape: whether pictures are rows of 784 numbers.
        validation_size: how many of the training pictures are for validation.
        seed: of the order.
        source_url: accepted.
    """
    from wubu.datasets import mnist
    from wubu.tensorflow.v1.symbols import type_name

    (x_train, y_train), (x_test, y_test) = mnist.load_data()

    def made(x: np.ndarray, y: np.ndarray) -> DataSet:
        images = x.reshape(len(x), 784) if reshape else x[..., None]
        images = images if type_name(dtype) == "uint8" else images.astype(np.float32) / 255.0
        labels = np.eye(10)[y] if one_hot else y
        return DataSet(images, labels, seed)

    kept = validation_size
    return Datasets(
        made(x_train[kept:], y_train[kept:]), made(x_train[:kept], y_train[:kept]), made(x_test, y_test)
    )
