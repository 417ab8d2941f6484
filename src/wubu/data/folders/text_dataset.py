"""``text_dataset_from_directory``: a folder of text files as batches."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from wubu.data.dataset.elements import Text
from wubu.data.folders.file_dataset import labelled_files
from wubu.errors import FileFormatError


def text_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """A folder of ``.txt`` files, one subfolder a class, as a data set of batches of text.

    Args:
        directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset, follow_links,
            verbose: as in ``image_dataset_from_directory``.
        max_length: bytes after which texts are cut off.

    Returns:
        A data set of ``texts`` or ``(texts, labels)``, texts being arrays of ``bytes``, with ``class_names``.

    Example:
        >>> train = text_dataset_from_directory("aclImdb/train", batch_size=32, validation_split=0.2, subset="training",
        ...                                     seed=1)
    """

    def read(path: str) -> Text:
        try:
            with open(path, "rb") as file:
                return Text.of(file.read() if max_length is None else file.read(max_length))
        except OSError as error:
            raise FileFormatError(f"Cannot read {path}: {error.strerror or error}") from error

    return labelled_files(
        "texts",
        read,
        (".txt",),
        directory,
        labels,
        label_mode,
        class_names,
        batch_size,
        shuffle,
        seed,
        validation_split,
        subset,
        follow_links,
        verbose,
        lambda data: data if batch_size is None else data.batch(batch_size),
    )
