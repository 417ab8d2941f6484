"""fit on generators, data sets and loaders."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from wubu.callbacks import LambdaCallback
from wubu.layers import Dense
from wubu.models import Sequential
from wubu.utils import PyDataset


def model(**kwargs: Any) -> Any:
    torch.manual_seed(0)
    made = Sequential([Dense(1, input_shape=(6,))])
    made.compile(**{"optimizer": "sgd", "loss": "mse", **kwargs})
    return made


def batches(data: Any, size: int = 32, endless: bool = False) -> Iterator[Any]:
    for _ in itertools.count() if endless else range(1):
        for i in range(0, 320, size):
            yield data.x[i : i + size], data.binary[i : i + size]


class Batches(PyDataset):
    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data = data
        self.epochs = 0

    def __len__(self) -> int:
        return 10

    def __getitem__(self, i: int) -> Any:
        return self.data.x[32 * i : 32 * i + 32], self.data.binary[32 * i : 32 * i + 32]

    def on_epoch_end(self) -> None:
        self.epochs += 1


def reference(data: Any, epochs: int = 1) -> np.ndarray:
    made = model()
    made.fit(data.x, data.binary, batch_size=32, shuffle=False, verbose=0, epochs=epochs)
    return made.get_weights()[0]


def test_every_stream_trains_alike(data: Any) -> None:
    expected = reference(data, 2)
    tensors = torch.utils.data.TensorDataset(torch.from_numpy(data.x), torch.from_numpy(data.binary))
    sequence = Batches(data)
    for stream, kwargs in (
        (batches(data, endless=True), {"steps_per_epoch": 10}),
        (lambda: batches(data), {}),
        (sequence, {"shuffle": False}),
        (Batches(data, workers=3), {"shuffle": False}),
        (torch.utils.data.DataLoader(tensors, 32), {}),
    ):
        made = model()
        history = made.fit(stream, epochs=2, verbose=0, **kwargs)
        np.testing.assert_allclose(made.get_weights()[0], expected, rtol=1e-5, err_msg=str(stream))
        assert len(history.history["loss"]) == 2
    assert sequence.epochs == 2


def test_pandas(data: Any) -> None:
    made = model()
    made.fit(pd.DataFrame(data.x), pd.Series(data.binary[:, 0]), batch_size=32, shuffle=False, verbose=0)
    np.testing.assert_allclose(made.get_weights()[0], reference(data), rtol=1e-5)


def test_a_generator_that_ends(data: Any) -> None:
    with pytest.warns(UserWarning, match="ran out of data after 1 of 3 epochs"):
        history = model().fit(batches(data), epochs=3, verbose=0)
    assert history.epoch == [0]
    with pytest.warns(UserWarning, match="ran out of data after 4 of steps_per_epoch=6"):
        history = model().fit(batches(data), epochs=3, steps_per_epoch=6, verbose=0)
    assert history.epoch == [0, 1]


def test_an_iterable_that_ends_starts_anew(data: Any) -> None:
    history = model().fit(lambda: batches(data), epochs=3, steps_per_epoch=6, verbose=0)
    assert history.epoch == [0, 1, 2]


def test_validation_on_streams(data: Any) -> None:
    for stream, kwargs in (
        (batches(data), {}),
        (batches(data, endless=True), {"validation_steps": 10}),
        (Batches(data), {}),
    ):
        history = (
            model()
            .fit(data.x, data.binary, epochs=3, shuffle=False, verbose=0, validation_data=stream, **kwargs)
            .history
        )
        expected = (
            model()
            .fit(data.x, data.binary, epochs=3, shuffle=False, verbose=0, validation_data=(data.x, data.binary))
            .history
        )
        np.testing.assert_allclose(history["val_loss"], expected["val_loss"], rtol=1e-4)


def test_evaluate_and_predict(data: Any) -> None:
    made = model()
    expected = made.evaluate(data.x, data.binary, verbose=0)
    np.testing.assert_allclose(made.evaluate(batches(data), verbose=0), expected, rtol=1e-5)
    np.testing.assert_allclose(made.evaluate(batches(data, endless=True), steps=10, verbose=0), expected, rtol=1e-5)
    np.testing.assert_allclose(made.evaluate(Batches(data), verbose=0), expected, rtol=1e-5)
    whole = made.predict(data.x)
    np.testing.assert_allclose(made.predict(batches(data)), whole, rtol=1e-5)
    np.testing.assert_allclose(made.predict(Batches(data)), whole, rtol=1e-5)
    assert made.predict(batches(data, endless=True), steps=2).shape == (64, 1)


def test_old_generator_methods(data: Any) -> None:
    made = model()
    made.fit_generator(batches(data, endless=True), steps_per_epoch=10, epochs=2, verbose=0)
    np.testing.assert_allclose(made.get_weights()[0], reference(data, 2), rtol=1e-5)
    made = model()
    history = made.fit_generator(
        batches(data, endless=True),
        samples_per_epoch=320,
        nb_epoch=2,
        verbose=0,
        validation_data=batches(data, endless=True),
        nb_val_samples=64,
        max_q_size=3,
        nb_worker=2,
        pickle_safe=False,
    )
    np.testing.assert_allclose(made.get_weights()[0], reference(data, 2), rtol=1e-5)
    assert history.params["steps"] == 10 and "val_loss" in history.history
    assert made.predict_generator(batches(data, endless=True), steps=3).shape == (96, 1)
    assert made.evaluate_generator(batches(data, endless=True), val_samples=320) > 0


def test_steps_per_execution_calls_hooks_once_for_several(data: Any) -> None:
    calls: list[tuple[str, int]] = []
    hook = LambdaCallback(
        on_train_batch_begin=lambda batch, logs: calls.append(("begin", batch)),
        on_train_batch_end=lambda batch, logs: calls.append(("end", batch)),
    )
    for stream in (data.x, Batches(data)):
        calls.clear()
        y = data.binary if stream is data.x else None
        model(steps_per_execution=4).fit(stream, y, batch_size=32, verbose=0, callbacks=[hook])
        assert calls == [("begin", 0), ("end", 3), ("begin", 4), ("end", 7), ("begin", 8), ("end", 9)]


def test_logs_of_batches(data: Any) -> None:
    """The running mean, as Keras gives it."""
    losses = []
    model().fit(
        data.x,
        data.binary,
        batch_size=32,
        shuffle=False,
        verbose=0,
        callbacks=[LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(logs["loss"]))],
    )
    import keras

    twin = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
    twin.set_weights(list(model().get_weights()))
    twin.compile("sgd", "mse")
    expected = []
    hook = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: expected.append(logs["loss"]))
    twin.fit(data.x, data.binary, batch_size=32, shuffle=False, verbose=0, callbacks=[hook])
    np.testing.assert_allclose(losses, expected, rtol=1e-4)
