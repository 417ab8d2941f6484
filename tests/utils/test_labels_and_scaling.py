import numpy as np
import pytest
import torch

from wubu.errors import ArgumentError, EmptyDataError, LabelError
from wubu.utils import normalize, np_utils, to_categorical

keras = pytest.importorskip("keras")


@pytest.mark.parametrize(
    "labels",
    [[0, 2, 1], [[0], [3]], [[0, 1], [2, 3]], 3, np.uint8([1, 0]), np.float32([1.0, 2.0]), [True, False]],
)
@pytest.mark.parametrize("classes", [None, 5])
def test_to_categorical_is_that_of_keras(labels, classes):
    ours, theirs = to_categorical(labels, classes), keras.utils.to_categorical(labels, classes)
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)


def test_to_categorical_of_tensors_and_old_arguments():
    out = to_categorical(torch.tensor([[0], [2]]), 3)
    assert out.dtype == torch.float32 and out.tolist() == [[1, 0, 0], [0, 0, 1]]
    assert to_categorical([0, 1], nb_classes=3).shape == (2, 3)
    assert to_categorical([0, 1], dtype="float32").dtype == np.float32
    assert np_utils.to_categorical is to_categorical
    assert to_categorical([], 3).shape == (0, 3)


@pytest.mark.parametrize("labels, error", [([0, 3], LabelError), ([-1], LabelError), ([0.5], LabelError)])
def test_labels_that_do_not_fit(labels, error):
    with pytest.raises(error, match="Expected"):
        to_categorical(labels, 3)


def test_no_labels_and_unknown_arguments():
    with pytest.raises(EmptyDataError):
        to_categorical([])
    with pytest.raises(ArgumentError, match="num_classes"):
        to_categorical([0], num_class=3)


@pytest.mark.parametrize("order", [1, 2, np.inf])
def test_normalize(order):
    x = np.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    x[2] = 0
    np.testing.assert_allclose(normalize(x, order=order), keras.utils.normalize(x, order=order), rtol=1e-6)
    np.testing.assert_allclose(
        normalize(torch.tensor(x), order=order).numpy(), normalize(x, order=order), rtol=1e-5
    )
    columns = normalize(x[:2], axis=0, order=order)
    np.testing.assert_allclose(np.linalg.norm(columns, order, axis=0), 1, rtol=1e-5)
