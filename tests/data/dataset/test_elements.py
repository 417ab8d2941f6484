"""What counts as an element, and what comes out of it."""

from __future__ import annotations

import collections

import numpy as np
import pytest
import torch

from wubu.data import Dataset, TensorSpec
from wubu.data.dataset import elements
from wubu.data.dataset.elements import Text
from wubu.errors import DataError, EmptyDataError

Pair = collections.namedtuple("Pair", "a b")


def first(value):
    return next(iter(Dataset.from_tensors(value)))


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1, torch.int32),
        (2**40, torch.int64),
        (1.5, torch.float32),
        (True, torch.bool),
        ([1, 2], torch.int32),
        ([1.0, 2.0], torch.float32),
        (np.float64(1), torch.float64),
        (np.array([1.0]), torch.float64),
        (np.array([1], np.uint16), torch.int32),
        (np.array([1, 2], ">i4"), torch.int32),
        (np.arange(6)[::-1], torch.int64),
        (torch.tensor([1], dtype=torch.int8), torch.int8),
    ],
)
def test_types(value, dtype):
    found = first(value)
    assert found.dtype is dtype
    assert found.tolist() == np.asarray(value).tolist()


def test_text():
    one, two = first("ü"), first(["a", b"b"])
    assert isinstance(one, Text) and one.numpy() == "ü".encode() and str(one) == "ü"
    assert two.numpy().tolist() == [b"a", b"b"] and two[0].numpy() == b"a"
    assert first(np.array(["x", "yy"])).numpy().tolist() == [b"x", b"yy"]


def test_text_opens_files(tmp_path):
    (tmp_path / "a.txt").write_text("content")
    path = first(str(tmp_path / "a.txt"))
    assert open(path).read() == "content"


def test_structures():
    value = {"a": (1, [2, 3]), "b": Pair(np.zeros(2), None)}
    found = first(value)
    assert isinstance(found["a"], tuple) and found["a"][1].tolist() == [2, 3]
    assert isinstance(found["b"], Pair) and found["b"].b is None
    rows = Dataset.from_tensor_slices(({"x": np.arange(3)}, Pair(np.arange(3), np.arange(3))))
    assert [int(e[1].b) for e in rows] == [0, 1, 2]


def test_tables_of_pandas():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    found = list(Dataset.from_tensor_slices((dict(table), table["a"])).as_numpy_iterator())
    assert found == [({"a": 1, "b": b"x"}, 1), ({"a": 2, "b": b"y"}, 2)]


def test_tensors_with_gradients_lose_them():
    x = torch.ones(3, requires_grad=True)
    assert not first(x).requires_grad
    assert type(first(torch.nn.Parameter(torch.ones(2)))) is torch.Tensor


@pytest.mark.parametrize("value", [object(), np.array(["2020-01-01"], "datetime64[D]"), [[1], [1, 2]], [object()]])
def test_what_is_no_element(value):
    with pytest.raises(DataError):
        Dataset.from_tensors(value)


def test_slices_need_one_length():
    with pytest.raises(DataError, match="one length"):
        Dataset.from_tensor_slices((np.zeros(3), np.zeros(4)))
    with pytest.raises(DataError, match="axis of samples"):
        Dataset.from_tensor_slices(3)
    with pytest.raises(EmptyDataError):
        Dataset.from_tensor_slices(())


def test_elements_belong_to_whoever_takes_them():
    x = np.zeros((4, 2), np.float32)
    data = Dataset.from_tensor_slices(x)
    for pipeline in (data, data.batch(2), data.shuffle(4), data.cache(), data.repeat(2), Dataset.from_tensors(x)):
        for _ in range(2):
            for element in pipeline:
                element += 1
    list(data.map(lambda e: e.add_(5)))
    list(data.filter(lambda e: bool(e.add_(5).sum() > 0)))
    assert not x.any()
    assert all(not e.any() for e in data.cache())


def test_elements_of_a_batch_need_one_shape_and_structure():
    uneven = Dataset.range(4).map(lambda i: torch.zeros(int(i) + 1))
    with pytest.raises(DataError, match=r"shape \(1,\).*number 1 with shape \(2,\).*padded_batch"):
        list(uneven.batch(2))
    changing = Dataset.range(4).map(lambda i: (i, i) if i > 2 else (i,), vectorize=False)
    with pytest.raises(DataError, match="one structure"):
        list(changing.batch(4))
    types = Dataset.range(2).map(lambda i: i if i else i.float(), vectorize=False)
    with pytest.raises(DataError, match="float32, then .*int64"):
        list(types.batch(2))


def test_specs():
    data = Dataset.from_tensor_slices({"x": np.zeros((5, 3), np.float32), "y": ["a"] * 5})
    assert data.element_spec == {"x": TensorSpec((3,), "float32"), "y": TensorSpec((), "string")}
    assert data.batch(2).element_spec["x"] == TensorSpec((None, 3), torch.float32)
    assert data.batch(2, drop_remainder=True).element_spec["y"] == TensorSpec((2,), "string")
    assert TensorSpec([None, 2], "int32").is_compatible_with(torch.zeros(7, 2, dtype=torch.int32))
    assert not TensorSpec([3, 2], "int32").is_compatible_with(torch.zeros(7, 2, dtype=torch.int32))
    assert "shape=(None,)" in repr(TensorSpec([-1]))


def test_spec_of_a_map_knows_which_axes_vary():
    data = Dataset.from_tensor_slices(np.zeros((5, 3), np.float32)).batch(2).map(lambda x: (x * 2, x.sum(1)))
    assert data.element_spec == (TensorSpec((None, 3)), TensorSpec((None,)))


def test_large_results_are_like_small_ones():
    x = np.arange(3 * 1024 * 1024, dtype=np.float32).reshape(3, 1024, 1024)
    rows = next(iter(Dataset.from_tensor_slices(x).batch(3)))
    assert np.array_equal(rows, x)
    stacked = elements.stack([torch.from_numpy(x), torch.from_numpy(x)])
    assert stacked.shape == (2, *x.shape) and torch.equal(stacked[1], torch.from_numpy(x))
