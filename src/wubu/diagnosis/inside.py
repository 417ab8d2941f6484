"""The outputs of all layers and the gradients of all weights for a few rows, without a trace in the training."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import border, nest
from wubu.data.packing import unpack_x_y_sample_weight
from wubu.diagnosis.untouched import untouched


def look_inside(model: Any, batch: Any) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Run a compiled model on a batch, forward in inference and backward, and put everything back.

    Args:
        model: a built model.
        batch: ``(x, y)`` or ``(x, y, sample_weight)``, on the device; without ``y`` there are no gradients.

    Returns:
        The first output of each layer, by the layer's name, and the gradient of the loss (with the layers' own losses)
        for each trainable weight, by the weight's path.
    """
    x, y, sample_weight = unpack_x_y_sample_weight(batch)
    activations: dict[str, torch.Tensor] = {}

    def keep(layer: Any, inputs: Any, output: Any) -> None:
        if isinstance(output, torch.Tensor):
            activations.setdefault(layer.name, output.detach())

    weights = model.trainable_weights
    differentiate = y is not None and bool(weights) and getattr(model, "_compile_loss", None) is not None
    handles = [layer.register_forward_hook(keep) for layer in model._flatten_layers(include_self=False)]
    try:
        with untouched(model), border.step(), torch.set_grad_enabled(differentiate):
            outputs = model(x, training=False)
            if not differentiate:
                return activations, {}
            loss = model._compile_loss(y, outputs, sample_weight)
            for own in model.losses:
                loss = loss + own
            found = torch.autograd.grad(loss, weights, allow_unused=True) if loss.requires_grad else []
    finally:
        for handle in handles:
            handle.remove()
    return activations, {w.path: g for w, g in zip(weights, found, strict=False) if g is not None}


def few_rows(batch: Any, count: int) -> Any:
    """The first rows of a batch."""
    return nest.map_structure(lambda leaf: leaf[:count] if isinstance(leaf, torch.Tensor) else leaf, batch)
