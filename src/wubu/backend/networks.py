"""Activations, losses, normalisation and dropout, by the names and arguments of ``K``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu import activations, losses, ops
from wubu.core.settings import standardize_data_format
from wubu.core.tensors import as_tensor
from wubu.random.draws import dropout as _dropout
from wubu.symbolic.function import any_symbolic, op

__all__ = [
    "batch_normalization",
    "bias_add",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "dropout",
    "elu",
    "hard_sigmoid",
    "in_top_k",
    "l2_normalize",
    "normalize_batch_in_training",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "sparse_categorical_crossentropy",
    "switch",
    "tanh",
]


def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """``x`` from the threshold on, at most ``max_value``; ``alpha * (x - threshold)`` below it."""
    return activations.relu(x, negative_slope=alpha, max_value=max_value, threshold=threshold)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """``x`` above 0, else ``alpha * (exp(x) - 1)``."""
    return activations.elu(x, alpha=alpha)


def softmax(x: Any, axis: int = -1) -> Any:
    """Powers of e, divided by their sum along an axis."""
    return activations.softmax(x, axis=axis)


def softplus(x: Any) -> Any:
    """``log(1 + exp(x))``."""
    return activations.softplus(x)


def softsign(x: Any) -> Any:
    """``x / (1 + |x|)``."""
    return activations.softsign(x)


def tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    return activations.tanh(x)


def sigmoid(x: Any) -> Any:
    """``1 / (1 + exp(-x))``."""
    return activations.sigmoid(x)


def hard_sigmoid(x: Any) -> Any:
    """``0.2 x + 0.5`` between 0 and 1, as Keras 1 and 2 had it (Keras 3 has ``x / 6 + 0.5``)."""
    return ops.clip(x * 0.2 + 0.5, 0.0, 1.0)


@op
def dropout(x: Any, level: float, noise_shape: Any = None, seed: int | None = None) -> torch.Tensor:
    """A share of the numbers set to 0, the rest made larger so that the sum stays what it is."""
    return _dropout(as_tensor(x), level, noise_shape=noise_shape, seed=seed)


@op
def l2_normalize(x: Any, axis: int | Sequence[int] | None = None) -> torch.Tensor:
    """Numbers divided by their norm along axes."""
    x = as_tensor(x)
    total = x.square().sum() if axis is None else x.square().sum(dim=axis, keepdim=True)
    return x * torch.rsqrt(total.clamp(min=1e-12))


@op
def in_top_k(predictions: Any, targets: Any, k: int) -> torch.Tensor:
    """Whether the score of each target is among the ``k`` largest of its row."""
    return ops.in_top_k(targets, predictions, k)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """One of two values by a condition; the values may be functions without arguments.

    Args:
        condition: a single truth value, or one for each row or element.
        then_expression, else_expression: tensors, or functions that give them.
    """
    one = then_expression() if callable(then_expression) and not hasattr(then_expression, "shape") else then_expression
    other = else_expression() if callable(else_expression) and not hasattr(else_expression, "shape") else else_expression
    return _switch(condition, one, other)


@op
def _switch(condition: Any, one: Any, other: Any) -> torch.Tensor:
    condition, one, other = as_tensor(condition).bool(), as_tensor(one), as_tensor(other)
    while 0 < condition.dim() < one.dim():
        condition = condition.unsqueeze(-1)
    return torch.where(condition, one, other)


def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """A bias for each channel."""
    first = standardize_data_format(data_format) == "channels_first"
    return _bias_add(x, bias, first)


@op
def _bias_add(x: Any, bias: Any, first: bool) -> torch.Tensor:
    x, bias = as_tensor(x), as_tensor(bias)
    if bias.dim() == 1 and first and x.dim() > 2:
        bias = bias.reshape(-1, *(1,) * (x.dim() - 2))
    elif bias.dim() > 1 and first:
        bias = bias.movedim(-1, 0)
    return x + bias


@op
def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any = None, gamma: Any = None, axis: int = -1, epsilon: float = 1e-3
) -> torch.Tensor:
    """``(x - mean) / sqrt(var + epsilon) * gamma + beta``, all of one shape or one that spreads out to it."""
    made = (as_tensor(x) - as_tensor(mean)) * torch.rsqrt(as_tensor(var) + epsilon)
    if gamma is not None:
        made = made * as_tensor(gamma)
    return made if beta is None else made + as_tensor(beta)


def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Sequence[int], epsilon: float = 1e-3
) -> tuple[Any, Any, Any]:
    """Normalise by a batch's own mean and variance.

    Returns:
        The normalised batch, the mean and the variance.
    """
    if any_symbolic(x):
        from wubu.symbolic.function import record

        return record(normalize_batch_in_training, x, gamma, beta, list(reduction_axes), epsilon)
    x = as_tensor(x)
    axes = tuple(reduction_axes)
    mean, var = x.mean(dim=axes, keepdim=True), x.var(dim=axes, keepdim=True, correction=0)
    shape = tuple(mean.shape)
    made = (x - mean) * torch.rsqrt(var + epsilon)
    if gamma is not None:
        made = made * as_tensor(gamma).reshape(shape)
    if beta is not None:
        made = made + as_tensor(beta).reshape(shape)
    return made, mean.flatten(), var.flatten()


# --- losses -------------------------------------------------------------------------------------------------------


@op
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> torch.Tensor:
    """The cross-entropy of each single label."""
    target, output = as_tensor(target), as_tensor(output)
    target = target.to(output.dtype)
    if from_logits:
        return F.binary_cross_entropy_with_logits(output, target, reduction="none")
    from wubu.core.settings import epsilon

    output = output.clamp(epsilon(), 1.0 - epsilon())
    return -(target * output.log() + (1 - target) * (1 - output).log())


@op
def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> torch.Tensor:
    """The cross-entropy of one-hot labels, one number a sample."""
    return losses.categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


@op
def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1, ignore_class: int | None = None
) -> torch.Tensor:
    """The cross-entropy of labels that are whole numbers, one number a sample."""
    return losses.sparse_categorical_crossentropy(
        target, output, from_logits=from_logits, axis=axis, ignore_class=ignore_class
    )


@op
def binary_focal_crossentropy(
    target: Any,
    output: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
) -> torch.Tensor:
    """The cross-entropy of each single label, less for those that are right already."""
    target, output = as_tensor(target), as_tensor(output)
    entropy = binary_crossentropy(target, output, from_logits)
    target = target.to(entropy.dtype)
    p = torch.sigmoid(output) if from_logits else output
    right = target * p + (1 - target) * (1 - p)
    made = (1 - right) ** gamma * entropy
    return made * (target * alpha + (1 - target) * (1 - alpha)) if apply_class_balancing else made


@op
def categorical_focal_crossentropy(
    target: Any, output: Any, alpha: Any = 0.25, gamma: float = 2.0, from_logits: bool = False, axis: int = -1
) -> torch.Tensor:
    """The cross-entropy of one-hot labels, less for those that are right already."""
    return losses.categorical_focal_crossentropy(
        target, output, alpha=alpha, gamma=gamma, from_logits=from_logits, axis=axis
    )
