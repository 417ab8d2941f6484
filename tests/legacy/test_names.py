"""Functions that Keras has renamed or dropped."""

from __future__ import annotations

import numpy as np
import pytest

from wubu import Input, Sequential, layers
from wubu.core import legacy
from wubu.legacy import functions, initializations, utils


@pytest.fixture(autouse=True)
def silent():
    legacy.tell_through(lambda text: None)
    yield
    legacy.tell_through(None)


def test_to_categorical_with_nb_classes():
    np.testing.assert_array_equal(utils.to_categorical([0, 2], nb_classes=4), np.eye(4)[[0, 2]])


def test_initializations():
    for name in initializations.__all__:
        if name != "get":
            assert tuple(initializations.get(name)((4, 4)).shape) == (4, 4), name


def test_metrics_of_one_batch():
    y, p = np.array([1.0, 1, 0, 0]), np.array([0.9, 0.2, 0.8, 0.1])
    assert float(functions.precision(y, p)) == pytest.approx(0.5)
    assert float(functions.recall(y, p)) == pytest.approx(0.5)
    assert float(functions.fmeasure(y, p)) == pytest.approx(0.5)
    assert float(functions.matthews_correlation(y, p)) == pytest.approx(0, abs=1e-6)


def test_utilities():
    model = Sequential([layers.Dense(3, input_shape=(2,))])
    assert utils.multi_gpu_model(model, gpus=2) is model
    assert utils.count_params(model.weights) == 9
    assert utils.probas_to_classes(np.array([[0.2, 0.8], [0.9, 0.1]])).tolist() == [1, 0]
    assert utils.conv_output_length(10, 3, "valid", 2) == 4
    x = Input((3,))
    assert utils.get_source_inputs(layers.Dense(2)(x)) == [x]


def test_hdf5_matrix(tmp_path):
    h5py = pytest.importorskip("h5py")
    data = np.arange(20.0).reshape(10, 2)
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file["x"] = data
    part = utils.HDF5Matrix(str(tmp_path / "d.h5"), "x", 2, 8, normalizer=lambda x: x * 2)
    assert part.shape == (6, 2) and len(part) == 6
    np.testing.assert_array_equal(part[1:3], data[3:5] * 2)
    np.testing.assert_array_equal(part[[3, 0, 3]], data[[5, 2, 5]] * 2)
