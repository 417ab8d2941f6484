"""What DATA on the command line means: the name of a data set, or an ``.npz`` file."""

from __future__ import annotations

import importlib
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wubu.errors import (
    ArgumentError,
    DataError,
    EmptyDataError,
    FileFormatError,
    LabelError,
    NonFiniteError,
    ShapeError,
    UnknownNameError,
)

if TYPE_CHECKING:
    from wubu.cli.picture_folder import FolderOptions

KNOWN = ("cifar10", "digits", "fashion_mnist", "mnist")
HELD_OUT = 0.2  # of a file without a test part
MOST_CLASSES = 10_000  # more distinct labels than this are measurements, not classes


@dataclass(frozen=True)
class LabelledData:
    """Inputs with class labels, in a part to train on and a part held out.

    Args:
        name: what the user called it.
        x_train, x_test: raw inputs, shape ``(samples, …)``.
        y_train, y_test: class numbers ``(samples,)``, or one-hot rows ``(samples, classes)``.
        class_names: one name a class.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: list[str]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        return self.x_train.shape[1:]

    @property
    def one_hot(self) -> bool:
        """Whether the labels are one-hot rows rather than class numbers."""
        return self.y_train.ndim == 2

    @property
    def has_pictures(self) -> bool:
        """Whether inputs are grey ``(height, width[, 1])`` or colour ``(height, width, 3 or 4)`` pictures."""
        shape = self.input_shape
        return len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4))

    @property
    def background(self) -> float | None:
        """The mean of the outermost pixels of grey pictures: 0 for white on black; None for anything else."""
        if not self.has_pictures or self.input_shape[2:] not in ((), (1,)):
            return None
        some = self.x_train[:1000]
        edges = [some[:, 0], some[:, -1], some[:, :, 0], some[:, :, -1]]
        return round(float(np.mean([edge.mean() for edge in edges])), 4)

    def describe(self) -> str:
        """One line for the terminal."""
        return (
            f"{self.name}: {len(self.x_train)} samples to learn from, {len(self.x_test)} held out, "
            f"{len(self.class_names)} classes, inputs {self.input_shape}"
        )

    def scaled(self, scaling: Callable[[np.ndarray], np.ndarray]) -> LabelledData:
        """The same data with scaled inputs."""
        return replace(self, x_train=scaling(self.x_train), x_test=scaling(self.x_test))

    def test_inputs(self, batch_size: int) -> Any:
        """What a model is measured on: scaled inputs, or batches of them."""
        return self.x_test

    def sample(self, count: int = 512) -> LabelledData:
        """What a diagnosis looks at: all of it."""
        return self

    def as_one_hot(self) -> LabelledData:
        """The same data with one-hot rows as labels, for losses that compare distributions."""
        if self.one_hot:
            return self
        rows = np.eye(len(self.class_names), dtype=np.float32)
        return replace(self, y_train=rows[self.y_train], y_test=rows[self.y_test])


def load(data: str, seed: int = 0, folder: FolderOptions | None = None) -> LabelledData:
    """Load a data set by name, or an ``.npz`` file or a folder of pictures by path.

    A file holds ``x_train``, ``y_train``, ``x_test``, ``y_test``; or ``x`` and ``y``, of which a fifth is
    held out. Labels are class numbers, names or one-hot rows; ``class_names`` may be there too.

    Args:
        data: one of ``KNOWN`` or a path.
        seed: decides which rows of a file or a folder without a test part are held out.
        folder: how to read a folder.
    """
    if data in KNOWN:
        module = importlib.import_module(f"wubu.datasets.{data}")
        (x_train, y_train), (x_test, y_test) = module.load_data()
        return _checked(data, x_train, y_train, x_test, y_test, list(module.CLASS_NAMES))
    path = Path(data)
    if path.is_dir():
        return importlib.import_module("wubu.cli.picture_folder").load_folder(path, seed, folder)
    if path.suffix.lower() != ".npz" and not path.exists():
        raise UnknownNameError("data set", data, KNOWN)
    return _load_file(path, seed)


def classes_of(y: np.ndarray) -> np.ndarray:
    """Class numbers ``(samples,)`` of labels in either form."""
    return y.argmax(axis=1) if y.ndim == 2 else y


def _load_file(path: Path, seed: int) -> LabelledData:
    arrays = _read(path)
    names = arrays.pop("class_names", None)
    class_names = None if names is None else [str(name) for name in names.ravel()]
    if "x_train" in arrays:
        wanted = ["x_train", "y_train", "x_test", "y_test"]
        held_out = "x_test" in arrays
    else:
        wanted, held_out = ["x", "y"], False
    missing = [key for key in wanted[: 4 if held_out else 2] if key not in arrays]
    if missing:
        raise FileFormatError(
            f"Expected {path} to hold x_train, y_train, x_test and y_test, or x and y. "
            f"Received: {', '.join(sorted(arrays)) or 'nothing'}"
        )
    x, y = arrays[wanted[0]], arrays[wanted[1]]
    if held_out:
        return _checked(str(path), x, y, arrays["x_test"], arrays["y_test"], class_names)
    _check_pair(x, y, str(path))
    if len(x) < 2:
        raise EmptyDataError(
            f"Expected at least two rows in {path}, one to learn from and one to hold out. Received: {len(x)}"
        )
    order = np.random.default_rng(seed).permutation(len(x))
    cut = max(1, round(len(x) * HELD_OUT))
    test, train = order[:cut], order[cut:]
    return _checked(str(path), x[train], y[train], x[test], y[test], class_names)


def _read(path: Path) -> dict[str, np.ndarray]:
    """Every array of a file, its keys in lower case; nothing in it is ever unpickled."""
    if not path.is_file():
        raise ArgumentError(f"No such file: {path}. Expected an .npz file or one of {', '.join(KNOWN)}")
    try:
        loaded = np.load(path, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise FileFormatError(f"Expected an .npz file with several arrays. Received a single array: {path}")
        with loaded:
            return {key.lower(): loaded[key] for key in loaded.files}
    except (ValueError, OSError, EOFError, KeyError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, FileFormatError):
            raise
        raise FileFormatError(
            f"Expected an .npz file of plain arrays, as numpy.savez writes it. {path} cannot be read: {error}"
        ) from error


def _checked(
    name: str,
    x_train: np.ndarray,
    y_train: np.ndarray,
    x_test: np.ndarray,
    y_test: np.ndarray,
    class_names: list[str] | None,
) -> LabelledData:
    """Refuse what cannot be trained on, and bring labels into one of two forms."""
    for x, y, part in ((x_train, y_train, "training"), (x_test, y_test, "test")):
        _check_pair(x, y, f"the {part} part of {name}")
    if x_train.shape[1:] != x_test.shape[1:]:
        raise ShapeError(
            f"Expected training and test inputs of one shape in {name}. "
            f"Received: {x_train.shape[1:]} and {x_test.shape[1:]}"
        )
    if x_train.ndim == 1:
        x_train, x_test = x_train[:, None], x_test[:, None]
    y_train, y_test, class_names = _labels(y_train, y_test, class_names, name)
    return LabelledData(name, x_train, y_train, x_test, y_test, class_names)


def _check_pair(x: np.ndarray, y: np.ndarray, where: str) -> None:
    if x.ndim == 0 or y.ndim == 0:
        raise ShapeError(f"Expected arrays with a row a sample in {where}. Received a single number")
    if len(x) != len(y):
        raise DataError(f"Expected as many labels as inputs in {where}. Received: {len(x)} inputs, {len(y)} labels")
    if x.size == 0:
        raise EmptyDataError(f"Expected at least one sample in {where}. Received inputs of shape {x.shape}")
    if x.dtype.kind not in "biuf":
        raise DataError(f"Expected numbers as inputs in {where}. Received: dtype {x.dtype}")
    if x.dtype.kind == "f":
        bad = ~np.isfinite(x.reshape(len(x), -1)).all(axis=1)
        if bad.any():
            raise NonFiniteError(
                f"Expected finite numbers as inputs in {where}. Received NaN or infinity in "
                f"{int(bad.sum())} of {len(x)} rows, first in row {int(bad.argmax())}. "
                "Remove or fill those rows"
            )


def _labels(
    train: np.ndarray, test: np.ndarray, class_names: list[str] | None, where: str
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Class numbers, or one-hot rows, of both parts, and a name for every class."""
    train, test = (y.reshape(len(y)) if y.ndim == 2 and y.shape[1] == 1 else y for y in (train, test))
    if train.ndim != test.ndim or train.ndim > 2:
        raise LabelError(
            f"Expected labels as class numbers (one axis) or one-hot rows (two axes) in {where}. "
            f"Received shapes: {train.shape} and {test.shape}"
        )
    if train.dtype.kind in "US":
        known = class_names or sorted({str(name) for name in train})
        index = {name: number for number, name in enumerate(known)}
        unknown = {str(name) for name in np.concatenate([train, test])} - set(index)
        if unknown:
            raise LabelError(f"Labels in {where} that are no class to train on: {', '.join(sorted(unknown)[:5])}")
        train, test = (np.array([index[str(name)] for name in y], np.int64) for y in (train, test))
        return train, test, known
    if train.ndim == 2:
        return _one_hot(train, test, class_names, where)
    train, test = _class_numbers(train, where), _class_numbers(test, where)
    count = len(class_names) if class_names else int(train.max()) + 1
    if not class_names and count > MOST_CLASSES:
        raise LabelError(
            f"Expected class numbers from 0 in {where}. Received labels up to {count - 1}: too many to be classes"
        )
    for y, part in ((train, "training"), (test, "test")):
        outside = (y < 0) | (y >= count)
        if outside.any():
            raise LabelError(
                f"Expected class numbers from 0 to {count - 1} as {part} labels in {where}. "
                f"Received: {y[outside][0]} in row {int(outside.argmax())}"
            )
    return train, test, class_names or [str(number) for number in range(count)]


def _class_numbers(y: np.ndarray, where: str) -> np.ndarray:
    if y.dtype.kind not in "biuf" or (y.dtype.kind == "f" and not (np.isfinite(y) & (y == np.trunc(y))).all()):
        raise LabelError(
            f"Expected whole numbers, names or one-hot rows as labels in {where}. Received: dtype {y.dtype}, "
            f"such as {y[:3].tolist()}"
        )
    return y.astype(np.int64)


def _one_hot(
    train: np.ndarray, test: np.ndarray, class_names: list[str] | None, where: str
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    for y in (train, test):
        if y.dtype.kind not in "biuf" or not (((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all()):
            raise LabelError(
                f"Expected each row of labels in {where} to hold a single 1 among zeros. Received: {y[0].tolist()}"
            )
    names = class_names or [str(number) for number in range(train.shape[1])]
    if {train.shape[1], test.shape[1]} != {len(names)}:
        raise LabelError(
            f"Expected one-hot rows of {len(names)} classes in {where}. "
            f"Received: {train.shape[1]} columns to train on, {test.shape[1]} to test"
        )
    return train.astype(np.float32), test.astype(np.float32), names
