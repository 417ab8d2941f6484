"""The files of a folder with their labels, in Keras's order."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from wubu.errors import ArgumentError, EmptyDataError, LabelError, MissingFileError

Labels = Any  # "inferred", None, or a sequence of whole numbers
_SHOWN = 5


def check_labels(labels: Labels, label_mode: str | None, class_names: Any) -> tuple[Labels, str | None]:
    """Return labels and label mode, both None when either is.

    Raises:
        ArgumentError: when they are none of those that exist, or do not go together.
    """
    if not (isinstance(labels, str) and labels == "inferred") and labels is not None:
        if isinstance(labels, str) or not isinstance(labels, list | tuple | np.ndarray):
            raise ArgumentError(
                f"Expected labels to be 'inferred', None or a list of whole numbers, one a file. Received: {labels!r:.100}"
            )
        if class_names:
            raise ArgumentError("class_names go with labels='inferred' only; a list of labels names its own classes")
    if label_mode not in ("int", "categorical", "binary", None):
        raise ArgumentError(
            f"Expected label_mode to be 'int', 'categorical', 'binary' or None. Received: {label_mode!r}"
        )
    return (None, None) if labels is None or label_mode is None else (labels, label_mode)


def list_files(
    directory: str | os.PathLike[str],
    labels: Labels,
    extensions: Sequence[str],
    class_names: Sequence[str] | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> tuple[list[str], Any, list[str] | None]:
    """Find files, class by class, folder by folder, sorted by name; then shuffle them as Keras does.

    Args:
        directory: the folder.
        labels: ``"inferred"`` takes the subfolders as classes; a sequence has a label for each file; None has none.
        extensions: which files count, with dots, in lower case.
        class_names: the subfolders to take, in the order of their labels.
        shuffle: whether to change the order.
        seed: of that order.
        follow_links: whether to look into folders that are links.
        verbose: whether to print how many there are.

    Returns:
        Paths, labels (int32 array, list, or None), names of classes (or None).

    Raises:
        MissingFileError: there is no such folder.
        EmptyDataError: there are no classes.
        LabelError: there are more or fewer labels than files.
    """
    directory = os.fspath(directory)
    if not os.path.isdir(directory):
        what = "It is a file" if os.path.exists(directory) else "There is none"
        raise MissingFileError(f"Expected a folder at {directory}. {what}")
    inferred = isinstance(labels, str)
    if not inferred and class_names is not None:
        raise ArgumentError("class_names go with labels='inferred' only")
    folders = _classes(directory, class_names) if inferred else [""]
    paths: list[str] = []
    counts = []
    for folder in folders:
        found = _files(os.path.join(directory, folder) if folder else directory, extensions, follow_links)
        counts.append(len(found))
        paths += found
    names: list[str] | None = None
    if inferred:
        names = list(folders)
        labels = np.repeat(np.arange(len(folders), dtype=np.int32), counts)
    elif labels is not None:
        if len(labels) != len(paths):
            raise LabelError(
                f"Expected a label for each of the {len(paths)} files in {directory}. Received: {len(labels)} labels. "
                "Try: order them as the sorted paths of the files"
            )
        names = [str(label) for label in sorted(set(labels))]
        labels = list(labels)
    if verbose:
        print(f"Found {len(paths)} files" + (f" belonging to {len(names)} classes." if names is not None else "."))
    if shuffle:
        seed = int(np.random.randint(10**6)) if seed is None else seed
        np.random.RandomState(seed).shuffle(paths)
        if labels is not None:
            np.random.RandomState(seed).shuffle(labels)
    return paths, labels, names


def _classes(directory: str, class_names: Sequence[str] | None) -> list[str]:
    found = sorted(e.name for e in os.scandir(directory) if e.is_dir() and not e.name.startswith("."))
    if class_names is not None:
        missing = [name for name in class_names if name not in found]
        if missing:
            raise ArgumentError(
                f"Expected class_names to be folders in {directory}. There are {found}. Not among them: {missing}"
            )
        return list(class_names)
    if not found:
        raise EmptyDataError(
            f"Expected a folder for each class in {directory}. There are no folders in it. "
            "Try: labels=None for files without classes"
        )
    return found


def _files(folder: str, extensions: Sequence[str], follow_links: bool) -> list[str]:
    ends = tuple(extensions)
    found = []
    for root, _, files in sorted(os.walk(folder, followlinks=follow_links), key=lambda entry: entry[0]):
        found += [os.path.join(root, name) for name in sorted(files) if name.lower().endswith(ends)]
    return found


def check_split(validation_split: float | None, subset: str | None, shuffle: bool, seed: int | None) -> None:
    """Raise unless the arguments that divide a folder go together."""
    if validation_split and not 0 < validation_split < 1:
        raise ArgumentError(f"Expected validation_split to be between 0 and 1. Received: {validation_split}")
    if bool(validation_split) != bool(subset):
        raise ArgumentError(
            f"validation_split and subset go together. Received: validation_split={validation_split}, subset={subset!r}"
        )
    if subset not in ("training", "validation", "both", None):
        raise ArgumentError(f"Expected subset to be 'training', 'validation' or 'both'. Received: {subset!r}")
    if validation_split and shuffle and seed is None:
        raise ArgumentError(
            "Expected a seed beside validation_split and shuffle=True: without one, files would be in both parts"
        )


def part(
    paths: list[str], labels: Any, validation_split: float | None, subset: str | None, verbose: bool = True
) -> tuple[list[str], Any]:
    """The files of one part: the last ones are for validation."""
    if not validation_split:
        return paths, labels
    held_out = int(validation_split * len(paths))
    if not held_out:
        raise EmptyDataError(
            f"{len(paths)} files are too few for validation_split={validation_split}: there would be none to validate on"
        )
    cut = slice(None, -held_out) if subset == "training" else slice(-held_out, None)
    if verbose:
        count = len(paths) - held_out if subset == "training" else held_out
        print(f"Using {count} files for {subset}.")
    return paths[cut], None if labels is None else labels[cut]


def encoded(labels: Any, label_mode: str, class_count: int) -> np.ndarray:
    """Labels as the data set gives them: whole numbers, a column of 0 and 1, or one-hot rows."""
    numbers = np.asarray(labels)
    if numbers.dtype.kind not in "iub":
        raise LabelError(f"Expected whole numbers as labels. Received: {numbers.dtype}")
    if label_mode == "int":
        return numbers.astype(np.int32)
    if label_mode == "binary":
        return numbers.astype(np.float32)[:, None]
    return (numbers[:, None] == np.arange(class_count)).astype(np.float32)


def nothing_found(what: str, directory: Any, extensions: Sequence[str]) -> EmptyDataError:
    """The error for a folder in which no file counts; it shows what is there instead."""
    others = []
    for _, _, files in os.walk(directory):
        others += files
        if len(others) >= _SHOWN:
            break
    there = f"It has {', '.join(sorted(others)[:_SHOWN])}" if others else "It has no files at all"
    return EmptyDataError(
        f"Expected {what} in {os.fspath(directory)} (their names end in {', '.join(extensions)}). {there}"
    )
