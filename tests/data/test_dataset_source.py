"""Data sets as sources of batches: what training sees is what a loop over the data set sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from wubu.callbacks import BackupAndRestore, Callback
from wubu.core.seeds import set_random_seed
from wubu.data import Dataset, adapt
from wubu.data.dataset_source import DatasetSource, RowsSource
from wubu.errors import ArgumentError, DataError, EmptyDataError
from wubu.layers import Dense
from wubu.models import Input, Sequential

X = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
Y = np.arange(50, dtype="float32")[:, None]


def pairs() -> Any:
    return Dataset.from_tensor_slices((X, Y))


RESIDENT = {
    "batch": lambda: pairs().batch(8),
    "shuffle": lambda: pairs().shuffle(50).batch(8),
    "small buffer": lambda: pairs().shuffle(7, seed=3).batch(8),
    "without rest": lambda: pairs().shuffle(9, seed=3).batch(8, drop_remainder=True).prefetch(2),
    "repeat": lambda: pairs().shuffle(50, seed=1).repeat(3).batch(8),
    "parts": lambda: pairs().skip(3).take(40).shard(2, 1).batch(8),
    "zip": lambda: (
        Dataset.zip((Dataset.from_tensor_slices(X), Dataset.from_tensor_slices(Y))).shuffle(5, seed=2).batch(9)
    ),
    "taken batches": lambda: pairs().shuffle(50, seed=4).batch(8).take(3),
    "shuffled batches": lambda: pairs().batch(10).shuffle(3, seed=4).repeat(2),
}
STREAMED = {
    "map": lambda: pairs().shuffle(50, seed=1).map(lambda x, y: (x * 2, y)).batch(8),
    "map in threads": lambda: pairs().map(lambda x, y: (torch.from_numpy(x.numpy() * 2), y), 2).batch(8),
    "map of batches": lambda: pairs().batch(8).map(lambda x, y: (x * 2, y)),
    "prefetch at the end": lambda: pairs().batch(8).map(lambda x, y: (x * 2, y)).prefetch(2),
    "rest in the middle": lambda: pairs().batch(8).repeat(2),
    "filter": lambda: pairs().filter(lambda x, y: y[0] > 9).batch(8),
    "generator": lambda: Dataset.from_generator(lambda: zip(X, Y)).batch(8),
}


def batches_of(source: Any) -> list[Any]:
    if source.resident is not None:
        order, size = source.order(), source.batch_size
        rows = [order[i : i + size] for i in range(0, len(order), size)]
        assert source.num_batches == len(rows)
        return [tuple(leaf[r] for leaf in source.resident) for r in rows]
    return list(source.batches())


def same(found: Any, expected: Any) -> bool:
    return len(found) == len(expected) and all(
        torch.equal(a, b) for one, other in zip(found, expected) for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("name", [*RESIDENT, *STREAMED])
def test_batches_are_those_of_a_loop(name: str) -> None:
    make = {**RESIDENT, **STREAMED}[name]
    source = adapt(make())
    assert isinstance(source, RowsSource if name in RESIDENT else DatasetSource)
    looped = make()
    for _ in range(2):
        set_random_seed(3)
        expected = list(looped)
        set_random_seed(3)
        assert same(batches_of(source), expected)
        set_random_seed(3)
        list(looped), source.order() if source.resident is not None else list(source.batches())


@pytest.mark.parametrize("name", ["map", "prefetch at the end", "rest in the middle"])
def test_blocks_hold_the_same_batches(name: str) -> None:
    set_random_seed(1)
    source = adapt(STREAMED[name]())
    taken, one = [], source.batches()
    while True:
        found = source.block(one, 4)
        if found is not None:
            rows, size = found
            assert size == 8 and len(rows[0]) % size == 0 and len(rows[0]) <= 32
            taken += [tuple(leaf[i : i + size] for leaf in rows) for i in range(0, len(rows[0]), size)]
            continue
        batch = next(one, None)
        if batch is None:
            break
        taken.append(batch)
    set_random_seed(1)
    assert same(taken, list(STREAMED[name]()))


def test_a_look_at_the_first_batch_costs_none() -> None:
    source = adapt(STREAMED["generator"]())
    first = source.first_batch()
    assert same([first], [source.first_batch()])
    found = list(source.batches())
    assert len(found) == 7 and same([first], found[:1])


def test_weights_of_classes() -> None:
    labels = np.arange(50) % 2
    data = Dataset.from_tensor_slices((X, labels))
    for batches in (data.batch(8), data.map(lambda x, y: (x, y)).batch(8)):
        source = adapt(batches, class_weight={0: 1.0, 1: 3.0})
        _, y, weight = source.first_batch()
        assert torch.equal(weight, torch.where(y == 1, 3.0, 1.0))


def test_doubles_become_floats() -> None:
    data = Dataset.from_tensor_slices((X.astype("float64"), Y))
    assert adapt(data.batch(8)).first_batch()[0].dtype is torch.float32
    assert adapt(data.map(lambda x, y: (x, y)).batch(8)).first_batch()[0].dtype is torch.float32


def test_data_that_cannot_work() -> None:
    with pytest.raises(ArgumentError, match="brings its own"):
        adapt(pairs().batch(4), Y)
    for empty in (pairs().take(0).batch(4), pairs().filter(lambda x, y: y[0] > 99).batch(4)):
        with pytest.raises(EmptyDataError):
            adapt(empty).first_batch()
    with pytest.raises(DataError, match="one structure.*batch 2"):
        list(adapt(Dataset.from_generator(lambda: iter([(X, Y), (X, Y), X]))).batches())
    with pytest.raises(DataError, match="element 3: OSError: gone"):
        list(adapt(Dataset.from_generator(failing).batch(2)).batches())


def failing() -> Any:
    for i in range(5):
        if i == 3:
            raise OSError("gone")
        yield X[i], Y[i]


def network() -> Any:
    set_random_seed(5)
    model = Sequential([Input((3,)), Dense(4, activation="relu"), Dense(1)])
    model.compile("adam", "mse")
    return model


class Cut(Callback):
    def __init__(self, epoch: int, batch: int) -> None:
        super().__init__()
        self.at, self.epoch = (epoch, batch), 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if (self.epoch, batch) == self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    "name", ["shuffle", "small buffer", "repeat", "map", "map in threads", "prefetch at the end", "generator"]
)
def test_an_interrupted_training_goes_on_bit_for_bit(name: str, tmp_path: Path) -> None:
    make = {**RESIDENT, **STREAMED}[name]
    straight = network()
    straight.fit(make(), epochs=4, verbose=0)
    first = network()
    with pytest.raises(KeyboardInterrupt):
        first.fit(make(), epochs=4, verbose=0, callbacks=[BackupAndRestore(tmp_path / "b", 2), Cut(2, 4)])
    second = network()
    set_random_seed(99)
    second.fit(make(), epochs=4, verbose=0, callbacks=[BackupAndRestore(tmp_path / "b", 2)])
    for a, b in zip(straight.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_training_on_a_pipeline_equals_training_on_arrays() -> None:
    arrays, resident, streamed = network(), network(), network()
    arrays.fit(X * 2, Y, batch_size=8, shuffle=False, epochs=3, verbose=0)
    resident.fit(Dataset.from_tensor_slices((X * 2, Y)).batch(8), epochs=3, verbose=0)
    streamed.fit(pairs().map(lambda x, y: (x * 2, y)).batch(8), epochs=3, verbose=0)
    for a, b, c in zip(arrays.get_weights(), resident.get_weights(), streamed.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)
        np.testing.assert_allclose(a, c, rtol=1e-5, atol=1e-6)


def test_endless_data_and_validation() -> None:
    model = network()
    endless = pairs().shuffle(50).repeat().batch(8)
    history = model.fit(endless, steps_per_epoch=4, epochs=3, validation_data=pairs().batch(10), verbose=0)
    assert len(history.history["val_loss"]) == 3
    assert model.predict(Dataset.from_tensor_slices(X).batch(8), verbose=0).shape == (50, 1)
    np.testing.assert_allclose(
        model.evaluate(pairs().map(lambda x, y: (x, y)).batch(8), verbose=0), model.evaluate(X, Y, verbose=0), rtol=1e-5
    )
