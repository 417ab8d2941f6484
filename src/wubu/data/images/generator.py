"""``ImageDataGenerator``: pictures in batches, changed by chance and normalised."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wubu.core import settings
from wubu.data.dataset.memory import Buffers
from wubu.data.images.array_iterator import NumpyArrayIterator
from wubu.data.images.changes import PictureChanges
from wubu.data.images.conversion import checked_layout
from wubu.data.images.directory_iterator import DirectoryIterator
from wubu.data.images.frame_iterator import DataFrameIterator
from wubu.errors import ArgumentError


class ImageDataGenerator(PictureChanges):
    """Batches of pictures, changed by chance and normalised.

    Random numbers, and what is done with them, are Keras's: the same ``numpy.random`` seed gives the same pictures, up to
    the rounding of what lies between pixels.

    Args:
        featurewise_center: subtract the mean of all pictures; needs ``fit``.
        samplewise_center: subtract each picture's mean.
        featurewise_std_normalization: divide by the deviation of all pictures; needs ``fit``.
        samplewise_std_normalization: divide by each picture's deviation.
        zca_whitening: decorrelate the pixels; needs ``fit``.
        zca_epsilon: keeps whitening finite.
        rotation_range: degrees, to either side.
        width_shift_range, height_shift_range: a share of the size (below 1), pixels, or a list of choices.
        brightness_range: two factors, from the darkest to the lightest.
        shear_range: degrees.
        zoom_range: two factors, or one number z for ``(1 - z, 1 + z)``.
        channel_shift_range: the most that is added to or taken from all values.
        fill_mode: what lies outside of a picture: ``"nearest"``, ``"constant"``, ``"reflect"`` or ``"wrap"``.
        cval: the value for ``"constant"``.
        horizontal_flip, vertical_flip: whether half of the pictures are flipped.
        rescale: a factor for the values, such as ``1 / 255``; after the other changes.
        preprocessing_function: called with each picture, shape (height, width, channels), after the random changes.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the setting's.
        validation_split: the share of ``subset="validation"``.
        interpolation_order: 1 mixes the four pixels around, 0 takes the nearest one, 2 to 5 are splines (with SciPy).
        dtype: of batches. Default: floatx.

    Example:
        >>> generator = ImageDataGenerator(rescale=1 / 255, rotation_range=10, horizontal_flip=True)
        >>> batches = generator.flow_from_directory("chest_xray/train", target_size=(224, 224), batch_size=32)
        >>> model.fit(batches, epochs=5)
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Sequence[float] | None = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[np.ndarray], np.ndarray] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        self.featurewise_center, self.samplewise_center = featurewise_center, samplewise_center
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.zoom_range = _zoom(zoom_range)
        self.channel_shift_range, self.brightness_range = channel_shift_range, brightness_range
        self.fill_mode, self.cval = fill_mode, cval
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.dtype = dtype or settings.floatx()
        self.interpolation_order = interpolation_order
        self.data_format = checked_layout(data_format)
        last = self.data_format == "channels_last"
        self.channel_axis, self.row_axis, self.col_axis = (3, 1, 2) if last else (1, 2, 3)
        if validation_split and not 0 < validation_split < 1:
            raise ArgumentError(f"Expected validation_split to lie between 0 and 1. Received: {validation_split!r}")
        self._validation_split = validation_split
        self._buffers = Buffers()  # for batches
        self.mean: np.ndarray | None = None
        self.std: np.ndarray | None = None
        self.zca_whitening_matrix: np.ndarray | None = None
        if brightness_range is not None and (
            not isinstance(brightness_range, tuple | list) or len(brightness_range) != 2
        ):
            raise ArgumentError(f"Expected brightness_range to be two factors. Received: {brightness_range!r}")
        self._complete()

    def _complete(self) -> None:
        """Options that others need, or exclude."""
        if self.zca_whitening and self.featurewise_std_normalization:
            self.featurewise_std_normalization = False
            warnings.warn("zca_whitening takes the place of featurewise_std_normalization.", stacklevel=4)
        for part, whole in (
            ("zca_whitening", "featurewise_center"),
            ("featurewise_std_normalization", "featurewise_center"),
            ("samplewise_std_normalization", "samplewise_center"),
        ):
            if getattr(self, part) and not getattr(self, whole):
                setattr(self, whole, True)
                warnings.warn(f"{part} needs {whole}, which is now on.", stacklevel=4)

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of an array of pictures; see ``NumpyArrayIterator``."""
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            ignore_class_split=ignore_class_split,
            subset=subset,
            dtype=self.dtype,
        )

    def flow_from_directory(
        self,
        directory: str | os.PathLike[str],
        target_size: Sequence[int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches of the pictures in a folder, one subfolder a class.

        Args:
            directory: the folder.
            target_size: height and width.
            color_mode: ``"rgb"``, ``"rgba"`` or ``"grayscale"``.
            classes: the subfolders to take, in the order of their numbers. Default: all, sorted.
            class_mode: what comes with pictures: ``"categorical"`` (one-hot rows), ``"binary"`` and ``"sparse"`` (class
                numbers), ``"input"`` (the pictures themselves) or None (nothing).
            batch_size, shuffle, seed: see ``Iterator``.
            save_to_dir, save_prefix, save_format: where and how to write the pictures of each batch.
            follow_links: whether to look into folders that are links.
            subset: ``"training"`` or ``"validation"``.
            interpolation: see ``load_img``.
            keep_aspect_ratio: see ``load_img``.

        Raises:
            MissingFileError: there is no such folder.
            EmptyDataError: it has no subfolders, or they have no pictures.
            FileFormatError: from a batch, for a picture that cannot be read; its path is named.
        """
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            keep_aspect_ratio=keep_aspect_ratio,
            classes=classes,
            class_mode=class_mode,
            data_format=self.data_format,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            dtype=self.dtype,
        )

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: str | os.PathLike[str] | None = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: Sequence[int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        **kwargs: Any,
    ) -> DataFrameIterator:
        """Batches of the pictures that a pandas table names.

        Args:
            dataframe: the table.
            directory: what paths in it are relative to.
            x_col: the column of paths.
            y_col: the column of labels, or a list of columns for ``"multi_output"`` and ``"raw"``.
            weight_col: the column of weights.
            class_mode: as in ``flow_from_directory``; ``"raw"`` gives the columns as they are, ``"multi_output"`` a list
                of them. A cell of ``"categorical"`` may hold a list of classes.
            validate_filenames: whether to leave out rows whose file does not exist, with a warning.
            **kwargs: ``has_ext``, ``sort`` and ``drop_duplicates`` of old versions, without effect.

        The others are those of ``flow_from_directory``.
        """
        known = {"has_ext", "sort", "drop_duplicates"}
        if set(kwargs) - known:
            raise TypeError(f"flow_from_dataframe() got arguments that it does not have: {sorted(set(kwargs) - known)}")
        for name in kwargs:
            warnings.warn(f"{name} has no effect any more.", DeprecationWarning, stacklevel=2)
        return DataFrameIterator(
            dataframe,
            directory,
            self,
            x_col=x_col,
            y_col=y_col,
            weight_col=weight_col,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode="raw" if class_mode == "other" else class_mode,
            data_format=self.data_format,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            interpolation=interpolation,
            validate_filenames=validate_filenames,
            dtype=self.dtype,
        )


def _zoom(value: Any) -> list[float]:
    if isinstance(value, float | int):
        return [1 - value, 1 + value]
    if len(value) == 2 and all(isinstance(v, float | int) for v in value):
        return [value[0], value[1]]
    raise ArgumentError(f"Expected zoom_range to be a number or two factors. Received: {value!r}")
