"""Photographs in folders: what Keras makes of them with ImageDataGenerator and image_dataset_from_directory."""

from __future__ import annotations

import importlib.util
import pickle
from pathlib import Path

import numpy as np
import pytest

from wubu.data.folders.image_dataset import image_dataset_from_directory
from wubu.preprocessing.image import ImageDataGenerator

_spec = importlib.util.spec_from_file_location("dataset_photographs", Path(__file__).with_name("dataset_photographs.py"))
cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cases)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, shared):
    """Twenty pictures of each of two classes."""
    folder = tmp_path_factory.mktemp("photographs")
    for name in ("airplane", "bird"):
        (folder / "pictures" / name).mkdir(parents=True)
        for path in sorted((shared / "data" / "cifar10_images" / "test" / name).iterdir())[:20]:
            (folder / "pictures" / name / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def expected(folder, run_tf):
    run_tf("dataset_photographs.py", folder)
    return pickle.loads((folder / "photographs.pickle").read_bytes())


def test_data_sets(folder, expected):
    """JPEG decoders differ by a few levels: TensorFlow's transform is the quick one, Pillow's the exact one."""
    data = image_dataset_from_directory(folder / "pictures", image_size=(32, 32), seed=3, verbose=False)
    for (x, y), (known, label) in zip(data.as_numpy_iterator(), expected["dataset"], strict=True):
        assert np.array_equal(y, label)
        assert np.abs(x - known).max() <= 8 and np.abs(x - known).mean() < 1.5


@pytest.mark.parametrize("name", cases.GENERATORS)
def test_generators(name, folder, expected):
    """Both read with Pillow, so pixels are the same; where pictures move, to the precision of the interpolation."""
    known, *said = expected[name]
    found, *ours = cases.batches(ImageDataGenerator, folder / "pictures", name)
    assert ours == said
    tolerance = 0.05 if name == "moved" else 1e-4
    for (x, y), (known_x, known_y) in zip(found, known, strict=True):
        assert x.dtype == known_x.dtype and y.dtype == known_y.dtype
        assert np.array_equal(y, known_y)
        np.testing.assert_allclose(x, known_x, rtol=0, atol=tolerance)
