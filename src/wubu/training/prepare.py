"""Before the first step: weights, losses, metrics and the optimizer are made, and the data is looked at.

All this runs outside the captured step, so that nothing is created while it is recorded, and so that data that cannot
work is found before anything has been trained.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from wubu.core import nest
from wubu.core.variable import witnessed
from wubu.data.arrays import ArraySource
from wubu.data.finite import first_non_finite
from wubu.data.packing import unpack_x_y_sample_weight
from wubu.data.source import Source
from wubu.errors import NonFiniteError
from wubu.training import step


def prepare_training(model: Any, source: Source) -> None:
    """Make what a training needs, and check its data.

    Raises:
        LabelError: when labels do not fit the loss or the outputs.
        NonFiniteError: when the data has NaN or infinity, and the loss with it.
        ShapeError: when the inputs do not fit the model.
    """
    custom = step.overrides(model, "train_step")
    _prepare(model, source, custom)
    _build_optimizer(model)
    if not custom and not model.trainable_weights:
        warnings.warn("The model does not have any trainable weights.", stacklevel=4)


def prepare_evaluation(model: Any, source: Source) -> None:
    """Make what an evaluation needs, and check its data; see ``prepare_training``."""
    _prepare(model, source, step.overrides(model, "test_step"))


def prepare_batch(model: Any, data: Any, mode: str) -> None:
    """The same for a single batch; shapes that were looked at before are not looked at again."""
    if _signature(data) not in model._prepared:
        _look_at(model, data, None, step.overrides(model, f"{mode}_step"))
    if mode == "train":
        _build_optimizer(model)


def _build_optimizer(model: Any) -> None:
    weights = model.trainable_weights
    if weights and model.optimizer is not None and not getattr(model.optimizer, "built", True):
        model.optimizer.build(weights)


def ensure_built(model: Any, x: Any) -> None:
    """Make the weights of a model that has not been called yet."""
    if model._is_built:
        return
    if not model.built or any(not layer.built for layer in model._flatten_layers()):
        with undisturbed(model), torch.no_grad():
            model(x, training=False)
    model._is_built = True


def _prepare(model: Any, source: Source, custom: bool) -> None:
    batch = source.first_batch()
    if _signature(batch) not in model._prepared or not custom:
        _look_at(model, batch, source, custom)
    if isinstance(source, ArraySource) and not custom:
        _check_finite(model, source)


def _look_at(model: Any, batch: Any, source: Source | None, custom: bool) -> None:
    """Run the model once on a batch, unless it has been before, and settle everything that depends on its outputs."""
    x, y, sample_weight = unpack_x_y_sample_weight(batch)
    if custom:
        _try_to_build(model, x)
        model._prepared[_signature(batch)] = None
        return
    y_pred = model._prepared.get(_signature(batch))
    if y_pred is None:
        with undisturbed(model), torch.no_grad():
            y_pred = model(x, training=False)
        model._is_built = True
    if y is not None and not step.overrides(model, "compute_loss"):
        _settle(model, y, y_pred, sample_weight, source)
    model._prepared[_signature(batch)] = nest.map_structure(_without_values, y_pred)


def _settle(model: Any, y: Any, y_pred: Any, sample_weight: Any, source: Source | None) -> None:
    loss, metrics = model._compile_loss, model._compile_metrics
    if loss is not None:
        if not loss.built:
            loss.build(y, y_pred)
        loss.check(y, y_pred, source.arrays.y if isinstance(source, ArraySource) else None)
    if metrics is not None and not metrics.built:
        metrics.build(y, y_pred)
        with torch.no_grad():  # what does not fit is found now, and metrics that make state at their first batch do so
            metrics.update_state(y, y_pred, sample_weight)
            metrics.reset_state()


def _without_values(leaf: Any) -> Any:
    if not isinstance(leaf, torch.Tensor):
        return leaf
    # Not empty_like, which comes to half a second: on meta tensors torch first imports its symbolic shapes.
    return torch.empty_strided(leaf.shape, leaf.stride(), dtype=leaf.dtype, device="meta")


def _try_to_build(model: Any, x: Any) -> None:
    """A model with a step of its own may not be callable on what it is given; then its step builds it."""
    if model._is_built or model.built and all(layer.built for layer in model._flatten_layers()):
        model._is_built = True
        return
    try:
        ensure_built(model, x)
    except Exception:  # whatever a user's call raises on inputs that are not meant for it
        model._is_built = False


def _signature(batch: Any) -> Any:
    """Shapes and types of a batch, without its size."""
    structure = str(nest.map_structure(lambda _: 0, batch))
    return structure, tuple(
        (tuple(leaf.shape[1:]), len(leaf.shape), str(leaf.dtype)) if hasattr(leaf, "shape") else None
        for leaf in nest.flatten(batch)
    )


@contextmanager
def undisturbed(model: Any) -> Iterator[None]:
    """A block after which random numbers, and state that a forward pass changes, are as they were."""
    cpu = torch.get_rng_state()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() and torch.cuda.is_initialized() else None
    before = [(w, w.detach().clone()) for w in model.weights if not w._trainable] if model.built else []
    training = model.training
    try:
        with witnessed() as made:
            yield
    finally:
        torch.set_rng_state(cpu)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        with torch.no_grad():
            for weight, value in (*before, *made):
                weight.copy_(value)
        if training != model.training:
            model.train(training)


def _check_finite(model: Any, source: ArraySource) -> None:
    """Raise for NaN and infinity in the data, unless the model and its loss cope with them."""
    found = first_non_finite(source.arrays.named)
    if found is None:
        return
    path, row, place, value = found
    if _copes(model, source, row):
        return
    where = f"{path}[{', '.join(map(str, (row, *place)))}]"
    raise NonFiniteError(
        f"Expected finite numbers. Received: {where} is {value}, and with it the loss. "
        f"Try: leave such rows out, or fill the gaps (numpy.nan_to_num, pandas' fillna)"
    )


def _copes(model: Any, source: ArraySource, row: int) -> bool:
    """Whether the loss of the row is finite all the same: layers or a loss of the user's may expect gaps."""
    arrays = source.arrays.part(row, row + 1)
    data = nest.map_structure(
        lambda leaf: leaf.to(source.device) if isinstance(leaf, torch.Tensor) else leaf, arrays.packed()
    )
    x, y, sample_weight = unpack_x_y_sample_weight(data)
    try:
        with undisturbed(model), torch.no_grad():
            loss = step.compute_loss(model, x, y, model(x, training=False), sample_weight, training=False)
        return bool(torch.isfinite(loss))
    except Exception:  # a batch of one may be impossible for this model; then nothing is claimed
        return True
