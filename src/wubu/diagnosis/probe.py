"""One look at what a model does with a few rows: outputs, loss, activations and gradients, layer by layer."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import torch

from wubu.core import border, nest
from wubu.diagnosis.untouched import untouched

_NAMED = {"relu": "relu", "relu6": "relu", "sigmoid": "sigmoid", "tanh": "tanh", "softmax": "softmax"}


@dataclass
class Units:
    """What the units of one layer gave.

    Attributes:
        layer: its name.
        activation: ``"relu"``, ``"sigmoid"``, ``"tanh"``, ``"softmax"``, or another name, or ``""``.
        dead: the share of units that gave 0 for every row and place.
        saturated: the share of values at either end of a sigmoid or tanh.
        distinct: of units that are not constant, the share that differ from every other.
        spread: the standard deviation over the rows, at the middle unit.
        count: how many units there are.
    """

    layer: str
    activation: str
    dead: float = 0.0
    saturated: float = 0.0
    distinct: float = 1.0
    spread: float = 0.0
    count: int = 0


@dataclass
class Gradient:
    """The gradient of one layer's kernel: its root mean square, and that as a share of the kernel's."""

    layer: str
    rms: float
    relative: float


@dataclass
class Probe:
    """What was seen.

    Attributes:
        outputs: the model's outputs for the rows.
        loss: their loss; None without labels.
        units: one entry for each layer with units, in the order of the calls.
        gradients: one entry for each layer with a kernel, in the same order.
        raw_input: whether a layer with a kernel takes the inputs as they are, without any that scales them.
    """

    outputs: Any
    loss: float | None = None
    units: list[Units] = field(default_factory=list)
    gradients: list[Gradient] = field(default_factory=list)
    raw_input: str | None = None


def probe(model: Any, x: Any, y: Any = None, differentiate: bool = True) -> Probe:
    """Run a model once, in inference, with a watch on every layer.

    Args:
        model: a built model.
        x: inputs of a few rows, on the device.
        y: their labels, or None.
        differentiate: whether gradients are wanted.
    """
    differentiate = differentiate and y is not None and bool(model.trainable_weights)
    with untouched(model), border.step(), warnings.catch_warnings(), torch.set_grad_enabled(differentiate):
        warnings.simplefilter("ignore")  # training has given them
        watch = _Watch(model, x)
        with watch:
            outputs = model(x, training=False)
        found = Probe(outputs, units=watch.units, raw_input=watch.raw_input)
        if y is None or getattr(model, "_compile_loss", None) is None:
            return found
        loss = model._compile_loss(y, outputs, None)
        found.loss = float(loss.detach())  # waits for the device
        if differentiate and loss.requires_grad:
            found.gradients = _gradients(watch.layers, model, loss)
    found.outputs = nest.map_structure(lambda leaf: leaf.detach() if isinstance(leaf, torch.Tensor) else leaf, outputs)
    return found


class _Watch:
    def __init__(self, model: Any, x: Any) -> None:
        self.units: list[Units] = []
        self.layers: list[Any] = []
        self.raw_input: str | None = None
        self._model = model
        self._inputs = {leaf.data_ptr() for leaf in nest.flatten(x) if isinstance(leaf, torch.Tensor)}
        self._handles: list[Any] = []

    def __enter__(self) -> _Watch:
        layers = self._model._flatten_layers(include_self=False)
        for layer in layers:
            if len(layer._flatten_layers()) == 1:
                self._handles.append(layer.register_forward_hook(self._look))
        return self

    def __exit__(self, *error: Any) -> None:
        for handle in self._handles:
            handle.remove()

    def _look(self, layer: Any, inputs: Any, output: Any) -> None:
        if any(layer is seen for seen in self.layers):
            return
        self.layers.append(layer)
        kernel = kernel_of(layer)
        if kernel is not None and self.raw_input is None and self._takes_inputs(inputs):
            self.raw_input = layer.name
        activation = activation_of(layer)
        if isinstance(output, torch.Tensor) and output.is_floating_point() and output.dim() > 1:
            if kernel is not None or activation:
                with torch.no_grad():
                    self.units.append(_units(layer, activation, output.detach()))

    def _takes_inputs(self, inputs: Any) -> bool:
        tensors = [leaf for leaf in nest.flatten(inputs) if isinstance(leaf, torch.Tensor)]
        return any(leaf.data_ptr() in self._inputs for leaf in tensors)


def kernel_of(layer: Any) -> Any:
    """The trainable matrix (or more) of a layer that multiplies its inputs, or None."""
    for name in ("kernel", "_kernel", "depthwise_kernel"):
        found = getattr(layer, name, None)
        if isinstance(found, torch.Tensor) and found.dim() > 1:
            return found
    cell = getattr(layer, "cell", None)
    return None if cell is None else getattr(cell, "kernel", None)


def activation_of(layer: Any) -> str:
    """The name of a layer's activation; ``""`` where it has none."""
    kind = type(layer).__name__.lower()
    if kind in ("relu", "softmax"):
        return kind
    if hasattr(layer, "cell") or kind in ("lstm", "gru", "simplernn"):
        return ""  # what comes out is not what the activation gives
    activation = getattr(layer, "activation", None)
    name = str(getattr(activation, "__name__", None) or type(activation).__name__) if activation is not None else ""
    return "" if name in ("linear", "") else _NAMED.get(name.lower(), name)


def _units(layer: Any, activation: str, output: torch.Tensor) -> Units:
    if getattr(layer, "data_format", "") == "channels_first" and output.dim() > 2:
        output = output.movedim(1, -1)
    values = output.reshape(-1, output.shape[-1]).float()  # (rows · places, units)
    found = Units(layer.name, activation, count=values.shape[1])
    deviation = values.std(0, unbiased=False)
    found.spread = float(deviation.median())
    if activation == "relu":
        found.dead = float((values <= 0).all(0).float().mean())
    elif activation == "sigmoid":
        found.saturated = float(((values < 0.01) | (values > 0.99)).float().mean())
    elif activation == "tanh":
        found.saturated = float((values.abs() > 0.99).float().mean())
    if values.shape[1] > 1:
        # Two sums with unlike weights tell units apart without comparing every pair.
        weights = torch.linspace(0.5, 1.5, len(values), device=values.device)
        marks = torch.stack([weights @ values, (weights * weights) @ values])
        lively = deviation > 1e-6
        marks = marks[:, lively]
        if marks.shape[1] > 1:
            scale = marks.abs().amax(1, keepdim=True).clamp_min(1e-12)
            rounded = (marks / scale * 1e5).round()
            found.distinct = torch.unique(rounded, dim=1).shape[1] / marks.shape[1]
    return found


def _gradients(layers: list[Any], model: Any, loss: torch.Tensor) -> list[Gradient]:
    trained = {id(w) for w in model.trainable_weights}
    kernels = [(layer.name, kernel_of(layer)) for layer in layers]
    kernels = [(name, kernel) for name, kernel in kernels if kernel is not None and id(kernel) in trained]
    if not kernels:
        return []
    gradients = torch.autograd.grad(loss, [kernel for _, kernel in kernels], allow_unused=True)
    found = []
    for (name, kernel), gradient in zip(kernels, gradients):
        if gradient is not None:
            rms = float(gradient.float().square().mean().sqrt())
            weight = float(kernel.detach().float().square().mean().sqrt())
            found.append(Gradient(name, rms, rms / max(weight, 1e-12)))
    return found
