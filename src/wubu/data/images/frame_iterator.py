"""Batches of the pictures that a table names: what ``flow_from_dataframe`` gives."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from wubu.data.images.file_iterator import FileIterator
from wubu.errors import ArgumentError, DataError, EmptyDataError, LabelError, UnknownNameError

_WITHOUT_CLASSES = ("input", "multi_output", "raw", None)


class DataFrameIterator(FileIterator):
    """Batches of the pictures that a pandas table names, with labels from its other columns.

    The arguments are those of ``ImageDataGenerator.flow_from_dataframe``; attributes as in ``DirectoryIterator``.
    """

    allowed_class_modes = {"binary", "categorical", "input", "multi_output", "raw", "sparse", None}

    def __init__(
        self,
        dataframe: Any,
        directory: str | os.PathLike[str] | None = None,
        image_data_generator: Any = None,
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
        data_format: str = "channels_last",
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = "float32",
        validate_filenames: bool = True,
    ) -> None:
        self._set_processing(
            image_data_generator,
            target_size,
            color_mode,
            data_format,
            save_to_dir,
            save_prefix,
            save_format,
            subset,
            interpolation,
            keep_aspect_ratio,
        )
        self.directory = os.fspath(directory) if directory else ""
        self.class_mode, self.dtype = class_mode, dtype
        table = dataframe.copy()
        self._check(table, x_col, y_col, weight_col, classes)
        if validate_filenames:
            table = self._existing(table, x_col)
        labelled = class_mode not in _WITHOUT_CLASSES
        if labelled:
            table, names = _of_classes(table, y_col, classes)
            self.num_classes = len(names)
            self.class_indices = {name: number for number, name in enumerate(names)}
        if self.split:
            start, stop = (int(share * len(table)) for share in self.split)
            table = table.iloc[start:stop, :]
        if labelled:
            self.classes = [self._numbers(label) for label in table[y_col]]
        self.filenames: list[str] = table[x_col].tolist()
        self._sample_weight = table[weight_col].values if weight_col else None
        if class_mode == "multi_output":
            self._targets: Any = [np.array(table[name].tolist()) for name in y_col]
        if class_mode == "raw":
            self._targets = table[y_col].values
        self.samples = len(self.filenames)
        ending = f" belonging to {self.num_classes} classes." if labelled else "."
        print(f"Found {self.samples} {'' if validate_filenames else 'non-'}validated image filenames{ending}")
        if not self.samples:
            raise EmptyDataError(
                f"Expected at least one row with a picture. Received: {len(dataframe)} rows, none of whose files in "
                f"column {x_col!r} is a picture in {self.directory or 'the current folder'} with a known class"
            )
        self._filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        super().__init__(self.samples, batch_size, shuffle, seed)

    @property
    def labels(self) -> Any:
        """The labels of all rows."""
        return self._targets if self.class_mode in ("multi_output", "raw") else self.classes

    @property
    def sample_weight(self) -> Any:
        """The weight of each row, or None."""
        return self._sample_weight

    def _check(self, table: Any, x_col: str, y_col: Any, weight_col: str | None, classes: Any) -> None:
        mode = self.class_mode
        if mode not in self.allowed_class_modes:
            raise UnknownNameError("class_mode", mode, [str(known) for known in self.allowed_class_modes])
        if mode == "multi_output" and not isinstance(y_col, list):
            raise TypeError(f"Expected y_col to be a list for class_mode='multi_output'. Received: {y_col!r}")
        labels = [] if mode in ("input", None) else y_col if isinstance(y_col, list) else [y_col]
        for column in [x_col, *labels, *([weight_col] if weight_col else [])]:
            if column not in table.columns:
                raise UnknownNameError("column", column, table.columns)
        if not all(isinstance(value, str) for value in table[x_col]):
            raise TypeError(f"Expected paths as text in column x_col={x_col!r}")
        if mode in ("binary", "sparse") and not all(isinstance(value, str) for value in table[y_col]):
            raise TypeError(f"Expected text in column y_col={y_col!r} for class_mode={mode!r}. Try: astype(str)")
        if mode == "categorical" and not all(isinstance(value, str | list | tuple) for value in table[y_col]):
            raise TypeError(
                f"Expected text, lists or tuples in column y_col={y_col!r} for class_mode='categorical'. Try: astype(str)"
            )
        if mode == "binary":
            count = len(set(classes)) if classes else table[y_col].nunique()
            if count != 2:
                raise LabelError(f"Expected two classes for class_mode='binary'. Received: {count}")
        if classes and mode in _WITHOUT_CLASSES:
            warnings.warn(f"`classes` is not used with class_mode={mode!r}.", stacklevel=4)
        if weight_col and not np.issubdtype(table[weight_col].dtype, np.number):
            raise TypeError(f"Expected numbers in column weight_col={weight_col!r}")

    def _existing(self, table: Any, x_col: str) -> Any:
        """Only the rows whose file is a picture and exists."""
        names = table[x_col].tolist()
        paths = [os.path.join(self.directory, name) for name in names]
        keep = np.array([p.lower().endswith(self.white_list_formats) and os.path.isfile(p) for p in paths], dtype=bool)
        if not keep.all():
            lost = [name for name, kept in zip(names, keep) if not kept]
            warnings.warn(
                f'Found {len(lost)} invalid image filename(s) in x_col="{x_col}", which are left out: '
                f"{', '.join(lost[:3])}{'…' if len(lost) > 3 else ''}",
                stacklevel=4,
            )
        return table[keep]

    def _numbers(self, label: Any) -> Any:
        if isinstance(label, list | tuple):
            return [self.class_indices[name] for name in label]
        return self.class_indices[label]


def _of_classes(table: Any, y_col: str, classes: Sequence[str] | None) -> tuple[Any, list[str]]:
    """The rows of the wanted classes, and the names of these."""

    def kept(label: Any) -> Any:
        if isinstance(label, list | tuple):
            return [name for name in label if name in wanted] or None
        if isinstance(label, str):
            return label if label in wanted else None
        raise DataError(f"Expected text, lists or tuples in column {y_col!r}. Received: {label!r}")

    if classes:
        wanted = list(dict.fromkeys(classes))
        if not all(isinstance(name, str) for name in wanted):
            raise ArgumentError(f"Expected the names of classes as text. Received: {wanted}")
        table = table.copy()
        table[y_col] = table[y_col].apply(kept)
        return table.dropna(subset=[y_col]), wanted
    found: set[str] = set()
    for label in table[y_col]:
        found.update(label if isinstance(label, list | tuple) else [label])
    return table.dropna(subset=[y_col]), sorted(found)
