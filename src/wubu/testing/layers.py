"""What every layer must do."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from wubu.core import nest, policy
from wubu.core.dtypes import standardize_dtype, torch_dtype
from wubu.core.tensors import as_tensor
from wubu.engine.stepper import Stepper
from wubu.layers.core.input_layer import Input
from wubu.models.functional import Functional
from wubu.saving.api import load_model
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.testing.comparing import claim, near, round_trip


def check_layer(
    kind: Any,
    arguments: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
    inputs: Any = None,
    *,
    call: Mapping[str, Any] | None = None,
    gradients: bool = True,
    captured: bool = True,
    saved: bool = True,
    half: bool = True,
) -> Any:
    """Check a layer: its config, shapes without values, gradients, capture, types, and a saved model.

    Args:
        kind: the layer's class.
        arguments: what to construct it with; a function that makes it anew where layers are among it.
        inputs: a tensor or an array with the batch first, or a list of them. Default: random numbers of shape (2, 4).
        call: further tensors, or lists of them, that the call takes by name.
        gradients: whether gradients reach every trainable weight.
        captured: whether a recorded step gives the layer's numbers.
        saved: whether a model with the layer, saved and loaded, gives the same numbers; needs registered classes.
        half: whether the layer works in ``mixed_bfloat16``.

    Returns:
        The layer, built.

    Raises:
        AssertionError: that says what does not hold.

    Example:
        >>> check_layer(wubu.layers.Dense, {"units": 3}).built
        True
    """
    def make() -> tuple[Any, dict[str, Any]]:
        given = dict((arguments() if callable(arguments) else arguments) or {})
        return kind(**given), given

    (layer, given), what = make(), kind.__name__
    x = nest.map_structure(_as_input, torch.randn(2, 4) if inputs is None else inputs)
    more = {key: nest.map_structure(_as_input, value) for key, value in (call or {}).items()}
    takes_training = layer._call_signature.training
    still = {"training": False} if takes_training else {}
    config = layer.get_config()
    for name in given:
        claim(name in config, f"{what}: get_config() leaves out the argument {name!r}")
    round_trip(layer, what)
    with torch.no_grad():
        made = layer(x, **more, **still)
    claim(layer.built, f"{what}: is not built after a call")
    _check_shapes(layer, (x, more), made, still, what)
    if gradients and layer.trainable_weights:
        _check_gradients(layer, (x, more), takes_training, what)
    if captured:
        _check_capture(layer, (x, more), still, what)
    if half and any(_is_float(t) for t in nest.flatten(x)):
        with _global_policy("mixed_bfloat16"):  # the layers within a layer follow it too
            in_half, _ = make()
            floats = [t for t in nest.flatten(in_half(x, **more, **still)) if _is_float(t)]
        claim(all(t.dtype is torch.bfloat16 for t in floats), f"{what}: mixed_bfloat16 does not give bfloat16")
        kept = [w for w in in_half.trainable_weights if w.is_floating_point()]
        claim(all(torch_dtype(w.dtype) is torch.float32 for w in kept), f"{what}: mixed_bfloat16 weights are not float32")
    if saved:
        _check_saving(layer, (x, more), what)
    return layer


def _as_input(value: Any) -> Any:
    """A tensor; strings stay an array, as there are no tensors of them."""
    return value if getattr(getattr(value, "dtype", None), "kind", None) in ("U", "S", "O") else as_tensor(value)


def _is_float(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point()


@contextmanager
def _global_policy(name: str) -> Iterator[None]:
    before = policy.dtype_policy()
    policy.set_dtype_policy(name)
    try:
        yield
    finally:
        policy.set_dtype_policy(before)


def _type_of(value: Any) -> str:
    return standardize_dtype(value.dtype) if isinstance(value, torch.Tensor) else "string"


def _symbols(x: Any) -> Any:
    return nest.map_structure(lambda t: KerasTensor((None, *t.shape[1:]), _type_of(t)), x)


def _check_shapes(layer: Any, x: Any, made: Any, still: dict[str, Any], what: str) -> None:
    symbols, more = _symbols(x)
    found = nest.flatten(layer(symbols, **more, **still))
    real = nest.flatten(made)
    claim(len(found) == len(real), f"{what}: as many symbolic outputs as real ones are expected")
    for symbol, value in zip(found, real, strict=True):
        fits = len(symbol.shape) == len(value.shape)
        fits = fits and all(s in (None, v) for s, v in zip(symbol.shape, value.shape, strict=True))
        claim(fits, f"{what}: symbolic shape {symbol.shape}, real shape {tuple(value.shape)}")
        claim(symbol.dtype == _type_of(value), f"{what}: symbolic type {symbol.dtype}, real {value.dtype}")


def _check_gradients(layer: Any, x: Any, takes_training: bool, what: str) -> None:
    training = {"training": True} if takes_training else {}
    outputs = [y for y in nest.flatten(layer(x[0], **x[1], **training)) if y.requires_grad]
    claim(outputs, f"{what}: no output depends on the weights")
    total = sum((y * torch.randn_like(y)).sum() for y in outputs)
    found = torch.autograd.grad(total, layer.trainable_weights, allow_unused=True)
    missed = [w.path for w, g in zip(layer.trainable_weights, found, strict=True) if g is None]
    claim(not missed, f"{what}: no gradient reaches {missed}")


def _check_capture(layer: Any, x: Any, still: dict[str, Any], what: str) -> None:
    def step(batch: Any) -> list[torch.Tensor]:
        with torch.no_grad():
            return [y.clone() for y in nest.flatten(layer(batch[0], **batch[1], **still))]

    stepper = Stepper(step, lambda: [*layer.parameters(), *layer.buffers()], mode="test")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            replayed = stepper.step(x)
    near(replayed, step(x), f"{what}: a recorded step")


def _check_saving(layer: Any, x: Any, what: str) -> None:
    symbols = nest.map_structure(lambda t: Input(tuple(t.shape[1:]), dtype=_type_of(t)), x)
    inputs, more = symbols
    model = Functional(nest.flatten(symbols), layer(inputs, **more))
    x = nest.flatten(x)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        path = Path(folder, "model.keras")
        model.save(path)
        near(load_model(path)(x, training=False), model(x, training=False), f"{what}: a saved and loaded model")
