"""Predictions of arrays like those predicted before give what the long way gives, and notice what changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import wubu
from wubu import layers
from wubu.engine import settings as engine_settings
from wubu.errors import EmptyDataError


def model(outputs: int = 1) -> wubu.Model:
    wubu.utils.set_random_seed(3)
    x = wubu.Input((6,))
    hidden = layers.Dense(8, "relu")(x)
    made = [layers.Dense(3, "softmax", name=f"out{i}")(hidden) for i in range(outputs)]
    return wubu.Model(x, made[0] if outputs == 1 else {f"out{i}": m for i, m in enumerate(made)})


def rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 6)).astype("float32")


def plainly(net: wubu.Model, x: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return net(torch.from_numpy(np.ascontiguousarray(x))).numpy()


def known(net: wubu.Model, x: np.ndarray) -> np.ndarray:
    """Predict until arrays like this one go to the program at once; the last outputs."""
    return [net.predict(x, verbose=0) for _ in range(3)][-1]


def learned(net: wubu.Model) -> int:
    return len(net._execution("predict").quick._known)


@pytest.mark.parametrize("count", [1, 5, 32, 33, 64, 100])
def test_equal_to_the_model(count: int) -> None:
    net = model()
    for seed in range(5):
        x = rows(count, seed)
        found = net.predict(x, verbose=0)
        assert found.shape == (count, 3) and found.dtype == np.float32
        np.testing.assert_allclose(found, plainly(net, x), rtol=1e-5, atol=1e-7)
    assert learned(net) == (1 if count <= 32 or count % 32 == 0 else 2)


def test_the_program_alone_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    net = model()
    one, many = rows(1), rows(70)
    expected = [net.predict(x, verbose=0) for _ in range(3) for x in (one, many)][-2:]
    monkeypatch.setattr(net, "_source", None)
    monkeypatch.setattr(net, "predict_on_batch", None)
    for x, wanted in zip((one, many), expected):
        np.testing.assert_array_equal(net.predict(x, verbose=0), wanted)


def test_structures() -> None:
    net = model(outputs=2)
    for count in (4, 70):
        for seed in range(4):
            x = rows(count, seed)
            found = net.predict(x, verbose=0)
            assert list(found) == ["out0", "out1"]
            with torch.no_grad():
                expected = net(torch.from_numpy(x))
            for name in found:
                np.testing.assert_allclose(found[name], expected[name].numpy(), rtol=1e-5, atol=1e-7)


def test_each_result_is_its_own() -> None:
    net = model()
    x = rows(1)
    first = net.predict(x, verbose=0)
    second = net.predict(x, verbose=0)
    kept = second.copy()
    first[:] = 7
    third = net.predict(rows(1, 5), verbose=0)
    np.testing.assert_array_equal(second, kept)
    assert not np.array_equal(third, second)


def test_an_output_that_is_the_input_is_copied() -> None:
    x = wubu.Input((6,))
    net = wubu.Model(x, layers.Flatten()(x))
    data = rows(2)
    found = known(net, data)
    found[:] = 0
    np.testing.assert_array_equal(data, rows(2))


def test_new_weights_count() -> None:
    net = model()
    x = rows(3)
    before = known(net, x)
    net.set_weights([w * 2 for w in net.get_weights()])
    np.testing.assert_allclose(net.predict(x, verbose=0), plainly(net, x), rtol=1e-5)
    assert not np.allclose(before, net.predict(x, verbose=0))
    net.compile("sgd", "sparse_categorical_crossentropy")
    net.fit(rows(64), np.arange(64) % 3, verbose=0)  # packs the weights into other memory
    np.testing.assert_allclose(net.predict(x, verbose=0), plainly(net, x), rtol=1e-5)


def test_weights_in_other_memory() -> None:
    net = model()
    x = rows(3)
    known(net, x)
    for weight in net.weights:
        weight.data = weight.data.clone() * 3
    np.testing.assert_allclose(net.predict(x, verbose=0), plainly(net, x), rtol=1e-5)


def test_a_step_of_its_own_counts_once_the_function_is_made_anew() -> None:
    net = model()
    x = rows(3)
    known(net, x)
    net.predict_step = lambda data: torch.zeros(3, 1)
    net.make_predict_function(force=True)
    assert not net.predict(x, verbose=0).any()


@pytest.mark.parametrize(
    "other",
    [
        rows(3).astype("float64"),
        (rows(3) * 9).astype("int64"),
        np.asfortranarray(rows(3)),
        rows(6)[::2],
        rows(3).tolist(),
        torch.from_numpy(rows(3)),
    ],
    ids=["float64", "int64", "fortran", "strided", "list", "tensor"],
)
def test_arrays_that_are_not_like_it(other: object) -> None:
    net = model()
    known(net, rows(3))
    for _ in range(3):
        found = net.predict(other, verbose=0)
        wanted = plainly(net, np.asarray(other, np.float32))
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-7)


def test_read_only_arrays() -> None:
    net = model()
    x = rows(3)
    known(net, x)
    x.flags.writeable = False
    np.testing.assert_allclose(net.predict(x, verbose=0), plainly(net, rows(3)), rtol=1e-5)


def test_within_a_training() -> None:
    net = model()
    net.compile("sgd", "sparse_categorical_crossentropy")
    x, seen = rows(3), []

    class Watch(wubu.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            seen.append((self.model.predict(x, verbose=0), plainly(self.model, x)))

        def on_train_batch_end(self, batch: int, logs: object = None) -> None:
            training = self.model.training
            self.model.predict(x, verbose=0)
            assert self.model.training == training

    net.fit(rows(64), np.arange(64) % 3, epochs=4, verbose=0, callbacks=[Watch()])
    assert len(seen) == 4
    for found, _ in seen:
        assert found.shape == (3, 3)
    np.testing.assert_allclose(net.predict(x, verbose=0), plainly(net, x), rtol=1e-5)


def test_without_capture() -> None:
    net = model()
    x = rows(3)
    known(net, x)
    with engine_settings.override(capture=False):
        np.testing.assert_allclose(net.predict(x, verbose=0), plainly(net, x), rtol=1e-5)


def test_random_layers_draw_anew() -> None:
    class Noise(layers.Layer):
        def call(self, x: torch.Tensor) -> torch.Tensor:
            return x + torch.rand_like(x)

    net = wubu.Sequential([wubu.Input((6,)), Noise()])
    x = rows(2)
    found = [net.predict(x, verbose=0) for _ in range(5)]
    assert all(not np.array_equal(a, b) for a, b in zip(found, found[1:]))


def test_nothing_to_predict() -> None:
    net = model()
    with pytest.raises(EmptyDataError):
        net.predict(rows(0), verbose=0)


def test_large_outputs_are_put_together_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    from wubu.training import quick

    monkeypatch.setattr(quick, "MOST_BYTES", 100)
    net = model()
    x = rows(100)
    for _ in range(4):
        found = net.predict(x, verbose=0)
    np.testing.assert_allclose(found, plainly(net, x), rtol=1e-5, atol=1e-7)
