"""Batches of an array of pictures, changed by an ``ImageDataGenerator``: what its ``flow`` gives."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from wubu.core import settings
from wubu.data.images.iterator import Iterator
from wubu.errors import ArgumentError, DataError, EmptyDataError, LabelError, ShapeError, UnknownNameError


class NumpyArrayIterator(Iterator):
    """Batches ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

    Args:
        x: pictures, shape (samples, height, width, channels); or a tuple of them and of one or several other arrays,
            which are passed through. Bytes stay bytes until they are used.
        y: labels.
        image_data_generator: changes pictures.
        batch_size, shuffle, seed: see ``Iterator``.
        sample_weight: weights.
        data_format: the layout.
        save_to_dir, save_prefix, save_format: where and how to write the pictures of each batch.
        subset: ``"training"`` or ``"validation"``: what the generator's ``validation_split`` leaves, or takes.
        ignore_class_split: whether the two may have different classes.
        dtype: of batches.

    Raises:
        DataError: when lengths differ.
        ShapeError: when the pictures have not four axes.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ) -> None:
        self.data_format = data_format or settings.image_data_format()
        self.dtype = dtype or settings.floatx()
        others: list[np.ndarray] = []
        if isinstance(x, tuple | list):
            rest = x[1] if isinstance(x[1], list) else [x[1]]
            x, others = x[0], [np.asarray(other) for other in rest]
        x = np.asarray(x)
        for name, value in [("y", y), ("sample_weight", sample_weight), *(("x[1]", other) for other in others)]:
            if value is not None and len(value) != len(x):
                raise DataError(
                    f"Expected one row of {name} for each picture. Received: {len(x)} pictures, {len(value)} rows"
                )
        y = None if y is None else np.asarray(y)
        weight = None if sample_weight is None else np.asarray(sample_weight)
        if subset is not None:
            part = _part(subset, len(x), image_data_generator, None if ignore_class_split else y)
            x, others = x[part], [other[part] for other in others]
            y = None if y is None else y[part]
            weight = None if weight is None else weight[part]
        if x.ndim != 4:
            raise ShapeError(f"Expected pictures as an array with four axes. Received: shape {x.shape}")
        if not len(x):
            raise EmptyDataError(f"Expected at least one picture. Received: an array of shape {x.shape}")
        channels = x.shape[3 if self.data_format == "channels_last" else 1]
        if channels not in (1, 3, 4):
            warnings.warn(f"Expected 1, 3 or 4 channels with {self.data_format}. Received: shape {x.shape}", stacklevel=3)
        self._x = x if x.dtype == np.uint8 else np.asarray(x, dtype=self.dtype)
        self.x_misc, self.y, self.sample_weight = others, y, weight
        self._rows: np.ndarray | None = None  # which rows the samples are; None for all, in order
        self.image_data_generator = image_data_generator
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        super().__init__(len(x), batch_size, shuffle, seed)

    @property
    def x(self) -> np.ndarray:
        """All pictures."""
        return np.asarray(self._x, dtype=self.dtype)

    def take(self, rows: np.ndarray) -> NumpyArrayIterator:
        """Let the samples be these rows, some of them several times or not at all; nothing is copied."""
        self._rows, self.n, self.index_array = np.asarray(rows), len(rows), None
        return self

    def _batch_bytes(self) -> int:
        return self.batch_size * math.prod(self._x.shape[1:]) * np.dtype(self.dtype).itemsize

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        if self._rows is not None:
            index_array = self._rows[index_array]
        made = self.image_data_generator.changed(self._x[index_array], self.dtype, self.data_format)
        self._save(made, index_array, 1e4)
        x = [made, *(other[index_array] for other in self.x_misc)] if self.x_misc else made
        if self.y is None:
            return x
        if self.sample_weight is None:
            return x, self.y[index_array]
        return x, self.y[index_array], self.sample_weight[index_array]


def _part(subset: str, count: int, generator: Any, y: np.ndarray | None) -> slice:
    if subset not in ("training", "validation"):
        raise UnknownNameError("subset", subset, ("training", "validation"))
    if not generator._validation_split:
        raise ArgumentError(f"Expected validation_split in ImageDataGenerator for subset={subset!r}. Received: 0")
    cut = int(count * generator._validation_split)
    if y is not None and not np.array_equal(np.unique(y[:cut]), np.unique(y[cut:])):
        raise LabelError(
            "Expected the same classes in the training and the validation part. Received: different ones. Try: shuffle "
            "the arrays, which may be sorted by class, or ignore_class_split=True"
        )
    return slice(None, cut) if subset == "validation" else slice(cut, None)
