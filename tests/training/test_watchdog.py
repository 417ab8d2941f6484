"""A training that hangs is reported, with what it waits for."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import torch

import wubu
from wubu.training import watchdog

L = wubu.layers
X, Y = np.ones((64, 4), "float32"), np.ones((64, 1), "float32")


@pytest.fixture
def quick() -> Any:
    """A watchdog that barks after a fifth of a second."""
    watchdog.set_watchdog(0.2)
    yield
    watchdog.set_watchdog(None)


def model_of(layer: Any = None) -> Any:
    model = wubu.Sequential([wubu.Input((4,)), *([layer] if layer else []), L.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_slow_data(quick: Any, capsys: Any) -> None:
    def stuck_reader() -> Any:
        for i in range(3):
            if i == 2:
                time.sleep(0.8)
            yield X[:8], Y[:8]

    model_of().fit(stuck_reader(), verbose=0)
    said = capsys.readouterr().err
    assert "of fit has ended" in said and "waits for: data" in said and "in stuck_reader" in said


def test_slow_workers_of_the_data(quick: Any, capsys: Any) -> None:
    class Rows(wubu.utils.PyDataset):
        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> Any:
            return self.read_from_a_dead_disk() if index == 2 else (X[:8], Y[:8])

        def read_from_a_dead_disk(self) -> Any:
            time.sleep(0.8)
            return X[:8], Y[:8]

    model_of().fit(Rows(), verbose=0, shuffle=False)
    said = capsys.readouterr().err
    assert "waits for: data" in said and "Thread wubu-prefetch" in said and "read_from_a_dead_disk" in said


def test_slow_callback(quick: Any, capsys: Any) -> None:
    class Slow(wubu.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            time.sleep(0.8)

    model_of().fit(X, Y, verbose=0, callbacks=[Slow()])
    assert "waits for: callback Slow, in on_epoch_end" in capsys.readouterr().err


def test_slow_step(quick: Any, capsys: Any) -> None:
    class Slow(L.Layer):
        def call(self, x: torch.Tensor) -> torch.Tensor:
            time.sleep(0.7)
            return x

    model = wubu.Sequential([Slow(), L.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    model.build((None, 4))
    model.fit(X, Y, verbose=0, batch_size=64)
    said = capsys.readouterr().err
    assert "waits for: step" in said and "time.sleep(0.7)" in said


def test_slow_transfer(quick: Any, capsys: Any, monkeypatch: Any) -> None:
    from wubu.data import source

    moved = torch.device("cpu")

    def stuck() -> torch.device:
        time.sleep(0.7)
        return moved

    def batches() -> Any:
        for i in range(2):
            if i:
                monkeypatch.setattr(source, "default_device", stuck)
            yield X[:8], Y[:8]

    model_of().fit(batches(), verbose=0)
    assert "waits for: transfer" in capsys.readouterr().err


def test_it_is_said_again_after_twice_the_time(quick: Any, capsys: Any) -> None:
    class Slow(wubu.callbacks.Callback):
        def on_train_begin(self, logs: Any = None) -> None:
            time.sleep(1.1)

    model_of().fit(X, Y, verbose=0, callbacks=[Slow()])
    assert 2 <= capsys.readouterr().err.count("waits for") <= 3


def test_a_training_that_moves_is_left_alone(quick: Any, capsys: Any) -> None:
    class Brief(wubu.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            time.sleep(0.05)

    model = model_of()
    model.fit(X, Y, verbose=0, batch_size=8, callbacks=[Brief()])
    model.evaluate(X, Y, verbose=0)
    model.predict(X, verbose=0, batch_size=4)
    assert "waits for" not in capsys.readouterr().err


def test_time_and_switch(monkeypatch: Any) -> None:
    assert watchdog.limit() == 60
    for text, seconds in (("5", 5), ("0", 0), ("soon", 60), ("", 60)):
        monkeypatch.setenv("WUBU_WATCHDOG", text)
        assert watchdog.limit() == seconds
    monkeypatch.setenv("WUBU_WATCHDOG", "0")
    with watchdog.watching("fit"):
        assert not watchdog._watches


def test_it_costs_next_to_nothing(quick: Any) -> None:
    began = time.perf_counter()
    for _ in range(1000):
        with watchdog.watching("fit") as watch, watchdog.watching("evaluate") as inner:
            assert inner is watch
    assert time.perf_counter() - began < 1.0
