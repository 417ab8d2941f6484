"""Every public loss against real Keras: values, gradients, reductions, weights, masks, types."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from wubu import losses
from wubu.engine.stepper import Stepper

RNG = np.random.default_rng(7)
B, C = 12, 5


def logits(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype("float32")


def probabilities(*shape: int) -> np.ndarray:
    e = np.exp(RNG.normal(size=shape))
    return (e / e.sum(-1, keepdims=True)).astype("float32")


def rates(*shape: int) -> np.ndarray:
    return RNG.uniform(0.05, 0.95, size=shape).astype("float32")


def indices(*shape: int, classes: int = C) -> np.ndarray:
    return RNG.integers(0, classes, size=shape)


def one_hot(*shape: int) -> np.ndarray:
    return np.eye(C, dtype="float32")[indices(*shape)]


def bits(*shape: int) -> np.ndarray:
    return RNG.integers(0, 2, size=shape).astype("float32")


def unit(*shape: int) -> np.ndarray:
    x = RNG.normal(size=shape)
    return (x / np.linalg.norm(x, axis=-1, keepdims=True)).astype("float32")


def case(name: str, y_true: np.ndarray, y_pred: np.ndarray, note: str = "", **arguments: Any) -> Any:
    return pytest.param(name, y_true, y_pred, arguments, id=f"{name}-{note or y_pred.ndim}")


CASES = [
    case("MeanSquaredError", logits(B, 3), logits(B, 3)),
    case("MeanSquaredError", logits(B), logits(B, 1), "squeezed"),
    case("MeanSquaredError", logits(B, 1), logits(B), "expanded"),
    case("MeanSquaredError", logits(B, 4, 3), logits(B, 4, 3)),
    case("MeanSquaredError", logits(B, 1), logits(B, 3), "broadcast"),
    case("MeanAbsoluteError", logits(B, 3), logits(B, 3)),
    case("MeanAbsoluteError", indices(B), logits(B, 1), "integers"),
    case("MeanAbsolutePercentageError", logits(B, 3), logits(B, 3)),
    case("MeanSquaredLogarithmicError", rates(B, 3) * 9, logits(B, 3)),
    case("CosineSimilarity", logits(B, 3), logits(B, 3)),
    case("CosineSimilarity", logits(B, 4, 3), logits(B, 4, 3), "axis", axis=1),
    case("Huber", logits(B, 3) * 2, logits(B, 3)),
    case("Huber", logits(B, 3) * 2, logits(B, 3), "delta", delta=0.3),
    case("LogCosh", logits(B, 3), logits(B, 3)),
    case("LogCosh", logits(B, 3) * 40, logits(B, 3), "far"),
    case("Hinge", bits(B, 3), logits(B, 3), "bits"),
    case("Hinge", bits(B, 3) * 2 - 1, logits(B, 3), "signs"),
    case("SquaredHinge", bits(B, 1), logits(B, 1)),
    case("SquaredHinge", bits(B, 1) * 2 - 1, logits(B, 1), "signs"),
    case("CategoricalHinge", one_hot(B), logits(B, C)),
    case("KLDivergence", probabilities(B, C), probabilities(B, C)),
    case("Poisson", indices(B, 3).astype("float32"), rates(B, 3) * 4),
    case("BinaryCrossentropy", bits(B, 3), rates(B, 3)),
    case("BinaryCrossentropy", bits(B), rates(B, 1), "squeezed"),
    case("BinaryCrossentropy", bits(B, 1).astype("int64"), rates(B, 1), "integers"),
    case("BinaryCrossentropy", bits(B, 1), logits(B, 1), "logits", from_logits=True),
    case("BinaryCrossentropy", bits(B, 3), rates(B, 3), "smooth", label_smoothing=0.2),
    case("BinaryCrossentropy", bits(B, 4, 3), logits(B, 4, 3), "axis", from_logits=True, axis=1),
    case("BinaryFocalCrossentropy", bits(B, 3), rates(B, 3)),
    case(
        "BinaryFocalCrossentropy", bits(B, 3), rates(B, 3), "balanced", apply_class_balancing=True, alpha=0.7, gamma=3
    ),
    case("BinaryFocalCrossentropy", bits(B, 3), logits(B, 3), "logits", from_logits=True, label_smoothing=0.1),
    case("CategoricalCrossentropy", one_hot(B), probabilities(B, C)),
    case("CategoricalCrossentropy", one_hot(B), rates(B, C), "unnormalised"),
    case("CategoricalCrossentropy", one_hot(B), logits(B, C), "logits", from_logits=True),
    case("CategoricalCrossentropy", one_hot(B), logits(B, C), "smooth", from_logits=True, label_smoothing=0.3),
    case("CategoricalCrossentropy", one_hot(B, 4), probabilities(B, 4, C)),
    case("CategoricalCrossentropy", one_hot(B, 4).swapaxes(1, 2), logits(B, C, 4), "axis", from_logits=True, axis=1),
    case("CategoricalFocalCrossentropy", one_hot(B), probabilities(B, C)),
    case("CategoricalFocalCrossentropy", one_hot(B), logits(B, C), "logits", from_logits=True, alpha=0.5, gamma=1.5),
    case("CategoricalFocalCrossentropy", one_hot(B), probabilities(B, C), "smooth", label_smoothing=0.1),
    case("CategoricalGeneralizedCrossEntropy", indices(B), probabilities(B, C)),
    case("CategoricalGeneralizedCrossEntropy", indices(B), probabilities(B, C), "q", q=0.2),
    case("SparseCategoricalCrossentropy", indices(B), probabilities(B, C)),
    case("SparseCategoricalCrossentropy", indices(B, 1), rates(B, C), "column"),
    case("SparseCategoricalCrossentropy", indices(B).astype("float32"), logits(B, C), "floats", from_logits=True),
    case("SparseCategoricalCrossentropy", indices(B).astype("uint8"), logits(B, C), "bytes", from_logits=True),
    case("SparseCategoricalCrossentropy", indices(B, 4), logits(B, 4, C), from_logits=True),
    case("SparseCategoricalCrossentropy", indices(B, 4, 3), probabilities(B, 4, 3, C)),
    case("SparseCategoricalCrossentropy", indices(B, 4), logits(B, C, 4), "axis", from_logits=True, axis=1),
    case("SparseCategoricalCrossentropy", indices(B), logits(B, C), "ignore", from_logits=True, ignore_class=2),
    case(
        "SparseCategoricalCrossentropy", indices(B, 4), probabilities(B, 4, C), "ignore-probabilities", ignore_class=0
    ),
    case(
        "SparseCategoricalCrossentropy",
        np.where(indices(B) > 2, -1, indices(B)),
        logits(B, C),
        "ignore-negative",
        from_logits=True,
        ignore_class=-1,
    ),
    case("Dice", bits(B, 6, 6, 1), rates(B, 6, 6, 1)),
    case("Dice", bits(B, 6, 6, 1), rates(B, 6, 6, 1), "axes", axis=(1, 2, 3)),
    case("Tversky", bits(B, 6, 6, 1), rates(B, 6, 6, 1)),
    case("Tversky", bits(B, 6, 6, 1), rates(B, 6, 6, 1), "axes", alpha=0.3, beta=0.8, axis=(1, 2, 3)),
    case("Circle", indices(B, classes=3), unit(B, 8)),
    case("Circle", indices(B, classes=3), unit(B, 8), "diagonal", remove_diagonal=False, gamma=20.0, margin=0.2),
    case("CTC", indices(B, 3, classes=4) + 1, logits(B, 9, C + 1)),
    case("CTC", np.array([[1, 2, 0], [3, 3, 0], [1, 0, 0]] * 4), logits(B, 9, C + 1), "padded"),
]


class Operations(TorchDispatchMode):
    """Notes the names of the operations that run."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.seen.add(func.overloadpacket.__name__)
        return func(*args, **(kwargs or {}))


REDUCTIONS = ["sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None]


def close(ours: torch.Tensor, theirs: torch.Tensor) -> None:
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().cpu().numpy(), rtol=1e-5, atol=1e-6)


def both(name: str, arguments: dict[str, Any], y_true: Any, y_pred: Any, weight: Any = None, **more: Any) -> None:
    """Compare loss and gradient of both libraries."""
    results = []
    for library in (losses, keras.losses):
        loss = getattr(library, name)(**arguments, **more)
        x = torch.tensor(y_pred, requires_grad=True)
        inputs = [torch.tensor(y_true), x, None if weight is None else torch.tensor(weight)]
        shape = inputs[0].shape
        # Keras on torch has no gradient of a sparse loss with two inner axes; with one it has.
        flat = library is keras.losses and name.startswith("Sparse") and y_pred.ndim == 4
        value = loss(*(None if i is None else i.flatten(1, 2) for i in inputs)) if flat else loss(*inputs)
        value.sum().backward()
        results.append((value.reshape(shape) if flat and value.dim() else value, x.grad))
    assert results[0][0].shape == results[1][0].shape
    assert results[0][0].dtype == results[1][0].dtype
    close(results[0][0], results[1][0])
    close(results[0][1], results[1][1])


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("name", "y_true", "y_pred", "arguments"), CASES)
def test_loss_and_gradient(name: str, y_true: Any, y_pred: Any, arguments: Any, reduction: str | None) -> None:
    both(name, arguments, y_true, y_pred, reduction=reduction)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("name", "y_true", "y_pred", "arguments"), CASES)
def test_sample_weight(name: str, y_true: Any, y_pred: Any, arguments: Any, reduction: str | None) -> None:
    per_sample = getattr(keras.losses, name)(**arguments, reduction=None)(torch.tensor(y_true), torch.tensor(y_pred))
    shape = tuple(per_sample.shape)
    weights = [rates(*shape), (rates(*shape) > 0.5).astype("float32"), np.zeros(shape, "float32")]
    if len(shape) == 1:
        weights.append(rates(*shape, 1))
    for weight in weights:
        both(name, arguments, y_true, y_pred, weight, reduction=reduction)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["MeanSquaredError", "SparseCategoricalCrossentropy"])
@pytest.mark.parametrize("mask", ["some", "none", "all"])
def test_mask_of_the_predictions(name: str, weighted: bool, reduction: str | None, mask: str) -> None:
    y_pred = probabilities(B, 4, C)
    y_true = indices(B, 4) if name.startswith("Sparse") else logits(B, 4, C)
    keep = torch.tensor({"some": rates(B, 4) > 0.4, "none": np.zeros((B, 4), bool), "all": np.ones((B, 4), bool)}[mask])
    weight = torch.tensor(rates(B, 4)) if weighted else None
    found = []
    for library in (losses, keras.losses):
        x = torch.tensor(y_pred)
        x._keras_mask = keep
        found.append(getattr(library, name)(reduction=reduction)(torch.tensor(y_true), x, weight))
    close(*found)


FUNCTIONS = {
    "binary_crossentropy": (bits(B, 3), rates(B, 3), {"label_smoothing": 0.1}),
    "binary_focal_crossentropy": (bits(B, 3), rates(B, 3), {"gamma": 1.0}),
    "categorical_crossentropy": (one_hot(B), probabilities(B, C), {"label_smoothing": 0.1}),
    "categorical_focal_crossentropy": (one_hot(B), probabilities(B, C), {}),
    "categorical_generalized_cross_entropy": (indices(B), probabilities(B, C), {"q": 0.5}),
    "categorical_hinge": (one_hot(B), logits(B, C), {}),
    "circle": (indices(B, classes=3), unit(B, 8), {"gamma": 10, "margin": 0.3}),
    "cosine_similarity": (logits(B, 3), logits(B, 3), {"axis": 0}),
    "ctc": (indices(B, 3, classes=4) + 1, logits(B, 9, C + 1), {}),
    "dice": (bits(B, 4), rates(B, 4), {"axis": -1}),
    "hinge": (bits(B, 3), logits(B, 3), {}),
    "huber": (logits(B, 3), logits(B, 3), {"delta": 0.5}),
    "kl_divergence": (probabilities(B, C), probabilities(B, C), {}),
    "log_cosh": (logits(B, 3), logits(B, 3), {}),
    "mean_absolute_error": (logits(B, 3), logits(B, 3), {}),
    "mean_absolute_percentage_error": (logits(B, 3), logits(B, 3), {}),
    "mean_squared_error": (logits(B, 3), logits(B, 3), {}),
    "mean_squared_logarithmic_error": (rates(B, 3), rates(B, 3), {}),
    "poisson": (indices(B, 3), rates(B, 3), {}),
    "sparse_categorical_crossentropy": (indices(B, 1), probabilities(B, C), {"ignore_class": 1}),
    "squared_hinge": (bits(B, 3), logits(B, 3), {}),
    "tversky": (bits(B, 4), rates(B, 4), {"alpha": 0.2, "axis": -1}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name: str) -> None:
    y_true, y_pred, arguments = FUNCTIONS[name]
    close(
        getattr(losses, name)(y_true, y_pred, **arguments),
        getattr(keras.losses, name)(
            torch.tensor(y_true) if "sparse" in name else y_true, torch.tensor(y_pred), **arguments
        ),
    )


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n != "categorical_generalized_cross_entropy"])
def test_function_inside_a_wrapper(name: str) -> None:
    from keras.src.losses.losses import LossFunctionWrapper

    y_true, y_pred, arguments = FUNCTIONS[name]
    ours = losses.LossFunctionWrapper(getattr(losses, name), **arguments)
    theirs = LossFunctionWrapper(getattr(keras.losses, name), **arguments)
    close(ours(torch.tensor(y_true), torch.tensor(y_pred)), theirs(torch.tensor(y_true), torch.tensor(y_pred)))


def test_every_public_name_is_here_and_tested() -> None:
    theirs = {n for n in dir(keras.losses) if not n.startswith("_")}
    assert theirs <= set(losses.__all__) | {"deserialize", "get", "serialize"}
    classes = {n for n in theirs if isinstance(getattr(keras.losses, n), type)} - {"Loss"}
    assert classes == {c.values[0] for c in CASES}
    assert theirs - classes - {"Loss", "deserialize", "get", "serialize"} == set(FUNCTIONS)


def test_no_loss_asks_the_host() -> None:
    """What a captured step repeats must not depend on values that the first step saw."""
    for case in CASES:
        name, y_true, y_pred, arguments = case.values
        for reduction in ("sum_over_batch_size", "mean_with_sample_weight"):
            loss = getattr(losses, name)(**arguments, reduction=reduction)
            x = torch.tensor(y_pred)
            shape = losses.Loss.__call__(getattr(losses, name)(**arguments, reduction=None), y_true, x).shape
            masked = torch.tensor(y_pred)
            masked._keras_mask = torch.ones(shape, dtype=torch.bool)
            with Operations() as operations:
                for weight, predictions in ((None, x), (torch.ones(shape), x), (torch.ones(shape), masked)):
                    loss(torch.tensor(y_true), predictions, weight)
            assert not {"_local_scalar_dense", "nonzero", "masked_select", "item"} & operations.seen, name


@pytest.mark.parametrize(("name", "y_true", "y_pred", "arguments"), CASES)
def test_captured_equals_eager(name: str, y_true: Any, y_pred: Any, arguments: Any) -> None:
    loss = getattr(losses, name)(**arguments)
    offset = torch.zeros(y_pred.shape[1:] or (1,), requires_grad=True)
    slope = torch.zeros_like(offset)

    def step(batch: Any) -> torch.Tensor:
        value = loss(batch[0], batch[1] + offset)
        slope.copy_(torch.autograd.grad(value, offset)[0])
        return value

    half = len(y_true) // 2
    halves = [(torch.tensor(y_true[part]), torch.tensor(y_pred[part])) for part in (slice(half), slice(half, 2 * half))]
    captured, eager = Stepper(step, lambda: [slope]), Stepper(step, lambda: [slope], run_eagerly=True)
    for batch in halves * 2:
        results = [(stepper.step(batch).clone(), slope.clone()) for stepper in (captured, eager)]
        torch.testing.assert_close(*results, rtol=1e-6, atol=1e-6)
    assert captured.programs, captured.reason
