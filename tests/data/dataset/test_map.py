"""Functions of the user's: threads, errors, and many elements in one call where that gives the same."""

from __future__ import annotations

import random
import threading
import time

import numpy as np
import pytest
import torch

from wubu.data import AUTOTUNE, Dataset
from wubu.errors import DataError

X = np.random.default_rng(0).integers(0, 255, (100, 6, 6)).astype(np.uint8)
Y = np.arange(100)


def prepared(x, y):
    x = x.to(torch.float32) / 255.0
    return x.unsqueeze(-1), torch.nn.functional.one_hot(y, 100)


def one_by_one(function):
    return [function(torch.from_numpy(x), torch.tensor(int(y))) for x, y in zip(X, Y)]


@pytest.mark.parametrize("parallel", [None, 3, AUTOTUNE])
def test_many_at_once_equals_one_by_one(parallel):
    data = Dataset.from_tensor_slices((X, Y)).map(prepared, parallel)
    for _ in range(2):
        batches = list(data.batch(32))
        assert [len(x) for x, _ in batches] == [32, 32, 32, 4]
        for found, expected in zip(
            zip(*(torch.cat(part) for part in zip(*batches))), one_by_one(prepared), strict=True
        ):
            assert all(torch.equal(a, b) for a, b in zip(found, expected))
    assert data._node.vectorized.trusted and not data._node.vectorized.refused


def counting():
    calls = []

    def function(x):
        calls.append(threading.get_ident())
        return x + 1

    return calls, function


IMPURE = {
    "random of Python": lambda x: x + random.randint(0, 10**9),
    "random of NumPy": lambda x: x + int(np.random.randint(10**9)),
    "random of torch": lambda x: x + torch.randint(0, 10**9, ()),
    "a branch": lambda x: x if x > 3 else -x,
    "a value": lambda x: x + x.item(),
    "an array": lambda x: x.numpy() * 2,
    "text": lambda x: str(int(x)),
}


@pytest.mark.parametrize("name", IMPURE)
def test_functions_that_need_calls_one_by_one(name):
    data = Dataset.range(40).map(IMPURE[name])
    found = torch.cat(list(data.batch(10))) if name != "text" else np.concatenate(list(data.batch(10)))
    assert len(found) == 40
    if "random" in name:
        assert len(set((found - torch.arange(40)).tolist())) > 30  # not one number for a whole batch
    assert data._node.vectorized.refused


def test_rare_randomness_is_found_out():
    rng = np.random.default_rng(0)

    class Coin:
        def toss(self):
            return bool(rng.random() < 0.1)

    coin = Coin()
    data = Dataset.range(2000).map(lambda x: x + 1000 if coin.toss() else x)
    list(data.batch(20))
    assert data._node.vectorized.refused


def test_a_state_that_changes_later_is_found_out():
    factor = torch.ones(())
    data = Dataset.range(64).map(lambda x: x * factor)
    assert torch.cat(list(data.batch(8))).tolist() == list(range(64))
    factor.fill_(2)
    assert torch.cat(list(data.batch(8))).tolist() == [2 * i for i in range(64)]


def test_vectorize_can_be_turned_off():
    calls = 0

    def function(x):
        nonlocal calls
        calls += 1
        return x

    assert len(list(Dataset.range(50).map(function, vectorize=False).batch(10))) == 5
    assert calls == 50


def test_several_threads_keep_the_order():
    calls, function = counting()

    def slow(x):
        time.sleep(float(x % 3) / 200)
        return function(x)

    found = [int(x) for x in Dataset.range(30).map(slow, num_parallel_calls=4)]
    assert found == list(range(1, 31))
    assert len(set(calls)) > 1


def test_without_an_order_results_come_as_they_get_ready():
    data = Dataset.range(6).map(lambda x: time.sleep(0.3 * (int(x) == 0)) or x, 3, deterministic=False)
    found = [int(x) for x in data]
    assert sorted(found) == list(range(6)) and found[0] != 0


def test_processes():
    import os

    found = [int(x) for x in Dataset.range(4).map(lambda x: x * 0 + os.getpid(), 2, use_multiprocessing=True)]
    assert os.getpid() not in found


def test_work_ahead_is_bounded():
    started = []

    def function(x):
        started.append(int(x))
        return x

    iterator = iter(Dataset.counter().map(function, num_parallel_calls=2))
    next(iterator)
    time.sleep(0.1)
    assert len(started) <= 6
    iterator.close()


@pytest.mark.parametrize("parallel", [None, 2])
def test_an_error_names_the_function_the_element_and_the_cause(parallel):
    def broken(x):
        return 1 // (int(x) - 7)

    with pytest.raises(DataError, match=r"map\(broken\) failed at element 7: ZeroDivisionError") as caught:
        list(Dataset.range(20).map(broken, parallel))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    with pytest.raises(DataError, match=r"failed at element 7"):
        list(Dataset.range(20).map(broken, parallel).batch(5))


@pytest.mark.parametrize("parallel", [None, 2])
def test_an_error_names_the_file(parallel, tmp_path):
    for i in range(3):
        (tmp_path / f"{i}.dat").write_text("ok" if i != 1 else "broken")

    def read(path):
        text = open(path).read()
        if text != "ok":
            raise ValueError("not ok")
        return np.frombuffer(text.encode(), np.uint8)

    files = Dataset.list_files(str(tmp_path / "*.dat"), shuffle=False)
    with pytest.raises(DataError, match=r"element 1 \(file '.*1\.dat'\): ValueError: not ok"):
        list(files.map(read, parallel))

    def later(x):
        if x[0] == ord("b"):
            raise ValueError("a later stage")
        return x

    contents = files.map(lambda path: np.frombuffer(open(path, "rb").read(), np.uint8), parallel)
    with pytest.raises(DataError, match=r"map\(later\).*1\.dat.*a later stage"):
        list(contents.map(later, parallel))


def test_errors_of_other_functions():
    def bad(x):
        raise RuntimeError("no")

    for data in (Dataset.range(3).filter(bad), Dataset.range(3).flat_map(bad), Dataset.range(3).take_while(bad)):
        with pytest.raises(DataError, match=r"\(bad\) failed at element 0: RuntimeError: no"):
            list(data)


def test_ignore_errors():
    data = Dataset.range(10).map(lambda x: 1 // (int(x) % 3), vectorize=False)
    assert len(list(data.ignore_errors())) == 6


def test_filter_many_at_once():
    data = Dataset.from_tensor_slices((X, Y)).filter(lambda x, y: y % 7 == 0)
    found = torch.cat([y for _, y in data.batch(4)])
    assert found.tolist() == list(range(0, 100, 7))
    assert not data._node.vectorized.refused
    mixed = iter(data._node.open(__import__("wubu.data.dataset.run", fromlist=["Run"]).Run(data._node)))
    rows = mixed.rows(3)
    assert rows[1].tolist() == [0, 7, 14] and int(next(mixed)[1]) == 21 and mixed.rows(100)[1][0] == 28


def test_gradients_are_not_recorded():
    weight = torch.ones(1, requires_grad=True)
    assert not next(iter(Dataset.range(3).map(lambda x: x * weight))).requires_grad


def test_the_course_program_is_not_slowed_down():
    x = np.zeros((6000, 28, 28), np.uint8)
    data = Dataset.from_tensor_slices((x, np.zeros(6000, np.int64))).shuffle(10000).map(prepared_mnist).batch(128)
    list(data)
    began = time.perf_counter()
    list(data)
    assert time.perf_counter() - began < 1.0  # 0.01 s on a free machine; one by one it takes half a second


def prepared_mnist(x, y):
    return (x.to(torch.float32) / 255.0).unsqueeze(-1), torch.nn.functional.one_hot(y, 10)
