"""Folders, series and splits: the same files, labels, orders and pixels as Keras on TensorFlow."""

from __future__ import annotations

import importlib.util
import pickle
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wubu.data.folders.audio_dataset import audio_dataset_from_directory
from wubu.data.folders.image_dataset import image_dataset_from_directory
from wubu.data.folders.split import split_dataset
from wubu.data.folders.text_dataset import text_dataset_from_directory
from wubu.data.folders.timeseries import timeseries_dataset_from_array

_spec = importlib.util.spec_from_file_location("dataset_folders", Path(__file__).with_name("dataset_folders.py"))
cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cases)
EXACT = {"keep": False, "draft": False}


def make_pictures(folder):
    """Three classes of PNG and BMP files, which every decoder reads alike, some in folders within folders."""
    rng = np.random.default_rng(0)
    for i in range(12):
        name = ("ants", "bees", "cats")[i % 3]
        place = folder / name / ("more" if i % 4 == 3 else ".")
        place.mkdir(parents=True, exist_ok=True)
        size = (32, 40) if i % 2 else (35 + i, 30 + 2 * i)
        pixels = rng.integers(0, 256, (*size, 3)).astype(np.uint8)
        Image.fromarray(pixels).resize(size[::-1]).save(place / f"{i:02d}.png")
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden").mkdir()


def make_texts(folder):
    for i in range(7):
        place = folder / ("neg", "pos")[i % 2]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{i}.txt").write_text(f"text number {i} ü\nsecond line")


def make_sounds(folder):
    rng = np.random.default_rng(1)
    for i in range(5):
        place = folder / ("bark", "meow")[i % 2]
        place.mkdir(parents=True, exist_ok=True)
        with wave.open(str(place / f"{i}.wav"), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(rng.integers(-(2**15), 2**15, (40 + 10 * i, 2)).astype("<i2").tobytes())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("folders")
    make_pictures(folder / "pictures")
    make_texts(folder / "texts")
    make_sounds(folder / "sounds")
    return folder


@pytest.fixture(scope="module")
def expected(folder, run_tf):
    run_tf("dataset_folders.py", folder)
    return pickle.loads((folder / "found.pickle").read_bytes())


def assert_same(found, expected, tolerance=0.0):
    assert len(found) == len(expected)
    for a, b in zip(found, expected):
        a, b = (a, b) if isinstance(b, tuple) else ((a,), (b,))
        assert len(a) == len(b)
        for x, y in zip(a, b):
            assert x.shape == y.shape
            if y.dtype.kind in "OS":
                assert x.tolist() == y.tolist()
            else:
                assert x.dtype == y.dtype
                np.testing.assert_allclose(x, y, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", cases.PICTURES)
def test_pictures(name, folder, expected):
    passes, names, paths = expected["pictures", name]
    kwargs = cases.with_defaults(cases.PICTURES[name])
    data = image_dataset_from_directory(folder / "pictures", **kwargs, **EXACT)
    assert data.class_names == names
    for one in passes:
        assert_same(cases.listed(data), one, {"bicubic": 0.3, "grey": 1.01}.get(name, 0.01))
    if passes:
        assert [str(Path(p).relative_to(folder)) for p in data.file_paths] == paths


@pytest.mark.parametrize("name", ["seeded", "own size", "grey", "crop", "channels first"])
def test_kept_pictures_are_rounded(name, folder, expected):
    kwargs = cases.with_defaults(cases.PICTURES[name])
    data = image_dataset_from_directory(folder / "pictures", **kwargs)
    for one in expected["pictures", name][0]:  # the first pass reads files, the second what was kept
        assert_same(cases.listed(data), one, 1.6 if name == "grey" else 1.01)


@pytest.mark.parametrize("name", cases.TEXTS)
def test_texts(name, folder, expected):
    passes, names, _ = expected["texts", name]
    data = text_dataset_from_directory(folder / "texts", verbose=False, **cases.TEXTS[name])
    assert data.class_names == names
    for one in passes:
        assert_same(cases.listed(data), one)


@pytest.mark.parametrize("name", cases.SOUNDS)
def test_sounds(name, folder, expected):
    passes, names, _ = expected["sounds", name]
    data = audio_dataset_from_directory(folder / "sounds", verbose=False, **cases.SOUNDS[name])
    assert data.class_names == names
    for one in passes:
        assert_same(cases.listed(data), one)


@pytest.mark.parametrize("name", cases.WINDOWS)
def test_windows(name, expected):
    args, kwargs = cases.WINDOWS[name]
    data = timeseries_dataset_from_array(*args, **kwargs)
    for one in expected["windows", name][0]:
        assert_same(cases.listed(data), one)


@pytest.mark.parametrize("name", cases.SPLITS)
def test_splits(name, expected):
    args, kwargs = cases.SPLITS[name]
    for part, one in zip(split_dataset(*args, **kwargs), expected["splits", name][0], strict=True):
        assert_same(cases.listed(part), one)
