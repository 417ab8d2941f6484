"""Cross-entropies of a softmax's or sigmoid's own output are computed from the logits."""

from __future__ import annotations

from typing import Any

import keras
import pytest
import torch

from wubu import activations, losses

LABELS = torch.tensor([0, 1, 2])
ONE_HOT = torch.eye(3)
BITS = torch.tensor([[1.0, 0.0, 1.0]] * 3)
LOSSES = [
    (losses.SparseCategoricalCrossentropy, LABELS, activations.softmax),
    (losses.CategoricalCrossentropy, ONE_HOT, activations.softmax),
    (losses.BinaryCrossentropy, BITS, activations.sigmoid),
]


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", None])
@pytest.mark.parametrize(("loss", "y_true", "activation"), LOSSES)
def test_same_as_from_logits(loss: Any, y_true: Any, activation: Any, reduction: Any) -> None:
    x = torch.randn(3, 3) * 50
    from_logits = loss(from_logits=True, reduction=reduction)(y_true, x)
    torch.testing.assert_close(loss(reduction=reduction)(y_true, activation(x)), from_logits)
    # A copy has forgotten, and is clipped.
    assert not torch.allclose(loss(reduction=reduction)(y_true, activation(x).clone()), from_logits)


@pytest.mark.parametrize(("loss", "y_true", "activation"), LOSSES)
def test_equals_keras_where_nothing_is_clipped(loss: Any, y_true: Any, activation: Any) -> None:
    x = torch.randn(3, 3, requires_grad=True)
    ours = loss()(y_true, activation(x))
    theirs = getattr(keras.losses, loss.__name__)()(y_true, getattr(keras.activations, activation.__name__)(x))
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-7)
    a, b = (torch.autograd.grad(value, x)[0] for value in (ours, theirs))
    torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("loss", "y_true", "activation"), LOSSES)
def test_gradient_survives_certainty(loss: Any, y_true: Any, activation: Any) -> None:
    x = torch.full((3, 3), -60.0)
    x[:, 0] = 60.0
    x.requires_grad_()
    loss()(y_true, activation(x)).backward()
    assert x.grad.abs().max() > 0.1


def test_a_sigmoid_is_no_softmax() -> None:
    x = torch.randn(3, 3)
    y_pred = activations.sigmoid(x)
    expected = keras.losses.CategoricalCrossentropy()(ONE_HOT, torch.sigmoid(x))
    torch.testing.assert_close(losses.CategoricalCrossentropy()(ONE_HOT, y_pred), expected)


def test_a_softmax_over_another_axis_is_not_looked_behind() -> None:
    x = torch.randn(3, 3)
    expected = keras.losses.CategoricalCrossentropy()(ONE_HOT, torch.softmax(x, 0))
    torch.testing.assert_close(losses.CategoricalCrossentropy()(ONE_HOT, activations.softmax(x, axis=0)), expected)


def test_from_logits_of_probabilities_warns_and_helps() -> None:
    x = torch.randn(3, 3)
    with pytest.warns(UserWarning, match="from_logits=False"):
        value = losses.SparseCategoricalCrossentropy(from_logits=True)(LABELS, activations.softmax(x))
    torch.testing.assert_close(value, losses.SparseCategoricalCrossentropy(from_logits=True)(LABELS, x))


@pytest.mark.parametrize("y_true", [torch.tensor([1.0, 0.0]), torch.tensor([[1.0], [0.0]])])
def test_logits_survive_a_column_more_or_less(y_true: torch.Tensor) -> None:
    x = torch.tensor([[40.0], [40.0]])
    for logits in (x, x[:, 0]):
        value = losses.BinaryCrossentropy()(y_true, activations.sigmoid(logits))
        torch.testing.assert_close(value, torch.tensor(20.0))


def test_half_precision_is_left_before_the_logarithm() -> None:
    x = torch.randn(3, 3).bfloat16()
    value = losses.SparseCategoricalCrossentropy()(LABELS, activations.softmax(x))
    assert value.dtype is torch.float32
    torch.testing.assert_close(value, torch.nn.functional.cross_entropy(x.float(), LABELS))
