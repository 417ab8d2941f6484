"""What data sets of text and of sound files have in common: paths and labels, shuffled, then read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wubu.data.dataset.dataset import Dataset
from wubu.data.dataset.elements import Text
from wubu.data.dataset.parallel import AUTOTUNE
from wubu.data.folders.listing import check_labels, check_split, encoded, list_files, nothing_found, part
from wubu.errors import LabelError


def labelled_files(
    what: str,
    read: Callable[[str], Any],
    extensions: Sequence[str],
    directory: str | os.PathLike[str],
    labels: Any,
    label_mode: str | None,
    class_names: Sequence[str] | None,
    batch_size: int | None,
    shuffle: bool,
    seed: int | None,
    validation_split: float | None,
    subset: str | None,
    follow_links: bool,
    verbose: bool,
    batch: Callable[[Dataset], Dataset],
) -> Any:
    """A folder of files as a data set, or a list of two for ``subset="both"``.

    Args:
        what: what the files are, for messages.
        read: gives an element for a path.
        extensions: which files count.
        batch: puts elements into batches.
        directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset, follow_links,
            verbose: as in ``image_dataset_from_directory``.
    """
    labels, label_mode = check_labels(labels, label_mode, class_names)
    check_split(validation_split, subset, shuffle, seed)
    seed = int(np.random.randint(10**6)) if seed is None else int(seed)
    paths, labels, names = list_files(directory, labels, extensions, class_names, shuffle, seed, follow_links, verbose)
    if not paths:
        raise nothing_found(what, directory, extensions)
    if label_mode == "binary" and len(names or ()) != 2:
        raise LabelError(f"Expected two classes for label_mode='binary'. Received: {names}")

    def load(path: Text, *label: Any) -> Any:
        return (read(os.fspath(path)), *label) if label else read(os.fspath(path))

    def made(subset: str | None, shuffle: bool) -> Dataset:
        chosen, chosen_labels = part(paths, labels, validation_split, subset, verbose)
        data = Dataset.from_tensor_slices(Text.of(chosen))
        if label_mode is not None:
            rows = Dataset.from_tensor_slices(encoded(chosen_labels, label_mode, len(names or ())))
            data = Dataset.zip((data, rows))
        if shuffle:
            data = data.shuffle(1024 if batch_size is None else 8 * int(batch_size), seed)
        data = data.map(load, AUTOTUNE, vectorize=False)
        data = batch(data).prefetch(AUTOTUNE)
        data.class_names, data.file_paths = names, chosen
        return data

    if subset == "both":
        return [made("training", shuffle), made("validation", False)]
    return made(subset, shuffle)
