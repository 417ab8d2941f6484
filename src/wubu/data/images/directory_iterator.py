"""Batches of the pictures in a folder, one subfolder a class: what ``flow_from_directory`` gives."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from wubu.core import settings
from wubu.data.images.file_iterator import FileIterator
from wubu.errors import EmptyDataError, MissingFileError, UnknownNameError


class DirectoryIterator(FileIterator):
    """Batches of the pictures in a folder.

    The arguments are those of ``ImageDataGenerator.flow_from_directory``.

    Attributes:
        filenames: the files, relative to the folder, sorted within each class.
        filepaths: the same with the folder.
        classes: the class number of each.
        class_indices: from the names of classes to their numbers.
        samples, num_classes: how many of each.
    """

    allowed_class_modes = {"categorical", "binary", "sparse", "input", None}

    def __init__(
        self,
        directory: str | os.PathLike[str],
        image_data_generator: Any,
        target_size: Sequence[int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
    ) -> None:
        self._set_processing(
            image_data_generator,
            target_size,
            color_mode,
            data_format or settings.image_data_format(),
            save_to_dir,
            save_prefix,
            save_format,
            subset,
            interpolation,
            keep_aspect_ratio,
        )
        if class_mode not in self.allowed_class_modes:
            raise UnknownNameError("class_mode", class_mode, [str(mode) for mode in self.allowed_class_modes])
        self.directory = os.fspath(directory)
        self.class_mode, self.dtype = class_mode, dtype or settings.floatx()
        if not os.path.isdir(self.directory):
            raise MissingFileError(f"Expected a folder of pictures. There is no folder {self.directory}")
        names = list(classes) if classes else _subfolders(self.directory)
        self.num_classes = len(names)
        self.class_indices = {name: number for number, name in enumerate(names)}
        self.filenames: list[str] = []
        numbers: list[int] = []
        for name, number in self.class_indices.items():
            found = self._files(name, follow_links)
            self.filenames += found
            numbers += [number] * len(found)
        self.classes = np.array(numbers, dtype="int32")
        self.samples = len(self.filenames)
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        if not self.samples:
            raise EmptyDataError(self._nothing(names))
        self._filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        super().__init__(self.samples, batch_size, shuffle, seed)

    def _files(self, name: str, follow_links: bool) -> list[str]:
        """The pictures of a class, relative to the folder."""
        folder = os.path.join(self.directory, name)
        found = list(_pictures(folder, self.white_list_formats, follow_links))
        if self.split:
            start, stop = (int(share * len(found)) for share in self.split)
            found = found[start:stop]
        return [os.path.join(os.path.basename(folder), os.path.relpath(path, folder)) for path in found]

    def _nothing(self, names: list[str]) -> str:
        if not names:
            loose = any(True for _ in _pictures(self.directory, self.white_list_formats, False))
            return f"Expected a subfolder for each class in {self.directory}. Received: " + (
                "pictures without subfolders. Try: put them into one, or flow_from_dataframe"
                if loose
                else "a folder without subfolders"
            )
        ends = ", ".join(self.white_list_formats)
        return (
            f"Expected pictures ({ends}) in the subfolders of {self.directory}. Received: none in {', '.join(names[:5])}"
            + (f" for subset={self.subset!r}" if self.subset else "")
        )


def _subfolders(directory: str) -> list[str]:
    return [name for name in sorted(os.listdir(directory)) if os.path.isdir(os.path.join(directory, name))]


def _pictures(folder: str, ends: tuple[str, ...], follow_links: bool) -> Iterator[str]:
    """The picture files below a folder: folder after folder, sorted in each."""
    for root, _, files in sorted(os.walk(folder, followlinks=follow_links), key=lambda found: found[0]):
        for name in sorted(files):
            if name.lower().endswith(ends):
                yield os.path.join(root, name)
