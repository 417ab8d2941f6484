"""What iterators over picture files have in common: reading, keeping, changing, and labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from wubu.data.images import decode
from wubu.data.images.iterator import Iterator
from wubu.data.images.jpeg_strips import decode_together
from wubu.data.images.quick_jpeg import quickly_decoded
from wubu.data.images.store import PictureStore
from wubu.errors import ArgumentError, ShapeError, UnknownNameError

SUBSETS = ("training", "validation")


class _DeepGrey(Exception):
    """A grey picture of more than eight bits: what is kept as bytes would lose them."""


class FileIterator(Iterator):
    """Base of iterators over picture files; a subclass sets ``filenames``, ``classes`` and ``_filepaths``.

    Decoded pictures are kept as bytes within the budget of ``wubu.data.set_picture_budget``: whatever is random comes
    after decoding and resizing. So from the second pass on nothing is read from the disk.
    """

    class_mode: str | None
    classes: Any
    class_indices: dict[str, int]
    _filepaths: list[str]

    def _set_processing(
        self,
        image_data_generator: Any,
        target_size: Sequence[int],
        color_mode: str,
        data_format: str,
        save_to_dir: str | None,
        save_prefix: str,
        save_format: str,
        subset: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
    ) -> None:
        if color_mode not in decode.CHANNELS:
            raise UnknownNameError("color_mode", color_mode, decode.CHANNELS)
        if interpolation not in decode.INTERPOLATIONS:
            raise UnknownNameError("interpolation", interpolation, decode.INTERPOLATIONS)
        if target_size is None or len(target_size) != 2 or min(target_size) < 1:
            raise ShapeError(
                "Expected target_size as (height, width): pictures of different sizes make no batch. "
                f"Received: {target_size!r}"
            )
        self.image_data_generator = image_data_generator
        self.target_size = (int(target_size[0]), int(target_size[1]))
        self.color_mode, self.data_format, self.interpolation = color_mode, data_format, interpolation
        self.keep_aspect_ratio = keep_aspect_ratio
        channels = decode.CHANNELS[color_mode]
        last = data_format == "channels_last"
        self.image_shape = (*self.target_size, channels) if last else (channels, *self.target_size)
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        self.subset, self.split = subset, _split(subset, image_data_generator)
        self._store = None

    @property
    def filepaths(self) -> list[str]:
        """The files, in order."""
        return self._filepaths

    @property
    def labels(self) -> Any:
        """The label of each file."""
        return self.classes

    @property
    def sample_weight(self) -> Any:
        """The weight of each file, or None."""
        return None

    def _batch_bytes(self) -> int:
        return self.batch_size * math.prod(self.image_shape) * np.dtype(self.dtype).itemsize  # type: ignore[attr-defined]

    def _read(self, number: int) -> np.ndarray:
        """A picture, shape (height, width, channels); for RGB a grey one has one channel."""
        path, size = self._filepaths[number], self.target_size
        # The nearest pixel of a reduced picture is another one, so only the other filters get one.
        draft = self.interpolation != "nearest"
        if self.color_mode == "rgb":
            found = quickly_decoded(path, (2 * size[0], 2 * size[1]) if draft else None)
            if found is not None:
                if found.shape[:2] == size:
                    return found
                picture = Image.fromarray(found if found.shape[2] == 3 else found[:, :, 0])
            else:
                picture = decode.open_picture(path)
                if draft:
                    # at twice the size and more, so that the filter decides on the pixels
                    decode.drafted(picture, (2 * size[0], 2 * size[1]), "rgb", self.keep_aspect_ratio)
                decode.load(picture, path)
            if picture.mode != "L":
                picture = decode.as_mode(picture, "rgb", path)
            return decode.as_array(decode.resized(picture, size, self.interpolation, self.keep_aspect_ratio))
        found = decode.decode(path, self.color_mode, size, self.interpolation, self.keep_aspect_ratio)
        if found.dtype != np.uint8 and self._store is not None and self._store.dtype == np.uint8:
            raise _DeepGrey
        return found

    def _read_many(self, numbers: list[int], made: np.ndarray) -> list[int]:
        return decode_together([self._filepaths[number] for number in numbers], made)

    def _pictures(self, numbers: np.ndarray, dtype: Any = None, factor: float | None = None) -> np.ndarray:
        """Decoded pictures, shape (batch, height, width, channels), for a type of floats times a factor."""
        shape = (*self.target_size, decode.CHANNELS[self.color_mode])
        if self._store is None:
            self._store = PictureStore(len(self._filepaths), shape)
        try:
            many = self._read_many if self.color_mode == "rgb" else None
            if self._upcoming is not None:
                self._store.expect(self._upcoming)
            return self._store.rows(numbers, self._read, dtype, many, factor)
        except _DeepGrey:
            self._store = PictureStore(len(self._filepaths), shape, keep=False, dtype=np.float32)
            return self._store.rows(numbers, self._read, dtype, factor=factor)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        dtype: Any = self.dtype  # type: ignore[attr-defined]
        generator, last = self.image_data_generator, self.data_format == "channels_last"
        if generator is None:
            x = self._pictures(index_array, dtype)
            x = x if last else x.transpose(0, 3, 1, 2)
        elif last and generator.only_normalises and np.dtype(dtype) == np.float32:
            x = generator.normalised(self._pictures(index_array, dtype, generator.rescale or None))
        else:
            pictures = self._pictures(index_array)
            x = generator.changed(pictures if last else pictures.transpose(0, 3, 1, 2), dtype, self.data_format)
        self._save(x, index_array, 1e7)
        y = self._labels_of(index_array, x, dtype)
        if y is None:
            return x
        weight = self.sample_weight
        return (x, y) if weight is None else (x, y, weight[index_array])

    def _labels_of(self, numbers: np.ndarray, x: np.ndarray, dtype: Any) -> Any:
        if self.class_mode == "input":
            return x.copy()
        if self.class_mode in ("binary", "sparse"):
            return np.array([self.classes[i] for i in numbers], dtype=dtype)
        if self.class_mode == "categorical":
            y = np.zeros((len(numbers), len(self.class_indices)), dtype=dtype)
            for row, i in enumerate(numbers):
                y[row, self.classes[i]] = 1.0  # a list of several classes sets them all
            return y
        if self.class_mode == "multi_output":
            return [output[numbers] for output in self.labels]
        return self.labels[numbers] if self.class_mode == "raw" else None


def _split(subset: str | None, generator: Any) -> tuple[float, float] | None:
    if subset is None:
        return None
    if subset not in SUBSETS:
        raise UnknownNameError("subset", subset, SUBSETS)
    share = generator._validation_split
    if not share:
        raise ArgumentError(f"Expected validation_split in ImageDataGenerator for subset={subset!r}. Received: {share!r}")
    return (0, share) if subset == "validation" else (share, 1)
