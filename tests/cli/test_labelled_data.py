"""DATA on the command line."""

from __future__ import annotations

import numpy as np
import pytest

from wubu.cli import labelled_data
from wubu.errors import (
    ArgumentError,
    DataError,
    EmptyDataError,
    FileFormatError,
    LabelError,
    NonFiniteError,
    ShapeError,
    UnknownNameError,
    WubuError,
)

X = np.arange(40, dtype=np.float32).reshape(10, 4)
Y = np.arange(10) % 3


@pytest.fixture
def save(tmp_path):
    def write(**arrays):
        path = tmp_path / "data.npz"
        np.savez(path, **arrays)
        return str(path)

    return write


def test_digits_need_nothing():
    data = labelled_data.load("digits")
    assert data.input_shape == (8, 8)
    assert len(data.x_train) + len(data.x_test) == 1797
    assert data.class_names == list("0123456789")


def test_a_file_with_a_test_part(save):
    data = labelled_data.load(save(x_train=X, y_train=Y, x_test=X[:3], y_test=Y[:3]))
    assert data.x_test.shape == (3, 4)
    assert data.class_names == ["0", "1", "2"]
    assert not data.one_hot


def test_a_fifth_is_held_out_where_there_is_no_test_part(save):
    path = save(x=X, y=Y)
    first, again, other = (
        labelled_data.load(path, 1),
        labelled_data.load(path, 1),
        labelled_data.load(path, 2),
    )
    assert first.x_test.shape == (2, 4) and first.x_train.shape == (8, 4)
    assert np.array_equal(first.x_test, again.x_test)
    assert not np.array_equal(first.x_test, other.x_test)
    rows = {tuple(row) for row in np.concatenate([first.x_train, first.x_test])}
    assert rows == {tuple(row) for row in X}


def test_labels_by_name(save):
    names = np.array(["cat", "dog", "ant"])[Y]
    data = labelled_data.load(save(x_train=X, y_train=names, x_test=X, y_test=names))
    assert data.class_names == ["ant", "cat", "dog"]
    assert data.y_train[:3].tolist() == [1, 2, 0]


def test_labels_as_a_column_and_as_whole_floats(save):
    data = labelled_data.load(save(x=X, y=Y[:, None].astype(float)))
    assert data.y_train.shape == (8,) and data.y_train.dtype == np.int64


def test_one_hot_rows_stay(save):
    data = labelled_data.load(save(x=X, y=np.eye(3)[Y], class_names=["a", "b", "c"]))
    assert data.one_hot and data.class_names == ["a", "b", "c"]
    assert labelled_data.classes_of(data.y_train).max() == 2


def test_class_numbers_become_one_hot_rows(save):
    data = labelled_data.load(save(x=X, y=Y))
    rows = data.as_one_hot()
    assert rows.y_train.shape == (8, 3)
    assert np.array_equal(labelled_data.classes_of(rows.y_test), data.y_test)
    assert rows.as_one_hot() is rows


NAN = X.copy()
NAN[3, 1] = np.nan


@pytest.mark.parametrize(
    ("arrays", "error", "says"),
    [
        ({"x": X, "y": Y[:7]}, DataError, "10 inputs, 7 labels"),
        ({"x": X[:0], "y": Y[:0]}, EmptyDataError, "at least one sample"),
        ({"x": X[:1], "y": Y[:1]}, EmptyDataError, "two rows"),
        ({"x": NAN, "y": Y}, NonFiniteError, "row 3"),
        ({"x": X.astype(str), "y": Y}, DataError, "Expected numbers"),
        ({"x": X, "y": Y - 1}, LabelError, "from 0 to 1"),
        ({"x": X, "y": Y, "class_names": ["a", "b"]}, LabelError, "from 0 to 1"),
        ({"x": X, "y": Y + 0.5}, LabelError, "whole numbers"),
        ({"x": X, "y": Y * 1_000_000}, LabelError, "too many"),
        ({"x": X, "y": np.ones((10, 3))}, LabelError, "single 1"),
        ({"x": X, "y": np.ones((10, 3, 2))}, LabelError, "class numbers"),
        ({"x_train": X, "y_train": Y, "x_test": X[:, :2], "y_test": Y}, ShapeError, "one shape"),
        ({"x_train": X, "y_train": Y, "x_test": X, "y_test": Y + 2}, LabelError, "test labels"),
        ({"x_train": X, "y_train": Y, "x_test": X}, FileFormatError, "y_test"),
        ({"pictures": X}, FileFormatError, "pictures"),
        ({"x": np.float32(3), "y": Y}, ShapeError, "single number"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(save, arrays, error, says):
    with pytest.raises(error, match=says):
        labelled_data.load(save(**arrays))


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, x=np.array([{"a": 1}], dtype=object), y=Y[:1])
    with pytest.raises(FileFormatError, match="plain arrays"):
        labelled_data.load(str(path))


@pytest.mark.parametrize("keep", [0, 10, 100, 400])
def test_a_truncated_file_is_refused(save, tmp_path, keep):
    whole = open(save(x=X, y=Y), "rb").read()
    path = tmp_path / "cut.npz"
    path.write_bytes(whole[:keep])
    with pytest.raises(FileFormatError, match="cut.npz"):
        labelled_data.load(str(path))


def test_names_and_paths_that_lead_nowhere(tmp_path):
    with pytest.raises(UnknownNameError, match="Did you mean 'mnist'"):
        labelled_data.load("mnits")
    with pytest.raises(ArgumentError, match="No such file"):
        labelled_data.load(str(tmp_path / "none.npz"))
    with pytest.raises(EmptyDataError, match="an empty folder"):
        labelled_data.load(str(tmp_path))
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    with pytest.raises(WubuError):
        labelled_data.load(str(text))
