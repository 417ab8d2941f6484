"""The loss base class, look-up by name, and configs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch

from wubu import losses
from wubu.core.registry import custom_object_scope
from wubu.errors import ArgumentError, ShapeError, UnknownNameError
from wubu.symbolic.keras_tensor import KerasTensor

CLASSES = sorted(n for n in dir(keras.losses) if isinstance(getattr(keras.losses, n), type) and n not in ("Loss",))
ARGUMENTS: dict[str, dict[str, Any]] = {
    "BinaryCrossentropy": {"from_logits": True, "label_smoothing": 0.1, "axis": 0},
    "BinaryFocalCrossentropy": {"apply_class_balancing": True, "alpha": 0.1, "gamma": 1.0},
    "CategoricalCrossentropy": {"label_smoothing": 0.1},
    "CategoricalFocalCrossentropy": {"alpha": 0.1, "gamma": 1.0},
    "CategoricalGeneralizedCrossEntropy": {"q": 0.3},
    "Circle": {"gamma": 10.0, "margin": 0.1, "remove_diagonal": False},
    "Dice": {"axis": [1, 2]},
    "SparseCategoricalCrossentropy": {"from_logits": True, "ignore_class": 3},
    "Tversky": {"alpha": 0.1, "beta": 0.2, "axis": -1},
}


@pytest.mark.parametrize("arguments", ["default", "given"])
@pytest.mark.parametrize("name", CLASSES)
def test_config_is_keras_s(name: str, arguments: str) -> None:
    given = {**ARGUMENTS.get(name, {}), "name": "mine", "reduction": "sum"} if arguments == "given" else {}
    ours, theirs = getattr(losses, name)(**given), getattr(keras.losses, name)(**given)
    assert ours.get_config() == theirs.get_config()
    assert losses.serialize(ours) == keras.losses.serialize(theirs)
    assert (ours.name, ours.reduction, ours.dtype) == (theirs.name, theirs.reduction, theirs.dtype)
    for config in (losses.serialize(ours), keras.losses.serialize(theirs)):
        back = losses.deserialize(config)
        assert type(back) is type(ours) and back.get_config() == ours.get_config()
    assert keras.saving.deserialize_keras_object(losses.serialize(ours)).get_config() == theirs.get_config()


def test_arguments_that_keras_forgets_are_kept() -> None:
    for loss in (
        losses.Huber(delta=0.5),
        losses.CosineSimilarity(axis=1),
        losses.SparseCategoricalCrossentropy(axis=1),
    ):
        back = losses.deserialize(losses.serialize(loss))
        assert back._fn_kwargs == loss._fn_kwargs
        assert isinstance(keras.losses.deserialize(losses.serialize(loss)), keras.losses.Loss)


def test_configs_of_older_keras() -> None:
    loss = losses.deserialize(
        {
            "class_name": "CategoricalCrossentropy",
            "config": {"reduction": "auto", "name": "c", "from_logits": True, "label_smoothing": 0, "axis": -1},
        }
    )
    assert loss.from_logits and loss.reduction == "sum_over_batch_size"


def test_a_wrapped_function_round_trips() -> None:
    from keras.src.losses.losses import LossFunctionWrapper

    wrapped = losses.LossFunctionWrapper(losses.huber, name="h", delta=0.3)
    config = losses.serialize(wrapped)
    assert config["class_name"] == "LossFunctionWrapper"
    back = losses.deserialize(config)
    assert back.fn is losses.huber and back._fn_kwargs == {"delta": 0.3}
    assert isinstance(keras.losses.deserialize(config), LossFunctionWrapper)


@pytest.mark.parametrize("name", sorted(n for n in dir(keras.losses) if n[0].islower() and n not in dir(type)))
def test_functions_by_name(name: str) -> None:
    if name in ("deserialize", "get", "serialize"):
        return
    assert losses.get(name) is getattr(losses, name)
    assert losses.deserialize(losses.serialize(losses.get(name))) is getattr(losses, name)
    if name in ("categorical_generalized_cross_entropy",):
        return
    assert keras.losses.deserialize(losses.serialize(losses.get(name))) is getattr(keras.losses, name)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("mse", "mean_squared_error"),
        ("MSE", "mean_squared_error"),
        ("mae", "mean_absolute_error"),
        ("MAE", "mean_absolute_error"),
        ("mape", "mean_absolute_percentage_error"),
        ("MAPE", "mean_absolute_percentage_error"),
        ("msle", "mean_squared_logarithmic_error"),
        ("MSLE", "mean_squared_logarithmic_error"),
        ("bce", "binary_crossentropy"),
        ("BCE", "binary_crossentropy"),
        ("kld", "kl_divergence"),
        ("KLD", "kl_divergence"),
        ("kullback_leibler_divergence", "kl_divergence"),
        ("logcosh", "log_cosh"),
        ("huber_loss", "huber"),
        ("cosine_proximity", "cosine_similarity"),
    ],
)
def test_aliases(alias: str, name: str) -> None:
    assert losses.get(alias) is getattr(losses, name)
    assert getattr(losses, alias) is getattr(losses, name)


def test_get() -> None:
    assert losses.get(None) is None
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)
    assert isinstance(losses.get(losses.MeanSquaredError), losses.MeanSquaredError)
    loss = losses.MeanSquaredError()
    assert losses.get(loss) is loss
    assert losses.get({"class_name": "Huber", "config": {"delta": 2.0}}).delta == 2.0

    def mine(y_true: Any, y_pred: Any) -> Any:
        return y_pred

    with custom_object_scope({"mine": mine}):
        assert losses.get("mine") is mine
    assert losses.deserialize("mine", custom_objects={"mine": mine}) is mine


def test_unknown_names_get_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Unknown loss: 'categorical_crossentrop'.*'categorical_crossentropy'"):
        losses.get("categorical_crossentrop")
    with pytest.raises(ValueError, match="loss"):
        losses.get(3)
    with pytest.raises(ArgumentError, match="reduction='total'"):
        losses.MeanSquaredError(reduction="total")
    with pytest.raises(ArgumentError, match="q=1"):
        losses.CategoricalGeneralizedCrossEntropy(q=1)


def test_a_loss_of_one_s_own() -> None:
    class Cubes(losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return torch.mean(torch.abs(y_true - y_pred) ** 3, dim=-1)

    loss = Cubes()
    assert loss.name == "cubes"
    assert loss([[0.0, 0.0]], [[2.0, 0.0]]) == 4
    assert loss(np.zeros((2, 1)), torch.ones(2, 1), sample_weight=[1, 0]) == 0.5
    assert loss(np.zeros((2, 1), "int64"), torch.ones(2, 1)).dtype is torch.float32
    with pytest.raises(NotImplementedError, match="call"):
        losses.Loss()([0.0], [0.0])


def test_structures() -> None:
    class Both(losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return (y_true["a"] - y_pred["a"]).abs().mean(-1) + (y_true["b"] - y_pred["b"]).abs().mean(-1)

    y_true = {"a": np.zeros((2, 1)), "b": np.zeros((2, 1), "int32")}
    y_pred = {"a": torch.ones(2, 1), "b": torch.full((2, 1), 2.0)}
    assert Both()(y_true, y_pred) == 3

    def total(y_true: Any, y_pred: Any) -> Any:
        return sum(torch.abs(t - p).mean(-1) for t, p in zip(y_true, y_pred))

    wrapped = losses.LossFunctionWrapper(total)
    assert wrapped([np.zeros(2), np.zeros(2)], [torch.ones(2, 1), torch.ones(2, 1)]) == 2


def test_kinds_of_input() -> None:
    import pandas as pd

    y_pred = torch.tensor([[0.25], [0.75]])
    expected = losses.MeanSquaredError()(torch.tensor([0.0, 1.0]), y_pred)
    for y_true in ([0, 1], (0.0, 1.0), np.array([0, 1]), pd.Series([0, 1]), pd.DataFrame([0, 1]), [[False], [True]]):
        assert losses.MeanSquaredError()(y_true, y_pred) == expected
    assert losses.mean_squared_error(np.array([[0, 1]]), np.array([[1, 3]])) == 2.5
    assert losses.mean_squared_error(np.zeros((1, 2)), np.ones((1, 2))).dtype is torch.float64


def test_other_types() -> None:
    y_true, y_pred = torch.rand(4, 3).double(), torch.rand(4, 3).double()
    loss = losses.MeanSquaredError(dtype="float64")
    assert loss.dtype == "float64" and loss(y_true, y_pred).dtype is torch.float64
    assert losses.MeanSquaredError()(y_true, y_pred).dtype is torch.float32
    assert losses.MeanSquaredError(dtype="mixed_bfloat16").dtype == "bfloat16"


def test_an_empty_batch() -> None:
    assert losses.MeanSquaredError()(torch.zeros(0, 2), torch.zeros(0, 2)).numel() == 0


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="to_categorical"):
        losses.CategoricalCrossentropy()(torch.zeros(4), torch.ones(4, 3))
    with pytest.raises(ShapeError, match="argmax"):
        losses.SparseCategoricalCrossentropy()(torch.zeros(4, 3), torch.ones(4, 3))
    with pytest.raises(ShapeError, match="output unit"):
        losses.BinaryCrossentropy()(torch.zeros(4, 2), torch.ones(4, 3))
    with pytest.raises(ShapeError, match="steps"):
        losses.CTC()(torch.zeros(4), torch.ones(4, 3))


def test_zero_vectors_have_a_gradient() -> None:
    x = torch.zeros(1, 3, requires_grad=True)
    losses.cosine_similarity(torch.ones(1, 3), x).sum().backward()
    assert torch.all(torch.isfinite(x.grad))


def test_one_class_warns() -> None:
    with pytest.warns(SyntaxWarning, match="binary_crossentropy"):
        losses.categorical_crossentropy(torch.ones(2, 1), torch.ones(2, 1))


def test_reduction_names_of_tf_keras() -> None:
    assert losses.MeanSquaredError(reduction=losses.Reduction.NONE)(torch.ones(2, 1), torch.zeros(2, 1)).shape == (2,)
    assert losses.MeanSquaredError(reduction=losses.Reduction.AUTO).reduction == "sum_over_batch_size"


@pytest.mark.parametrize("name", sorted(set(CLASSES) - {"CTC", "Circle"}))
def test_symbolic_tensors_pass(name: str) -> None:
    integers = name in ("SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy")
    y_true = KerasTensor((None,), "int32") if integers else KerasTensor((None, 4))
    loss = getattr(losses, name)()(y_true, KerasTensor((None, 4)))
    assert loss.shape == () and loss.dtype == "float32"
