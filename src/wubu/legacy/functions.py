"""Functions and classes of losses, metrics, initializers and regularizers that Keras has renamed or dropped."""

from __future__ import annotations

from typing import Any

import torch

from wubu import losses, optimizers
from wubu.constraints import MaxNorm, NonNeg, UnitNorm
from wubu.core import legacy
from wubu.core.settings import epsilon
from wubu.core.tensors import as_tensor
from wubu.initializers import RandomNormal, RandomUniform
from wubu.regularizers import L1, L1L2, L2

__all__ = [
    "WeightRegularizer",
    "activity_l1",
    "activity_l1l2",
    "activity_l2",
    "adadelta",
    "adagrad",
    "adam",
    "adamax",
    "cosine",
    "cosine_proximity",
    "fbeta_score",
    "fmeasure",
    "l1l2",
    "matthews_correlation",
    "maxnorm",
    "nadam",
    "nonneg",
    "normal",
    "precision",
    "recall",
    "rmsprop",
    "sgd",
    "uniform",
    "unitnorm",
]

maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm
adadelta, adagrad, adam, adamax = optimizers.Adadelta, optimizers.Adagrad, optimizers.Adam, optimizers.Adamax
nadam, rmsprop, sgd = optimizers.Nadam, optimizers.RMSprop, optimizers.SGD


def normal(*args: Any, **kwargs: Any) -> Any:
    """Keras 2's short name of ``RandomNormal``."""
    return RandomNormal(*args, **kwargs)


def uniform(*args: Any, **kwargs: Any) -> Any:
    """Keras 2's short name of ``RandomUniform``."""
    return RandomUniform(*args, **kwargs)


def l1l2(l1: float = 0.01, l2: float = 0.01) -> Any:
    """Keras 1's name of ``l1_l2``."""
    legacy.note("l1l2", "l1_l2")
    return L1L2(l1=l1, l2=l2)


def activity_l1(l: float = 0.01) -> Any:
    """Keras 1's penalty of outputs; today any regularizer is one."""
    legacy.note("activity_l1", "l1")
    return L1(l)


def activity_l2(l: float = 0.01) -> Any:
    """Keras 1's penalty of outputs; today any regularizer is one."""
    legacy.note("activity_l2", "l2")
    return L2(l)


def activity_l1l2(l1: float = 0.01, l2: float = 0.01) -> Any:
    """Keras 1's penalty of outputs; today any regularizer is one."""
    legacy.note("activity_l1l2", "l1_l2")
    return L1L2(l1=l1, l2=l2)


def WeightRegularizer(l1: float = 0.0, l2: float = 0.0) -> Any:
    """Keras 1's name of ``L1L2``."""
    legacy.note("WeightRegularizer", "L1L2")
    return L1L2(l1=l1, l2=l2)


def cosine_proximity(y_true: Any, y_pred: Any) -> torch.Tensor:
    """Keras 2's name of the cosine similarity as a loss: the smaller, the nearer."""
    return losses.cosine_similarity(y_true, y_pred)


cosine = cosine_proximity


# --- metrics of Keras 1, of one batch -----------------------------------------------------------------------------


def _counts(y_true: Any, y_pred: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """How many are right, how many are predicted, how many there are."""
    y_pred = as_tensor(y_pred)
    y_true = as_tensor(y_true).to(y_pred.dtype).clamp(0, 1).round()
    guessed = y_pred.clamp(0, 1).round()
    return (y_true * guessed).sum(), guessed.sum(), y_true.sum()


def precision(y_true: Any, y_pred: Any) -> torch.Tensor:
    """The share of what is predicted that is so, in one batch."""
    right, guessed, _ = _counts(y_true, y_pred)
    return right / (guessed + epsilon())


def recall(y_true: Any, y_pred: Any) -> torch.Tensor:
    """The share of what is so that is predicted, in one batch."""
    right, _, there = _counts(y_true, y_pred)
    return right / (there + epsilon())


def fbeta_score(y_true: Any, y_pred: Any, beta: float = 1) -> torch.Tensor:
    """The weighted harmonic mean of precision and recall, in one batch."""
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    return (1 + beta**2) * p * r / (beta**2 * p + r + epsilon())


def fmeasure(y_true: Any, y_pred: Any) -> torch.Tensor:
    """The harmonic mean of precision and recall, in one batch."""
    return fbeta_score(y_true, y_pred, 1)


def matthews_correlation(y_true: Any, y_pred: Any) -> torch.Tensor:
    """The correlation between what is predicted and what is so, in one batch."""
    y_pred = as_tensor(y_pred)
    guessed = y_pred.clamp(0, 1).round()
    there = as_tensor(y_true).to(y_pred.dtype).clamp(0, 1).round()
    tp, tn = (there * guessed).sum(), ((1 - there) * (1 - guessed)).sum()
    fp, fn = ((1 - there) * guessed).sum(), (there * (1 - guessed)).sum()
    return (tp * tn - fp * fn) / (torch.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) + epsilon())
