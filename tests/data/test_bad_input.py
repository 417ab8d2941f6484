"""Data that cannot be trained on, all the way through ``fit``: an error that says what, and never a hang."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import wubu
from wubu import layers
from wubu.data import Dataset, PyDataset, set_watchdog
from wubu.errors import DataError, FileFormatError, LabelError, MissingFileError, ShapeError
from wubu.preprocessing.image import ImageDataGenerator

X, Y = np.ones((2, 3), np.float32), np.ones((2, 1), np.float32)


def model(*shape: int) -> Any:
    model = wubu.Sequential([layers.Input(shape or (3,)), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    return model


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two classes of six pictures, of two sizes."""
    rng = np.random.default_rng(0)
    for name in "ab":
        (tmp_path / name).mkdir()
        for i in range(6):
            pixels = rng.integers(0, 256, (10 + i % 2, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{i}.png")
    return tmp_path


def by_folder(folder: Path) -> Any:
    return wubu.utils.image_dataset_from_directory(folder, image_size=(8, 8), label_mode="binary", verbose=False)


def by_generator(folder: Path) -> Any:
    return ImageDataGenerator().flow_from_directory(folder, (8, 8), class_mode="binary")


@pytest.mark.parametrize("read", [by_folder, by_generator])
def test_a_picture_that_is_damaged_or_gone(read: Callable[[Path], Any], pictures: Path) -> None:
    data = read(pictures)
    path = pictures / "b" / "3.png"
    whole = path.read_bytes()
    path.unlink()
    with pytest.raises(MissingFileError, match=r"3\.png"):
        model(8, 8, 3).fit(data, verbose=0)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileFormatError, match=r"3\.png"):
        model(8, 8, 3).fit(data, verbose=0)


def test_one_class_where_two_are_wanted(pictures: Path) -> None:
    for path in (pictures / "b").iterdir():
        path.unlink()
    (pictures / "b").rmdir()
    with pytest.raises(LabelError, match="two classes"):
        by_folder(pictures)


def test_a_label_without_a_file(pictures: Path) -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"filename": ["a/0.png", "b/gone.png"], "class": ["x", "y"]})
    with pytest.warns(UserWarning, match=r"gone\.png"):
        assert ImageDataGenerator().flow_from_dataframe(table, str(pictures)).samples == 1
    unchecked = ImageDataGenerator().flow_from_dataframe(
        table, str(pictures), target_size=(8, 8), class_mode="binary", validate_filenames=False
    )
    with pytest.raises(MissingFileError, match=r"gone\.png"):
        model(8, 8, 3).fit(unchecked, verbose=0)


def test_mixed_sizes_without_a_target(pictures: Path) -> None:
    files = Dataset.list_files(str(pictures / "a" / "*.png"), shuffle=False)
    with pytest.raises(DataError, match=r"one shape(.|\n)*padded_batch"):
        list(files.map(lambda path: np.asarray(Image.open(str(path)))).batch(4))


def test_generators_that_end_early_or_raise() -> None:
    def short() -> Any:
        for _ in range(3):
            yield X, Y

    def broken() -> Any:
        yield X, Y
        raise RuntimeError("the camera is gone")

    with pytest.warns(UserWarning, match="ran out of data after 3 of steps_per_epoch=10"):
        model().fit(short(), steps_per_epoch=10, verbose=0)
    with pytest.raises(RuntimeError, match="the camera is gone"):
        model().fit(broken(), steps_per_epoch=10, verbose=0)
    with pytest.raises(DataError, match="element 1: RuntimeError: the camera is gone"):
        model().fit(Dataset.from_generator(broken), verbose=0)


@pytest.mark.parametrize("second", [(X,), ({"x": X}, Y), (X, Y, Y, Y)], ids=["no labels", "a dict", "too many"])
def test_elements_that_change_structure(second: Any) -> None:
    def changing() -> Any:
        yield X, Y
        yield second

    with pytest.raises(DataError, match="one structure"):
        model().fit(Dataset.from_generator(changing), verbose=0)


def test_batches_that_change_shape() -> None:
    def changing() -> Any:
        yield X, Y
        yield np.ones((2, 4), np.float32), Y

    with pytest.raises(ShapeError, match=r"\(2, 4\)"):
        model().fit(changing(), steps_per_epoch=2, verbose=0)


class _Slow(PyDataset):
    def __len__(self) -> int:
        return 1

    def __getitem__(self, number: int) -> Any:
        time.sleep(0.8)
        return X, Y


def _slow() -> Any:
    time.sleep(0.8)
    yield X, Y


@pytest.mark.parametrize(("data", "name"), [(_slow, "the first batch"), (_Slow, "_Slow, batch 0")])
def test_the_watchdog_sees_first_batches(data: Callable[[], Any], name: str, capsys: Any) -> None:
    set_watchdog(0.2)
    try:
        model().fit(data(), verbose=0)
    finally:
        set_watchdog(None)
    said = capsys.readouterr().err
    assert "has given nothing for" in said and name in said
