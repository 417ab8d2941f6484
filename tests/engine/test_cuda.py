"""The engine on a GPU: steps captured into CUDA graphs equal eager ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

import wubu as keras
from wubu import layers
from wubu.core.device import device_scope
from wubu.core.seeds import set_random_seed
from wubu.engine import settings

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


@pytest.fixture(autouse=True)
def exact_cuda() -> Iterator[None]:
    """Float32 as it is: reduced precision differs between algorithms by more than the tests allow."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32, torch.backends.cudnn.deterministic
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    with device_scope("cuda"):
        yield
    (
        torch.backends.cuda.matmul.allow_tf32,
        torch.backends.cudnn.allow_tf32,
        torch.backends.cudnn.deterministic,
    ) = before


def mlp() -> list[Any]:
    return [layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax")]


def cnn() -> list[Any]:
    stack = [layers.Conv2D(8, 5, padding="same", activation="relu"), layers.MaxPooling2D(), layers.BatchNormalization()]
    return [*stack, layers.Flatten(), layers.Dropout(0.25), layers.Dense(10, activation="softmax")]


def build(make: Callable[[], list[Any]], optimizer: Any, run_eagerly: bool = False) -> Any:
    set_random_seed(1)
    model = keras.Sequential([layers.Input((28, 28, 1)), *make()])
    model.compile(optimizer(), "sparse_categorical_crossentropy", metrics=["accuracy"], run_eagerly=run_eagerly)
    return model


def data(rows: int = 320) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(2)
    return torch.rand(rows, 28, 28, 1, generator=generator), torch.randint(0, 10, (rows,), generator=generator)


def state(model: Any) -> list[torch.Tensor]:
    return [*model.weights, *(v for v in model.optimizer.variables if v.is_floating_point() and v.dim())]


OPTIMIZERS = {
    "adam": lambda: keras.optimizers.Adam(),
    "sgd": lambda: keras.optimizers.SGD(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "rmsprop": lambda: keras.optimizers.RMSprop(),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("make", [mlp, cnn], ids=lambda make: make.__name__)
def test_each_step_equals_the_eager_one(make: Callable[[], list[Any]], name: str) -> None:
    captured, eager = build(make, OPTIMIZERS[name]), build(make, OPTIMIZERS[name], run_eagerly=True)
    x, y = data()
    for model in (captured, eager):
        model.train_on_batch(x[:32], y[:32])
    for at in range(20):
        with torch.no_grad():
            for mine, theirs in zip(state(eager), state(captured), strict=True):
                mine.copy_(theirs)
        rows = slice(at % 10 * 32, at % 10 * 32 + 32)
        torch.manual_seed(at)
        captured.train_on_batch(x[rows], y[rows])
        torch.manual_seed(at)
        eager.train_on_batch(x[rows], y[rows])
        if make is mlp:  # a graph draws dropout from its own place in the generator's sequence
            ours, theirs = (torch.cat([w.detach().double().flatten() for w in m.weights]) for m in (captured, eager))
            assert float((ours - theirs).norm() / theirs.norm()) <= 1e-6
    [step] = captured._executions["train"].stepper.programs
    assert step.executor.name == "cuda_graph"


@pytest.mark.parametrize("graph", [True, False], ids=["graph", "python"])
@pytest.mark.parametrize("make", [mlp, cnn], ids=lambda make: make.__name__)
def test_the_loss_falls_in_fit(make: Callable[[], list[Any]], graph: bool) -> None:
    with settings.override(cuda_graph=graph):
        model = build(make, OPTIMIZERS["adam"])
        x, y = data(74)  # the last batch is short
        losses = model.fit(x, y, batch_size=32, epochs=60, verbose=0).history["loss"]
        assert losses[-1] < 0.5 * losses[0]
        assert model.evaluate(x, y, batch_size=32, verbose=0)[1] > 0.5
        predicted = model.predict(x, batch_size=32, verbose=0)
        assert abs(predicted.sum(1) - 1).max() < 1e-4
    for mode in ("train", "test", "predict"):
        stepper = model._executions[mode].stepper
        assert stepper.reason is None
        assert {step.executor.name for step in stepper.programs} == {"cuda_graph" if graph else "python"}


def test_dropout_is_fresh_in_every_replay() -> None:
    model = build(cnn, lambda: keras.optimizers.SGD(0.0))
    x, y = data(32)
    losses = [float(model.train_on_batch(x, y)[0]) for _ in range(6)]
    assert len({round(loss, 6) for loss in losses[1:]}) == 5


def test_a_schedule_is_followed() -> None:
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)
    captured, eager = (build(mlp, lambda: keras.optimizers.SGD(schedule), e) for e in (False, True))
    x, y = data()
    for model in (captured, eager):
        model.fit(x, y, batch_size=32, epochs=1, shuffle=False, verbose=0)
    for ours, theirs in zip(captured.weights, eager.weights):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_generator_of_ones_own_runs_without_a_graph() -> None:
    model = keras.Sequential([layers.Input((8,)), layers.Dense(8), layers.Dropout(0.5, seed=3), layers.Dense(2)])
    model.compile("sgd", "mse")
    model.fit(torch.rand(64, 8), torch.rand(64, 2), batch_size=16, verbose=0)
    [step] = model._executions["train"].stepper.programs
    assert step.executor.name == "python"
