"""Pictures that are read before they are asked for."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import wubu
from wubu.data.images.store import PictureStore
from wubu.errors import FileFormatError
from wubu.preprocessing.image import ImageDataGenerator

SIDE = 96  # large enough for threads


def picture(number: int) -> np.ndarray:
    return np.full((SIDE, SIDE, 3), number, np.uint8)


class Reader:
    """Counts what it reads, and can be told to fail."""

    def __init__(self) -> None:
        self.read: list[int] = []
        self.bad: set[int] = set()
        self.lock = threading.Lock()
        self.seen = threading.Condition(self.lock)

    def __call__(self, number: int) -> np.ndarray:
        with self.seen:
            self.read.append(number)
            self.seen.notify_all()
        if number in self.bad:
            raise FileFormatError(f"picture {number} is damaged")
        return picture(number)

    def wait_for(self, numbers: set[int]) -> None:
        with self.seen:
            assert self.seen.wait_for(lambda: numbers <= set(self.read), timeout=10)


def checked(made: np.ndarray, numbers: list[int], factor: float = 1.0) -> None:
    assert made.shape == (len(numbers), SIDE, SIDE, 3)
    for row, number in zip(made, numbers):
        np.testing.assert_allclose(row, number * factor, rtol=1e-6)


@pytest.mark.parametrize("keep", [True, False])
def test_what_is_expected_is_read_early_and_once(keep: bool) -> None:
    store, reader = PictureStore(40, (SIDE, SIDE, 3), keep), Reader()
    for start in range(0, 40, 8):
        numbers = list(range(start, start + 8))
        store.expect(list(range(start + 8, min(start + 16, 40))))
        checked(store.rows(numbers, reader, np.float32, factor=0.5), numbers, 0.5)
        reader.wait_for(set(range(min(start + 16, 40))))
    assert sorted(reader.read) == list(range(40))


@pytest.mark.parametrize("keep", [True, False])
def test_wrong_expectations_change_nothing(keep: bool) -> None:
    store, reader = PictureStore(30, (SIDE, SIDE, 3), keep), Reader()
    rng = np.random.default_rng(0)
    for _ in range(20):
        store.expect(rng.integers(0, 30, 6))
        numbers = rng.integers(0, 30, 9).tolist()  # some of them twice
        checked(store.rows(numbers, reader), numbers)


def test_damage_is_told_when_the_picture_is_asked_for() -> None:
    store, reader = PictureStore(30, (SIDE, SIDE, 3)), Reader()
    reader.bad = {12}
    store.expect(range(10, 20))
    store.rows(range(10), reader)
    reader.wait_for({12})
    numbers = [10, 11, 13]
    checked(store.rows(numbers, reader), numbers)
    for _ in range(2):
        with pytest.raises(FileFormatError, match="picture 12"):
            store.rows([11, 12], reader)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork")
def test_a_forked_process_does_not_wait_for_threads_it_does_not_have() -> None:
    store, reader = PictureStore(20, (SIDE, SIDE, 3), keep=False), Reader()
    store.expect(range(8, 16))
    store.rows(range(8), reader)
    reader.wait_for(set(range(16)))
    child = os.fork()
    if not child:
        made = store.rows(range(8, 16), picture)
        os._exit(0 if (made[:, 0, 0, 0] == np.arange(8, 16)).all() else 1)
    for _ in range(200):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        threading.Event().wait(0.05)
    else:
        os.kill(child, 9)
        os.waitpid(child, 0)
        pytest.fail("the forked process hangs")
    assert status == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """24 grey and coloured pictures, each of one shade; large enough that batches of four use the same memory again."""
    for number in range(24):
        place = tmp_path / "ab"[number % 2]
        place.mkdir(exist_ok=True)
        mode = "L" if number % 3 else "RGB"
        shade = 10 * number if mode == "L" else (10 * number,) * 3
        Image.new(mode, (700, 650), shade).save(place / f"{number:02}.png")
    return tmp_path


@pytest.mark.parametrize("api", ["generator", "dataset"])
def test_batches_that_are_kept_stay_as_they_are(api: str, folder: Path) -> None:
    """Their memory is used again only when they are gone."""
    size = (600, 600)
    if api == "generator":
        iterator = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
            folder, size, batch_size=4, class_mode="sparse", shuffle=False
        )
        passes: Any = [[next(iterator) for _ in range(6)] for _ in range(2)]
        factor = 1 / 255
    else:
        data = wubu.utils.image_dataset_from_directory(
            folder, image_size=size, batch_size=4, shuffle=False, verbose=False
        )
        passes = [list(data) for _ in range(2)]
        factor = 1.0
    for batches in passes:
        shades = np.concatenate([np.asarray(x)[:, 0, 0] for x, _ in batches])
        spread = np.concatenate([np.ptp(np.asarray(x), axis=(1, 2, 3)) for x, _ in batches])
        expected = [10.0 * n for n in (*range(0, 24, 2), *range(1, 24, 2))]
        np.testing.assert_allclose(shades, np.repeat(np.array(expected)[:, None] * factor, 3, axis=1), rtol=1e-6)
        assert not spread.any()
