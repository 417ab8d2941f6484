"""Looking inside a model while it runs: what chosen layers give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.core.device import default_device
from wubu.errors import ArgumentError, UnknownNameError
from wubu.layers.base import Layer
from wubu.report.predictions import as_array


def layers_within(model: Any) -> list[Layer]:
    """Every layer of a model, those of nested models too, without the models themselves."""
    found = [module for module in model.modules() if isinstance(module, Layer) and module is not model]
    return [
        layer for layer in found if not any(isinstance(child, Layer) for child in layer.children())
    ] or found


def find_layer(model: Any, layer: Any) -> Layer:
    """The layer of a name (also within nested models), or the layer itself.

    Raises:
        UnknownNameError: with the nearest name.
    """
    if isinstance(layer, Layer):
        return layer
    known = {module.name: module for module in model.modules() if isinstance(module, Layer)}
    if layer not in known:
        raise UnknownNameError("layer", layer, known)
    return known[layer]


def as_input(model: Any, x: Any) -> Any:
    """Arrays as tensors of the device and the float type that the model works with; structures are kept."""
    device = next((weight.device for weight in model.parameters()), default_device())

    def one(value: Any) -> torch.Tensor:
        tensor = value if isinstance(value, torch.Tensor) else torch.from_numpy(np.array(as_array(value)))
        if tensor.dtype in (torch.float64, torch.uint8, torch.bool):
            tensor = tensor.float()
        return tensor.to(device)

    return nest.map_structure(one, x)


@contextmanager
def watching(layers: Sequence[Layer]) -> Iterator[dict[str, torch.Tensor]]:
    """Collect what layers give while the block runs a model; of several calls the last stays."""
    seen: dict[str, torch.Tensor] = {}

    def hook_of(name: str) -> Any:
        def hook(module: Any, inputs: Any, output: Any) -> None:
            if isinstance(output, torch.Tensor):
                seen.pop(name, None)  # the order is that of the last calls
                seen[name] = output

        return hook

    handles = [layer.register_forward_hook(hook_of(layer.name)) for layer in layers]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def layer_outputs(model: Any, x: Any, layers: Sequence[Any] | None = None) -> dict[str, np.ndarray]:
    """What layers give for a batch, in inference.

    Args:
        model: a built model.
        x: a batch of inputs.
        layers: names or layers; default all.

    Returns:
        Layer name -> output (n, …), in the order of the calls.

    Example::

        layer_outputs(model, x_test[:8], ["conv2d_1"])["conv2d_1"].shape
    """
    chosen = layers_within(model) if layers is None else [find_layer(model, layer) for layer in layers]
    with torch.no_grad(), watching(chosen) as seen:
        model(as_input(model, x), training=False)
    return {name: as_array(output) for name, output in seen.items()}


def channels_last(values: Any, layer: Any) -> Any:
    """A layer's output (n, h, w, c), whichever layout the layer has."""
    if getattr(layer, "data_format", "channels_last") == "channels_first":
        return (
            values.permute(0, 2, 3, 1) if isinstance(values, torch.Tensor) else values.transpose(0, 2, 3, 1)
        )
    return values


def last_picture_layer(model: Any, x: Any) -> Layer:
    """The last convolution whose output still has height and width, or else the last such layer of any kind.

    Raises:
        ArgumentError: no layer gives pictures.
    """
    layers = {layer.name: layer for layer in layers_within(model)}
    with torch.no_grad(), watching(list(layers.values())) as seen:
        model(as_input(model, x), training=False)
    maps = []
    for name, output in seen.items():
        if output.dim() == 4:
            height, width = channels_last(output, layers[name]).shape[1:3]
            if height * width > 1:
                maps.append(name)
    convolutions = [name for name in maps if "Conv" in type(layers[name]).__name__]
    if not maps:
        raise ArgumentError("Expected a model with a layer that gives feature maps (n, h, w, c). Found none")
    return layers[(convolutions or maps)[-1]]


def class_scores(output: torch.Tensor) -> torch.Tensor:
    """One score per class (n, classes), before the softmax or sigmoid where that is known.

    Gradients of probabilities vanish where the model is sure; those of the logits do not.
    """
    logits = getattr(output, "_keras_logits", None)
    scores = logits if isinstance(logits, torch.Tensor) and logits.shape == output.shape else output
    scores = scores.reshape(len(scores), -1)
    return torch.cat([-scores, scores], dim=1) if scores.shape[1] == 1 else scores


def probabilities_of(output: torch.Tensor) -> torch.Tensor:
    """Probabilities (n, classes) of a classifier's output; of one column, those of both classes."""
    values = output.reshape(len(output), -1)
    if values.shape[1] == 1:
        return torch.cat([1 - values, values], dim=1)
    return values


def classes_to_explain(output: torch.Tensor, wanted: Any) -> torch.Tensor:
    """The class of each row: the wanted one, or one per row, or the predicted ones."""
    scores = probabilities_of(output)
    if wanted is None:
        return scores.argmax(dim=1)
    classes = torch.as_tensor(as_array(wanted), device=output.device).reshape(-1).expand(len(output))
    if int(classes.min()) < 0 or int(classes.max()) >= scores.shape[1]:
        raise ArgumentError(f"Expected classes 0..{scores.shape[1] - 1}. Received: {wanted}")
    return classes
