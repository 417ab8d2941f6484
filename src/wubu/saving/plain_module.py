"""A model's inference as a plain torch module, which torch's exporters can trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import nest
from wubu.core.dtypes import torch_dtype
from wubu.errors import ArgumentError
from wubu.symbolic.keras_tensor import KerasTensor

_PROBE = 2  # rows of the example; one row would make the batch look fixed
_LENGTH = 8  # of other axes whose size is not known


class PlainModule(torch.nn.Module):
    """Takes a model's inputs as a flat list and gives its outputs as a flat tuple, for inference.

    The weights are plain parameters of this module: the exporters do not know the subclass that a layer's weights are of.

    Args:
        model: the model, built.
        structure: the structure of its inputs.
    """

    def __init__(self, model: Any, structure: Any) -> None:
        super().__init__()
        state = {k: v for k, v in model.state_dict().items() if isinstance(v, torch.Tensor)}
        self._names = list(state)
        values = [v.detach().clone().as_subclass(torch.Tensor) for v in state.values()]
        self.weights = torch.nn.ParameterList([torch.nn.Parameter(v, requires_grad=False) for v in values])
        self._held = [model]  # in a list, so that it is no part of this module
        self._structure = structure

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Compute the outputs."""
        model = self._held[0]
        state = dict(zip(self._names, self.weights))
        given = nest.pack_sequence_as(self._structure, list(inputs))
        outputs = torch.func.functional_call(model, state, (given,), {"training": False})
        return tuple(nest.flatten(outputs))


def inputs_of(model: Any, signature: Any = None) -> Any:
    """The structure of a model's inputs, as symbolic tensors.

    Args:
        model: the model.
        signature: shapes with the batch axis, or things with a shape and a type, in the structure of the inputs; needed
            where the model does not know.

    Raises:
        ArgumentError: when neither says.
    """
    if signature is not None:
        return _map_shapes(signature, model.compute_dtype)
    found = getattr(model, "inputs", None)
    if found:
        return model.input
    shapes = getattr(model, "_build_shapes", None) or {}
    if list(shapes) == ["input_shape"]:
        return _map_shapes(shapes["input_shape"], model.compute_dtype)
    raise ArgumentError(
        f"The shape of the input of model {model.name!r} is not known. "
        "Try: call the model on a batch first, or input_signature=(None, …)"
    )


def _map_shapes(value: Any, dtype: str) -> Any:
    if isinstance(value, KerasTensor):
        return value
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return KerasTensor([None, *tuple(value.shape)[1:]], value.dtype)
    if isinstance(value, dict):
        return {k: _map_shapes(v, dtype) for k, v in value.items()}
    if isinstance(value, list | tuple) and all(v is None or isinstance(v, int) for v in value):
        return KerasTensor(tuple(value), dtype)
    return [_map_shapes(v, dtype) for v in value]


def example_of(structure: Any) -> list[torch.Tensor]:
    """Inputs to trace with, of the model's own device."""
    made = []
    for spec in nest.flatten(structure):
        sizes = [_PROBE if i == 0 else _LENGTH if d is None else d for i, d in enumerate(spec.shape)]
        made.append(torch.zeros(sizes, dtype=torch_dtype(spec.dtype)))
    return made


def dynamic_axes(structure: Any) -> Sequence[dict[int, Any]]:
    """Which axes of each input may have any size: the batch, and those whose size is not known."""
    batch = torch.export.Dim("batch")
    found = []
    for spec in nest.flatten(structure):
        axes: dict[int, Any] = {i: torch.export.Dim.DYNAMIC for i, d in enumerate(spec.shape) if d is None and i}
        found.append({0: batch, **axes})
    return tuple(found)


def names_of(structure: Any, fallback: str) -> list[str]:
    """A name for each input or output: its key, or its layer's name, or a numbered one."""
    if isinstance(structure, dict):
        keys = sorted(structure)
        if all(not nest.is_nested(structure[k]) for k in keys):
            return [str(k) for k in keys]
    names = []
    for i, spec in enumerate(nest.flatten(structure)):
        history = getattr(spec, "_keras_history", None)
        name = history.operation.name if history is not None else f"{fallback}_{i}"
        while name in names:
            name = f"{name}_{i}"
        names.append(name)
    return names
