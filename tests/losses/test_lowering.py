"""How few operations a loss becomes in a training step, and that these say the same as the long way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from wubu import activations, losses


class Recorder(TorchDispatchMode):
    """Notes the operations that run, views and the gradient's first one aside."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        if name not in ("ones_like", "detach", "view", "unsqueeze", "squeeze", "_unsafe_view", "expand", "t", "alias"):
            self.seen.append(name)
        return func(*args, **(kwargs or {}))


def operations(loss: Any, y_true: torch.Tensor, y_pred: torch.Tensor) -> list[str]:
    y_pred = y_pred.detach().requires_grad_()
    with Recorder() as recorder:
        loss(y_true, y_pred).backward()
    return recorder.seen


LOGITS = torch.randn(8, 5)
LABELS = torch.tensor([0, 1, 2, 3, 4, 0, 1, 2])
ONE_HOT = torch.nn.functional.one_hot(LABELS, 5).float()
SOFTMAX = ["_log_softmax", "nll_loss_forward", "nll_loss_backward", "_log_softmax_backward_data"]


@pytest.mark.parametrize("shape", [(8,), (8, 1)])
def test_sparse_is_a_log_softmax_and_a_choice(shape: tuple[int, ...]) -> None:
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    assert operations(loss, LABELS.reshape(shape), LOGITS) == SOFTMAX


def test_sparse_over_positions() -> None:
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    assert operations(loss, LABELS.reshape(2, 4), LOGITS.reshape(2, 4, 5)) == SOFTMAX


def test_a_softmax_is_looked_behind() -> None:
    def step(y_true: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return losses.LossFunctionWrapper(losses.get("sparse_categorical_crossentropy"))(y_true, activations.softmax(x))

    assert operations(step, LABELS, LOGITS) == ["_softmax", *SOFTMAX]


def test_categorical() -> None:
    seen = operations(losses.CategoricalCrossentropy(from_logits=True), ONE_HOT, LOGITS)
    assert seen == ["_log_softmax", "mul", "sum", "mul", "mul", "mul", "_log_softmax_backward_data"]


def test_binary() -> None:
    seen = operations(losses.BinaryCrossentropy(from_logits=True), ONE_HOT, LOGITS)
    assert seen[0] == "binary_cross_entropy_with_logits"
    assert len(seen) <= 6


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("MeanSquaredError", ["mse_loss", "mse_loss_backward"]),
        ("Huber", ["huber_loss", "huber_loss_backward"]),
        ("MeanAbsoluteError", ["sub", "abs", "mean", "div", "sgn", "mul"]),
    ],
)
def test_regression(loss: str, expected: list[str]) -> None:
    assert operations(getattr(losses, loss)(), ONE_HOT, LOGITS) == expected


@pytest.mark.parametrize(
    ("loss", "y_true"),
    [
        (losses.SparseCategoricalCrossentropy(from_logits=True), LABELS),
        (losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1), LABELS),
        (losses.SparseCategoricalCrossentropy(), LABELS),
        (losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), ONE_HOT),
        (losses.BinaryCrossentropy(from_logits=True, axis=0), ONE_HOT),
        (losses.MeanSquaredError(), ONE_HOT),
        (losses.MeanAbsoluteError(), ONE_HOT),
        (losses.Huber(delta=0.2), ONE_HOT),
    ],
)
def test_the_short_form_is_the_mean(loss: Any, y_true: torch.Tensor) -> None:
    y_pred = LOGITS if getattr(loss, "from_logits", True) else torch.softmax(LOGITS, -1)
    short = loss(y_true, y_pred)
    torch.testing.assert_close(short, losses.Loss.__call__(loss, y_true, y_pred), rtol=1e-6, atol=1e-7)


def test_a_batch_of_ignored_labels_costs_nothing() -> None:
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1)
    x = LOGITS.clone().requires_grad_()
    value = loss(torch.ones(8, dtype=torch.int64), x)
    value.backward()
    assert value == 0 and torch.all(x.grad == 0)


def test_a_subclass_that_computes_in_its_own_way_has_no_short_form() -> None:
    class Doubled(losses.MeanSquaredError):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return 2 * super().call(y_true, y_pred)

    assert Doubled()(np.zeros((1, 1)), torch.ones(1, 1)) == 2


def test_lengths_of_ctc_are_not_frozen() -> None:
    labels = torch.tensor([[1, 2, 0], [1, 0, 0]])
    with Recorder() as recorder:
        losses.ctc(labels, torch.randn(2, 6, 4))
    assert "_local_scalar_dense" not in recorder.seen and "ctc" in recorder.seen
