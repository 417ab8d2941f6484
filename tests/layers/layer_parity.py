"""One layer of wubu and the same of real Keras, side by side: everything that must agree.

``check(name, arguments, *shapes)`` builds both from the same arguments, gives both the same weights and the same input,
and compares outputs, gradients with respect to inputs and weights, statistics after training, shapes found without
values, and configs in both directions. It also runs the layer in half precision and through the engine.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import torch

import wubu.layers
from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.engine.stepper import Stepper
from wubu.symbolic.keras_tensor import KerasTensor

TOLERANCE = 1e-5
# Keras writes these for things that wubu does not do, or leaves out what it would need itself.
_OWN_KEYS = {"quantization_config", "renorm", "renorm_clipping", "renorm_momentum"}


def randoms(shape: Sequence[int], seed: int = 0, dtype: str = "float32", high: int = 5) -> torch.Tensor:
    """Numbers to test with: normal floats, or integers from 0 to ``high - 1``."""
    generator = np.random.default_rng([seed, *shape])
    if dtype.startswith("int"):
        return torch.tensor(generator.integers(0, high, shape), dtype=getattr(torch, dtype))
    return torch.tensor(generator.standard_normal(shape), dtype=torch.float32)


def assert_near(ours: Any, theirs: Any, what: str, tolerance: float = TOLERANCE) -> None:
    """The largest difference is small against the largest number, or against 0.3 where all are near zero."""
    ours, theirs = (np.asarray(x.detach() if isinstance(x, torch.Tensor) else x) for x in (ours, theirs))
    assert ours.shape == theirs.shape, f"{what}: shape {ours.shape}, Keras {theirs.shape}"
    if not ours.size:
        return
    if ours.dtype == bool or theirs.dtype == bool:
        assert (ours == theirs).all(), what
        return
    scale = max(float(np.abs(theirs).max()), 0.3)
    difference = float(np.abs(ours.astype("float64") - theirs.astype("float64")).max())
    assert difference <= tolerance * scale, f"{what}: differs by {difference:.2e} of {scale:.2e}"


class Pair:
    """The two layers, built, with the same weights.

    Args:
        make: a function of a module with layers (Keras's or wubu's) that makes the layer.
        inputs: tensors to build with and to compare on.
        as_list: whether the layer takes its inputs in one list.
        call: further arguments of the call.
    """

    def __init__(
        self, make: Callable[[Any], Any], inputs: Sequence[torch.Tensor], as_list: bool, call: dict[str, Any]
    ) -> None:
        self.inputs, self.as_list, self.call_arguments = list(inputs), as_list, call
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Keras says about itself
            self.theirs, self.ours = make(keras.layers), make(wubu.layers)
            self.call(self.theirs), self.call(self.ours)
        generator = np.random.default_rng(1)
        weights = [_moved(w, v.path, generator) for w, v in zip(self.theirs.get_weights(), self.theirs.weights, strict=True)]
        self.set_weights(weights)

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Give both layers the same weights."""
        self.theirs.set_weights(weights)
        self.ours.set_weights(weights)

    def call(self, layer: Any, inputs: Sequence[torch.Tensor] | None = None, **options: Any) -> list[torch.Tensor]:
        """Call one of the layers; its outputs in a flat list."""
        inputs = self.inputs if inputs is None else inputs
        given = (list(inputs),) if self.as_list else tuple(inputs)
        return nest.flatten(layer(*given, **self.call_arguments, **options))

    def compare(self, training: bool | None, tolerance: float) -> None:
        """Outputs, gradients, and weights afterwards."""
        options = {} if training is None else {"training": training}
        before = self.theirs.get_weights()
        outputs, gradients = [], []
        for layer in (self.ours, self.theirs):
            inputs = [_leaf(x) for x in self.inputs]
            made = self.call(layer, inputs, **options)
            weights = [getattr(w, "value", w) for w in layer.trainable_weights]
            outputs.append(made)
            wanted = [x for x in (*inputs, *weights) if x.requires_grad]
            ends = [y for y in made if y.requires_grad]
            found: Sequence[Any] = []
            if ends and wanted:
                found = torch.autograd.grad(ends, wanted, [randoms(y.shape, 7) for y in ends], allow_unused=True)
            gradients.append([torch.zeros(()) if g is None else g for g in found])
        mode = f"training={training}"
        losses = [sum(float(loss) for loss in layer.losses) for layer in (self.ours, self.theirs)]
        assert_near(*losses, f"{mode} added losses", 1e-4)
        for i, (a, b) in enumerate(zip(*outputs, strict=True)):
            assert_near(a, b, f"{mode} output {i}", tolerance)
        for i, (a, b) in enumerate(zip(*gradients, strict=True)):
            assert_near(a, b, f"{mode} gradient {i}", tolerance)
        for a, b, v in zip(self.ours.get_weights(), self.theirs.get_weights(), self.ours.weights, strict=True):
            assert_near(a, b, f"{mode} {v.path} afterwards", tolerance)
        self.set_weights(before)

    def compare_shapes(self) -> None:
        """Shapes without values, for sizes that are known and for a batch that is not, are those of the values."""
        real = self.call(self.ours)
        for unknown in (False, True):
            symbols = [
                KerasTensor((None if unknown else x.shape[0], *x.shape[1:]), str(x.dtype).removeprefix("torch."))
                for x in self.inputs
            ]
            found = self.call(self.ours, symbols)  # type: ignore[arg-type]
            assert len(found) == len(real)
            for symbol, value in zip(found, real, strict=True):
                assert symbol.dtype == str(value.dtype).removeprefix("torch."), (symbol.dtype, value.dtype)
                assert len(symbol.shape) == value.dim(), (symbol.shape, value.shape)
                for s, v in zip(symbol.shape, value.shape, strict=True):
                    assert s in (v, None) if unknown else s == v, (symbol.shape, tuple(value.shape))

    def compare_configs(self) -> None:
        """The same keys and values; either library makes its layer from the other's config."""
        ours, theirs = serialize_keras_object(self.ours), keras.saving.serialize_keras_object(self.theirs)
        assert (ours["module"], ours["class_name"]) == (theirs["module"], theirs["class_name"])
        assert_same_config(ours["config"], theirs["config"], ours["class_name"])
        for registered in (ours, theirs):
            made = deserialize_keras_object(registered)
            assert type(made) is type(self.ours)
            assert_same_config(serialize_keras_object(made)["config"], theirs["config"], ours["class_name"])
        assert type(keras.saving.deserialize_keras_object(ours)) is type(self.theirs)

    def run_captured(self, training: bool) -> None:
        """A recorded step gives what the layer gives, outputs and gradients, and changes what the layer changes."""
        options = {"training": training} if _takes_training(self.ours) else {}
        before = self.ours.get_weights()
        trained = self.ours.trainable_weights if training else []

        def step(inputs: list[torch.Tensor]) -> list[torch.Tensor]:
            made = self.call(self.ours, inputs, **options)
            ends = [(y * torch.ones_like(y).cumsum(-1)).sum() for y in made if y.requires_grad]
            found = torch.autograd.grad(ends, trained, allow_unused=True) if trained and ends else ()
            return [*(y.detach() for y in made), *(g for g in found if g is not None)]

        eager = step(list(self.inputs))
        after = self.ours.get_weights()
        state = [*self.ours.parameters(), *self.ours.buffers()]
        stepper = Stepper(step, lambda: state, mode="train" if trained else "test")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(3):  # recorded, then replayed
                self.ours.set_weights(before)
                replayed = stepper.step(list(self.inputs))
        assert stepper.programs, "the step was not captured"
        for i, (a, b) in enumerate(zip(nest.flatten(replayed), eager, strict=True)):
            assert_near(a, b, f"captured training={training} result {i}")
        for a, b in zip(self.ours.get_weights(), after, strict=True):
            assert_near(a, b, "captured weights")
        self.ours.set_weights(before)


def check(
    name: str,
    arguments: dict[str, Any],
    *shapes: Sequence[int],
    training: Sequence[bool | None] = (False, True),
    dtype: str = "float32",
    as_list: bool = False,
    tolerance: float = TOLERANCE,
    shapes_too: bool = True,
    configs_too: bool = True,
    captured: bool = True,
    half: bool = True,
    **call: Any,
) -> Pair:
    """Compare a layer with Keras's in every way; see the module.

    Args:
        name: the class's name.
        arguments: the constructor's arguments; a function of the module stands for one that makes layers.
        shapes: the inputs' shapes with the batch.
        training: the values of ``training`` to compare with; None leaves it out.
        dtype: the inputs' type.
        as_list: whether the layer takes its inputs in one list.
        tolerance: the relative difference allowed.
        shapes_too, configs_too, captured, half: which further comparisons are made.
        **call: further arguments of the call.
    """

    def make(module: Any) -> Any:
        given = {k: v(module) if callable(v) and not isinstance(v, type) else v for k, v in arguments.items()}
        return getattr(module, name)(**given)

    inputs = [randoms(shape, i, dtype) for i, shape in enumerate(shapes)]
    pair = Pair(make, inputs, as_list, call)
    takes = _takes_training(pair.ours)
    for mode in training if takes else (None,):
        pair.compare(mode, tolerance)
    if captured:
        for mode in {bool(m) for m in training} | {True}:
            pair.run_captured(mode)
    if shapes_too:
        pair.compare_shapes()
    if configs_too:
        pair.compare_configs()
    if half:
        run_in_half(name, arguments, inputs, as_list, call)
    return pair


def run_in_half(
    name: str, arguments: dict[str, Any], inputs: Sequence[torch.Tensor], as_list: bool, call: dict[str, Any]
) -> None:
    """In ``mixed_bfloat16`` the output is bfloat16 and near the other one, and weights and gradients stay float32."""
    given = {k: v(wubu.layers) if callable(v) and not isinstance(v, type) else v for k, v in arguments.items()}
    layer = getattr(wubu.layers, name)(**{**given, "dtype": "mixed_bfloat16"})
    made = nest.flatten(layer(list(inputs), **call) if as_list else layer(*inputs, **call))
    floats = [y for y in made if y.is_floating_point()]
    assert all(bool(torch.isfinite(y).all()) for y in floats)
    if inputs[0].is_floating_point():
        assert {y.dtype for y in floats} == {torch.bfloat16}
    weights = [w for w in layer.trainable_weights if w.is_floating_point()]
    assert {w.dtype for w in weights} <= {torch.float32}
    ends = [y for y in floats if y.requires_grad]
    if weights and ends:
        found = torch.autograd.grad(ends, weights, [torch.ones_like(y) for y in ends], allow_unused=True)
        assert {g.dtype for g in found if g is not None} <= {torch.float32}


def assert_same_config(ours: Any, theirs: Any, where: str) -> None:
    """Two configs agree, as JSON would have them and but for names and what only one of the libraries does."""
    # Keras changes these arguments when it builds.
    if where.endswith(".axis") and isinstance(theirs, list) and isinstance(ours, int):
        ours = [ours]
    if where.endswith(".attention_axes") and ours is None:
        ours = theirs
    if isinstance(theirs, dict) and isinstance(ours, dict):
        assert set(ours) - _OWN_KEYS - {"seed"} == set(theirs) - _OWN_KEYS - {"seed"}, where
        for key in set(ours) & set(theirs) - {"name", "build_config"}:
            assert_same_config(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(theirs, list | tuple) and isinstance(ours, list | tuple):
        assert len(ours) == len(theirs), where
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            assert_same_config(a, b, f"{where}[{i}]")
    elif isinstance(theirs, float) and isinstance(ours, float):
        assert abs(ours - theirs) <= 1e-6 * abs(theirs), f"{where}: {ours!r}, Keras {theirs!r}"
    else:
        assert ours == theirs, f"{where}: {ours!r}, Keras {theirs!r}"


def _moved(weight: Any, path: str, generator: np.random.Generator) -> np.ndarray:
    """A weight away from where it began, so that zeros and ones hide nothing; variances stay positive."""
    weight = np.asarray(weight)
    if weight.dtype.kind != "f":
        return weight
    noise = 0.2 * generator.standard_normal(weight.shape)
    return np.asarray(weight + (np.abs(noise) if "variance" in path or "stddev" in path else noise), weight.dtype)


def _leaf(x: torch.Tensor) -> torch.Tensor:
    return x.clone().requires_grad_() if x.is_floating_point() else x.clone()


def _takes_training(layer: Any) -> bool:
    return layer._call_signature.training
