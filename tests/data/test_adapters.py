"""From whatever fit is given to batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from wubu.data import PyDataset, Sequence, adapt, pack_x_y_sample_weight, unpack_x_y_sample_weight
from wubu.errors import ArgumentError, DataError, EmptyDataError

X = np.arange(30, dtype="float32").reshape(10, 3)
Y = np.arange(10)


def flat(source: Any) -> np.ndarray:
    """The first column of x over a pass."""
    return np.concatenate([np.asarray(unpack_x_y_sample_weight(batch)[0])[:, 0] for batch in source.batches()])


ARRAYS = {
    "numpy": X,
    "float64": X.astype("float64"),
    "float16": X.astype("float16"),
    "torch": torch.from_numpy(X),
    "torch float64": torch.from_numpy(X).double().requires_grad_(),
    "pandas": pd.DataFrame(X, columns=list("abc")),
    "pandas of mixed types": pd.DataFrame({"a": X[:, 0], "b": X[:, 1].astype(int), "c": X[:, 2] > 5}),
    "objects": X.astype(object),
    "lists": X.tolist(),
    "columns in memory": np.asfortranarray(X),
    "reversed twice": X[::-1].copy()[::-1],
    "read-only": np.frombuffer(X.tobytes(), "float32").reshape(10, 3),
    "big-endian": X.astype(">f4"),
}


@pytest.mark.parametrize("name", sorted(ARRAYS))
def test_arrays_become_floatx(name: str) -> None:
    source = adapt(ARRAYS[name], Y, batch_size=4)
    batches = list(source.batches())
    assert source.num_batches == 3 and [len(x) for x, _ in batches] == [4, 4, 2]
    assert all(x.dtype is torch.float32 for x, _ in batches)
    np.testing.assert_array_equal(flat(source), X[:, 0])


def test_sparse_matrices() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    np.testing.assert_array_equal(flat(adapt(sparse.csr_matrix(X))), X[:, 0])


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint8", "bool"])
def test_integers_stay(dtype: str) -> None:
    [x] = adapt(X.astype(dtype)).batches()
    assert str(x.dtype) == f"torch.{dtype}"


def test_memory_is_shared_where_nothing_changes() -> None:
    assert adapt(X).resident.data_ptr() == X.ctypes.data


def test_structures() -> None:
    source = adapt({"a": X, "b": [X, X]}, (Y, {"c": Y}), batch_size=10)
    [(x, y)] = source.batches()
    assert set(x) == {"a", "b"} and isinstance(x["b"], list) and isinstance(y, tuple) and list(y[1]) == ["c"]


def test_packing() -> None:
    [x] = adapt(X).batches()
    assert isinstance(x, torch.Tensor)
    [(x, y, w)] = adapt(X, Y, np.ones(10)).batches()
    assert w.dtype is torch.float32
    assert pack_x_y_sample_weight([X]) == ([X],) and unpack_x_y_sample_weight((1,)) == (1, None, None)
    with pytest.raises(DataError):
        unpack_x_y_sample_weight((1, 2, 3, 4))


def test_order() -> None:
    torch.manual_seed(0)
    source = adapt(X, Y, batch_size=4, shuffle=True)
    first, second = source.order(), source.order()
    assert sorted(first.tolist()) == list(range(10)) and not torch.equal(first, second)
    assert adapt(X, Y).order().tolist() == list(range(10))
    blocks = adapt(X, Y, batch_size=4, shuffle="batch").order()
    assert blocks[8:].tolist() == [8, 9]
    assert {tuple(b) for b in blocks[:8].view(2, 4).tolist()} == {(0, 1, 2, 3), (4, 5, 6, 7)}


def test_text_stays_text() -> None:
    source = adapt(np.array([["good"], ["bad"], ["fine"]]), [1, 0, 1], batch_size=2)
    assert source.resident is None
    x, y = next(source.batches())
    assert x.tolist() == [["good"], ["bad"]] and y.tolist() == [1, 0]
    [x] = adapt(["good", "bad"]).batches()
    assert x.tolist() == ["good", "bad"]


# --- weights --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [[0, 1, 2, 1], [[0], [1], [2], [1]], np.eye(3)[[0, 1, 2, 1]], [0.0, 1.0, 2.0, 1.0]])
def test_class_weights(labels: Any) -> None:
    [(_, _, w)] = adapt(np.zeros((4, 1)), labels, class_weight={0: 5.0, 2: 0.5}).batches()
    assert w.tolist() == [5.0, 1.0, 0.5, 1.0]


def test_class_weights_times_sample_weights() -> None:
    [(_, _, w)] = adapt(np.zeros((2, 1)), [0, 1], np.array([2.0, 3.0]), class_weight={1: 10}).batches()
    assert w.tolist() == [2.0, 30.0]


def test_balanced_class_weights() -> None:
    [(_, _, w)] = adapt(np.zeros((4, 1)), [0, 1, 1, 1], class_weight="balanced").batches()
    np.testing.assert_allclose(w, [2.0, 2 / 3, 2 / 3, 2 / 3], rtol=1e-6)


def test_class_weights_of_outputs() -> None:
    labels = [np.array([0, 1]), np.array([1, 1])]
    given = {"b": {1: 3.0}}
    [(_, _, w)] = adapt(np.zeros((2, 1)), labels, class_weight=given, output_names=["a", "b"]).batches()
    assert w[0] is None and w[1].tolist() == [3.0, 3.0]
    [(_, _, w)] = adapt(np.zeros((2, 1)), dict(zip("ab", labels)), class_weight=given).batches()
    assert w["a"] is None and w["b"].tolist() == [3.0, 3.0]
    with pytest.raises(ArgumentError, match="outputs"):
        adapt(np.zeros((2, 1)), labels, class_weight={0: 1.0}, output_names=["a", "b"])
    with pytest.raises(ArgumentError, match="'c'"):
        adapt(np.zeros((2, 1)), labels, class_weight={"c": {0: 1.0}}, output_names=["a", "b"])


def test_sample_weights_of_outputs() -> None:
    labels = [Y, Y]
    [(_, _, w)] = adapt(X, labels, np.ones(10)).batches()
    assert len(w) == 2
    [(_, _, w)] = adapt(X, labels, {"b": np.ones(10)}, output_names=["a", "b"]).batches()
    assert w[0] is None and w[1].shape == (10,)
    with pytest.raises(DataError, match="one weight per sample"):
        adapt(X, labels, np.ones((10, 4)))
    with pytest.raises(DataError, match="'c'"):
        adapt(X, labels, {"c": np.ones(10)}, output_names=["a", "b"])


# --- streams --------------------------------------------------------------------------------------------------------


def batches(count: int = 3) -> Iterator[Any]:
    for i in range(count):
        yield X[3 * i : 3 * i + 3], Y[3 * i : 3 * i + 3]


def test_generators_go_on() -> None:
    source = adapt(batches())
    assert source.num_batches is None and not source.restarts
    assert source.first_batch()[0].shape == (3, 3)
    assert flat(source).tolist() == X[:9, 0].tolist()
    assert list(source.batches()) == []


def test_functions_and_iterables_start_anew() -> None:
    for stream in (lambda: batches(), type("Stream", (), {"__iter__": lambda self: batches()})()):
        source = adapt(stream)
        source.first_batch()
        assert flat(source).tolist() == flat(source).tolist() == X[:9, 0].tolist()


def test_length_of_a_data_set() -> None:
    class Known:
        def __iter__(self) -> Any:
            return batches()

        def __len__(self) -> int:
            return 3

    class Cardinal:
        __iter__ = Known.__iter__

        def cardinality(self) -> int:
            return -1

    assert adapt(Known()).num_batches == 3
    assert adapt(Cardinal()).num_batches is None


def test_class_weights_of_streams() -> None:
    _, _, w = next(adapt(batches(), class_weight={1: 4.0}).batches())
    assert w.tolist() == [1.0, 4.0, 1.0]


class Batches(Sequence):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ended = self.begun = 0

    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> Any:
        return X[2 * index : 2 * index + 2].astype("float64"), Y[2 * index : 2 * index + 2]

    def on_epoch_begin(self) -> None:
        self.begun += 1

    def on_epoch_end(self) -> None:
        self.ended += 1


@pytest.mark.parametrize("workers", [0, 1, 4])
@pytest.mark.parametrize("processes", [False, True])
def test_py_datasets_come_in_order(workers: int, processes: bool) -> None:
    source = adapt(Batches(workers=workers, use_multiprocessing=processes, max_queue_size=2))
    assert source.num_batches == 5
    for _ in range(2):
        assert flat(source).tolist() == X[:, 0].tolist()
    assert next(source.batches())[0].dtype is torch.float32


def test_py_dataset_without_its_constructor() -> None:
    class Bare(PyDataset):
        def __init__(self) -> None:
            pass

        __len__, __getitem__ = Batches.__len__, Batches.__getitem__

    assert flat(adapt(Bare())).tolist() == X[:, 0].tolist()


def test_endless_py_dataset() -> None:
    class Endless(PyDataset):
        num_batches = None

        def __getitem__(self, index: int) -> Any:
            return np.full((1, 1), index)

    source = adapt(Endless())
    assert source.num_batches is None
    stream = source.batches()
    assert [int(next(stream)) for _ in range(30)] == list(range(30))
    stream.close()


def test_what_a_worker_raises_arrives() -> None:
    class Broken(Batches):
        def __getitem__(self, index: int) -> Any:
            if index == 2:
                raise KeyError("no such file")
            return super().__getitem__(index)

    stream = adapt(Broken(workers=2)).batches()
    next(stream), next(stream)
    with pytest.raises(KeyError, match="no such file"):
        next(stream)


def test_shuffled_py_dataset_has_every_batch() -> None:
    assert sorted(flat(adapt(Batches(), shuffle=True)).tolist()) == X[:, 0].tolist()


def test_torch_loaders_and_data_sets() -> None:
    tensors = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    source = adapt(torch.utils.data.DataLoader(tensors, batch_size=4))
    assert source.num_batches == 3 and flat(source).tolist() == X[:, 0].tolist()
    x, y = source.first_batch()
    assert x.shape == (4, 3) and y.shape == (4,)
    assert flat(adapt(tensors, batch_size=3)).tolist() == X[:, 0].tolist()


# --- bad data -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "error", "says"),
    [
        (None, None, EmptyDataError, "x=None"),
        ([], None, EmptyDataError, "empty"),
        (np.zeros((0, 3)), np.zeros(0), EmptyDataError, "empty"),
        (X, Y[:9], DataError, "x: 10, y: 9"),
        ([X, X[:5]], Y, DataError, r"x\[1\]: 5"),
        ([np.zeros(3)] * 10, Y, DataError, "np.stack"),
        ([[1, 2], [3]], [0, 1], DataError, "length"),
        (np.float32(3), None, DataError, "axis of samples"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), None, DataError, "dates"),
        (np.array([{}, {}]), None, DataError, "objects such as"),
        (pd.DataFrame({"a": [1.0], "town": ["Ulm"]}), None, DataError, "column 'town'"),
        (iter([]), None, EmptyDataError, "empty generator"),
        (iter([X]), Y, ArgumentError, "`y` was given beside a generator"),
        (Batches(), Y, ArgumentError, "PyDataset"),
        (object(), None, DataError, "object"),
        ("data.csv", None, DataError, "str"),
    ],
)
def test_what_is_wrong_is_said(x: Any, y: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        adapt(x, y).first_batch()


@pytest.mark.parametrize("size", [0.5, -1, True])
def test_wrong_batch_sizes(size: Any) -> None:
    with pytest.raises(ArgumentError, match="batch_size"):
        adapt(X, Y, batch_size=size)
