"""One step of training, evaluation or prediction, in plain torch.

Everything here changes state only in place and waits for nothing, so that the engine can turn it into a program.
"""

from __future__ import annotations

import inspect
from typing import Any

import torch

from wubu.core import nest
from wubu.data.packing import unpack_x_y_sample_weight
from wubu.errors import ArgumentError, NotCompiledError


def train(model: Any, data: Any) -> Any:
    """Forward, loss, backward, update, metrics.

    Args:
        model: a compiled model.
        data: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

    Returns:
        What an overridden ``compute_metrics`` gives; else None, since the metrics hold everything.
    """
    x, y, sample_weight = unpack_x_y_sample_weight(data)
    y_pred = model(x, training=True)
    loss = compute_loss(model, x, y, y_pred, sample_weight, training=True)
    track_loss(model, loss, x)
    update_weights(model, loss)
    return update_metrics(model, x, y, y_pred, sample_weight)


def test(model: Any, data: Any) -> Any:
    """Forward, loss, metrics; see ``train``."""
    x, y, sample_weight = unpack_x_y_sample_weight(data)
    y_pred = model(x, training=False)
    loss = compute_loss(model, x, y, y_pred, sample_weight, training=False)
    track_loss(model, loss, x)
    return update_metrics(model, x, y, y_pred, sample_weight)


def predict(model: Any, data: Any) -> Any:
    """Forward; the outputs."""
    x, _, _ = unpack_x_y_sample_weight(data)
    return model(x, training=False)


def compute_loss(model: Any, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> torch.Tensor:
    """Call the model's ``compute_loss``, whose older overrides do not take ``training``."""
    if takes_training(type(model).compute_loss):
        return model.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)
    return model.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)


def takes_training(method: Any) -> bool:
    """Whether a method takes ``training``."""
    parameters = inspect.signature(method).parameters
    return "training" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def total_loss(model: Any, y: Any, y_pred: Any, sample_weight: Any) -> torch.Tensor:
    """The compiled loss, plus the model's own losses (regularizers, ``add_loss``).

    Raises:
        ArgumentError: when there is no loss at all.
    """
    parts = []
    if model._compile_loss is not None and (y is not None or not model.losses):
        if y is None:
            raise ArgumentError(
                "The loss needs labels, and the data has none. Received: y=None. Try: fit(x, y), or data that gives (x, y)"
            )
        parts.append(model._compile_loss(y, y_pred, sample_weight))
    for loss in model.losses:
        parts.append(loss.sum() if loss.dim() else loss)
    if not parts:
        raise ArgumentError(
            "No loss to compute. Provide a `loss` argument in `compile()`, or call add_loss in a layer."
        )
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def track_loss(model: Any, loss: torch.Tensor, x: Any) -> None:
    """Take the loss into its mean over the epoch, weighted by the number of samples."""
    tracker = model._loss_tracker
    if tracker is not None:
        tracker.update_state(loss.detach(), sample_weight=rows_of(x))


def rows_of(x: Any) -> int:
    """The number of samples in a batch."""
    for leaf in nest.flatten(x):
        if hasattr(leaf, "shape") and len(leaf.shape):
            return int(leaf.shape[0])
    return 1


def update_weights(model: Any, loss: torch.Tensor) -> None:
    """Differentiate the loss and update the trainable weights."""
    weights = model.trainable_weights
    if not weights:
        return
    optimizer = model.optimizer
    if optimizer is None:
        raise NotCompiledError(f"Model {model.name!r} has no optimizer. Try: compile(optimizer='adam', …)")
    if not loss.requires_grad:
        raise ArgumentError(
            "The loss does not depend on any trainable weight, so there is nothing to learn. Try: keep NumPy and .detach() "
            "out of the layers and the loss"
        )
    gradients = torch.autograd.grad(optimizer.scale_loss(loss), weights, allow_unused=True)
    optimizer.apply(gradients, weights)


def update_metrics(model: Any, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> Any:
    """Take a batch into the metrics."""
    with torch.no_grad():
        if overrides(model, "compute_metrics"):
            return model.compute_metrics(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)
        update_compiled(model, y, y_pred, sample_weight)
    return None


def update_compiled(model: Any, y: Any, y_pred: Any, sample_weight: Any) -> None:
    """Take a batch into the metrics that were given to ``compile``."""
    if model._compile_metrics is not None and y is not None:
        model._compile_metrics.update_state(y, y_pred, sample_weight)


def overrides(model: Any, name: str) -> bool:
    """Whether a model has a method of its own in place of the trainer's."""
    found = model.__dict__.get(name, getattr(type(model), name))
    return not getattr(found, "_of_trainer", False)


def of_trainer(method: Any) -> Any:
    """Mark a method of the trainer, so that an override can be told from it."""
    method._of_trainer = True
    return method
