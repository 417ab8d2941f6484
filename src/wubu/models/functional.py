"""A model given by a graph of layers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from wubu.core import legacy, nest
from wubu.core.device import default_device
from wubu.core.names import auto_name
from wubu.core.registry import custom_object_scope
from wubu.errors import ArgumentError, ShapeError
from wubu.layers import changes
from wubu.layers.base import Layer
from wubu.layers.core.input_layer import InputLayer
from wubu.layers.symbolic_call import any_symbolic, remembered_arguments
from wubu.models import graph_config
from wubu.models.model import Model
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node
from wubu.symbolic.order import order_graph


class Functional(Model):
    """The model between symbolic inputs and the symbolic outputs that were computed from them.

    Made by ``Model(inputs, outputs)``. Layers that occur several times share their weights; a model may be called like a
    layer within another.

    Args:
        inputs: a symbolic tensor, or a list, tuple or dict of them.
        outputs: a symbolic tensor, or a list, tuple or dict of them.
        name: default ``functional``, ``functional_1``…

    Example:
        >>> from wubu.layers import Dense, Input
        >>> inputs = Input((4,))
        >>> Functional(inputs, Dense(2)(inputs)).output_shape
        (None, 2)
    """

    _keras_module = "keras.src.models.functional"
    _inputs_struct: Any
    _outputs_struct: Any
    _flat_inputs: list[KerasTensor]
    _flat_outputs: list[KerasTensor]
    _operations: list[Any]
    _nodes: list[Node]
    _plan: _Plan

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any) -> None:
        if "input" in kwargs or "output" in kwargs:
            legacy.note("Model(input=, output=)", "Model(inputs=, outputs=)")
        inputs = kwargs.pop("input", inputs)
        outputs = kwargs.pop("output", outputs)
        trainable = kwargs.pop("trainable", None)
        if "_modules" not in self.__dict__:
            super().__init__(name=name or auto_name(type(self).__name__), **kwargs)
        for what, structure in (("inputs", inputs), ("outputs", outputs)):
            for leaf in nest.flatten(structure):
                if not isinstance(leaf, KerasTensor):
                    raise ArgumentError(
                        f"Expected the {what} of a functional model to be symbolic tensors from wubu.Input(…). "
                        f"Received: {leaf!r} of type {type(leaf).__name__}"
                    )
        inputs = nest.map_structure(_as_input, inputs)
        self._set_graph(inputs, outputs)
        self.built = True
        if trainable is not None and not trainable:
            self.trainable = False

    def _set_graph(self, inputs: Any, outputs: Any) -> None:
        changes.note()
        put = self.__dict__
        put["_inputs_struct"], put["_outputs_struct"] = inputs, outputs
        put["_flat_inputs"] = nest.flatten(inputs)
        put["_flat_outputs"] = nest.flatten(outputs)
        order = order_graph(put["_flat_inputs"], put["_flat_outputs"])
        put["_operations"] = order.operations
        put["_nodes"] = order.nodes
        names = [o.name for o in order.operations]
        twice = {n for n in names if names.count(n) > 1}
        if twice:
            raise ArgumentError(f"Names of layers in a model must differ. Received twice: {sorted(twice)}")
        for operation in order.operations:
            if isinstance(operation, Layer):
                self._modules[operation.name.replace(".", "_")] = operation
        put["_plan"] = _plan(order.nodes, put["_flat_inputs"], put["_flat_outputs"])

    # --- calling --------------------------------------------------------------------------------------------------

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run the graph on tensors."""
        flat = self._standardize(inputs)
        if mask is not None:
            for tensor, one in zip(flat, nest.flatten(mask), strict=False):
                if one is not None:
                    tensor._keras_mask = one
        return self._run(flat, lambda operation: operation)

    def _run(self, flat: list[Any], called: Callable[[Any], Callable[..., Any]]) -> Any:
        plan = self._plan
        slots: list[Any] = [None] * plan.size
        for slot, tensor in zip(plan.inputs, flat, strict=True):
            slots[slot] = tensor
        for operation, arguments, outputs, finished in plan.steps:
            if arguments.only is not None:
                result = called(operation)(slots[arguments.only])
            else:
                args, kwargs = arguments(slots)
                result = called(operation)(*args, **kwargs)
            if len(outputs) == 1 and (isinstance(result, torch.Tensor) or not nest.is_nested(result)):
                slots[outputs[0]] = result
            else:
                for slot, tensor in zip(outputs, nest.flatten(result), strict=True):
                    slots[slot] = tensor
            result = None
            for slot in finished:  # what no gradient asks for goes at once, as in a loop of torch's
                slots[slot] = None
        wanted = len(self._flat_outputs)
        for slot in plan.outputs[wanted:]:  # losses of the graph's own
            if isinstance(slots[slot], torch.Tensor):
                super().add_loss(slots[slot].mean())
        if isinstance(self._outputs_struct, KerasTensor):
            return slots[plan.outputs[0]]
        return nest.pack_sequence_as(self._outputs_struct, [slots[s] for s in plan.outputs[:wanted]])

    def add_loss(self, loss: Any, **kwargs: Any) -> None:
        """Add a tensor to the loss of the call under way or, as Keras 2 had it, a symbolic one to the loss of every call.

        A symbolic loss is computed from the model's inputs, together with the outputs; its mean counts.
        """
        symbolic = [x for x in nest.flatten(loss) if isinstance(x, KerasTensor)]
        if not symbolic:
            super().add_loss(loss, **kwargs)
            return
        changes.note()
        put = self.__dict__
        put["_symbolic_losses"] = [*put.get("_symbolic_losses", ()), *symbolic]
        everything = [*self._flat_outputs, *put["_symbolic_losses"]]
        order = order_graph(self._flat_inputs, everything)
        known = {id(module) for module in self.modules()}
        for operation in order.operations:
            if isinstance(operation, Layer) and id(operation) not in known:
                self._modules[operation.name.replace(".", "_")] = operation
        put["_plan"] = _plan(order.nodes, self._flat_inputs, everything)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic outputs for symbolic inputs; the inner layers get no new nodes."""
        inputs = args[0] if args else kwargs["inputs"]
        flat = self._ordered(inputs)
        return self._run(flat, lambda operation: _spec_of(operation))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The outputs' shapes for the inputs' shapes."""
        shapes = _flat_shapes(input_shape)
        tensors = [KerasTensor(s, t.dtype) for s, t in zip(shapes, self._flat_inputs, strict=True)]
        spec = self.compute_output_spec(nest.pack_sequence_as(self._inputs_struct, tensors))
        return nest.map_structure(lambda t: t.shape, spec)

    def _ordered(self, inputs: Any) -> list[Any]:
        """The leaves of what was passed, in the order of the model's inputs; dicts go by name."""
        wanted = self._inputs_struct
        if isinstance(inputs, Mapping):
            keys = (
                sorted(wanted)
                if isinstance(wanted, Mapping)
                else [t._keras_history.operation.name for t in self._flat_inputs]
            )
            missing = [k for k in keys if k not in inputs and not self._is_optional(k)]
            if missing:
                raise ArgumentError(
                    f"Model {self.name!r} expects inputs named {list(keys)}. Received: {sorted(map(str, inputs))}; "
                    f"missing: {missing}"
                )
            return [inputs.get(k) for k in keys]
        if isinstance(wanted, Mapping) and not nest.is_nested(inputs) and len(self._flat_inputs) == 1:
            return [inputs]
        flat = nest.flatten(inputs)
        if len(flat) != len(self._flat_inputs):
            names = [t._keras_history.operation.name for t in self._flat_inputs]
            raise ArgumentError(f"Model {self.name!r} expects {len(names)} input(s): {names}. Received: {len(flat)}")
        return flat

    def _is_optional(self, key: Any) -> bool:
        return any(getattr(t._keras_history.operation, "optional", False) for t in self._flat_inputs)

    def _standardize(self, inputs: Any) -> list[Any]:
        if isinstance(inputs, torch.Tensor) and len(self._flat_inputs) == 1:
            return [_fit(inputs, self._flat_inputs[0], self.name)]
        return [_fit(x, spec, self.name) for x, spec in zip(self._ordered(inputs), self._flat_inputs, strict=True)]

    def _prepare(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        # The inputs' own types decide, not the policy's, so nothing is cast before they are known.
        return args, kwargs

    def build(self, input_shape: Any = None) -> None:
        """Nothing is left to build."""
        self.built = True

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.built = True

    # --- description ----------------------------------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """The layers from the inputs to the outputs."""
        return [o for o in self._operations if isinstance(o, Layer)]

    @property
    def operations(self) -> list[Any]:
        """The layers and functions from the inputs to the outputs."""
        return list(self._operations)

    @property
    def input(self) -> Any:
        """The symbolic inputs."""
        return self._inputs_struct

    @property
    def output(self) -> Any:
        """The symbolic outputs."""
        return self._outputs_struct

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs as a list."""
        return self._flat_inputs

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs as a list."""
        return self._flat_outputs

    @property
    def output_names(self) -> list[str]:
        """A name for each output: its key, or its layer's name."""
        if isinstance(self._outputs_struct, Mapping):
            return sorted(self._outputs_struct)
        return _unique([t._keras_history.operation.name for t in self._flat_outputs])

    @property
    def input_names(self) -> list[str]:
        """The names of the input layers."""
        return [t._keras_history.operation.name for t in self._flat_inputs]

    def get_build_config(self) -> dict[str, Any] | None:
        """None: the graph says everything."""
        return None

    def get_config(self) -> dict[str, Any]:
        """The graph as a config, in Keras 3's form."""
        if _takes_own_arguments(type(self)):
            return remembered_arguments(self, Layer.get_config(self))
        return graph_config.to_config(self)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a model from a graph config, in the form of Keras 2 or 3."""
        if "layers" not in config:
            return cls(**config)
        with custom_object_scope(custom_objects or {}):
            return graph_config.from_config(cls, config)


def _takes_own_arguments(cls: type) -> bool:
    """Whether a subclass's constructor takes something else than inputs and outputs."""
    for base in cls.__mro__:
        if base in (Functional, Model):
            return False
        if "__init__" in base.__dict__:
            names = list(inspect.signature(base.__dict__["__init__"]).parameters)[1:]
            return names[:2] != ["inputs", "outputs"]
    return False


class _Plan:
    """The graph as a list of steps on numbered slots, so that running it looks nothing up.

    A step is an operation, its arguments, the slots of its results, and the slots that nobody reads after it.
    """

    __slots__ = ("inputs", "outputs", "size", "steps")

    def __init__(self) -> None:
        self.inputs: list[int] = []
        self.outputs: list[int] = []
        self.size = 0
        self.steps: list[tuple[Any, Any, list[int], list[int]]] = []


def _plan(nodes: list[Node], inputs: list[KerasTensor], outputs: list[KerasTensor]) -> _Plan:
    plan = _Plan()
    slot: dict[int, int] = {}

    def place(tensor: KerasTensor) -> int:
        return slot.setdefault(id(tensor), len(slot))

    plan.inputs = [place(t) for t in inputs]
    given = set(slot)
    for node in nodes:
        if node.is_input or all(id(t) in given for t in node.output_tensors):
            continue
        plan.steps.append((node.operation, _Arguments(node, place), [place(t) for t in node.output_tensors], []))
    plan.outputs = [place(t) for t in outputs]
    seen = set(plan.outputs)
    for _, arguments, places, finished in reversed(plan.steps):
        for place_of in (*arguments.places.values(), *places):
            if place_of not in seen:
                seen.add(place_of)
                finished.append(place_of)
    plan.size = len(slot)
    return plan


class _Arguments:
    """The arguments of one call, with slots where the graph's tensors go."""

    __slots__ = ("flat", "only", "places", "structure", "values")

    def __init__(self, node: Node, place: Callable[[KerasTensor], int]) -> None:
        args, kwargs = node.args, node.kwargs
        # By far the most calls have one tensor and nothing else; its slot.
        self.only = place(args[0]) if len(args) == 1 and not kwargs and isinstance(args[0], KerasTensor) else None
        self.structure = [args, kwargs]
        self.values = nest.flatten(self.structure)
        self.places = {i: place(v) for i, v in enumerate(self.values) if isinstance(v, KerasTensor)}
        # Most others have a few tensors, or one list of them; the slots of each argument.
        self.flat: list[int | list[int]] | None = None
        if not kwargs and all(_are_symbols(argument) for argument in args):
            self.flat = [[place(v) for v in a] if isinstance(a, list) else place(a) for a in args]

    def __call__(self, slots: list[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self.flat is not None:
            return tuple([slots[i] for i in a] if isinstance(a, list) else slots[a] for a in self.flat), {}
        values = list(self.values)
        for i, slot in self.places.items():
            values[i] = slots[slot]
        args, kwargs = nest.pack_sequence_as(self.structure, values)
        return args, kwargs


def _are_symbols(argument: Any) -> bool:
    if type(argument) is list:
        return all(isinstance(value, KerasTensor) for value in argument)
    return isinstance(argument, KerasTensor)


def _spec_of(operation: Any) -> Callable[..., Any]:
    def spec(*args: Any, **kwargs: Any) -> Any:
        if isinstance(operation, Layer) and any_symbolic(args, kwargs):
            return operation.compute_output_spec(*args, **kwargs)
        from wubu.symbolic.infer import infer

        return infer(operation.function if hasattr(operation, "function") else operation, *args, **kwargs)

    return spec


def _as_input(tensor: KerasTensor) -> KerasTensor:
    """A model may begin in the middle of another; what matters is only that the tensor has a history."""
    if tensor._keras_history is None:
        return InputLayer(input_tensor=tensor).input
    return tensor


def _fit_text(value: Any, spec: KerasTensor, owner: str) -> np.ndarray:
    """Texts as an array of the input's rank; they stay on the host until a layer makes numbers of them."""
    texts = np.asarray(value)
    if texts.ndim == len(spec.shape) - 1 and spec.shape[-1] == 1:
        texts = texts[..., None]
    elif texts.ndim == len(spec.shape) + 1 and texts.shape[-1] == 1:
        texts = texts[..., 0]
    if texts.ndim != len(spec.shape):
        raise ShapeError(f"Model {owner!r} expects texts of shape {spec.shape}. Received: shape {texts.shape}")
    return texts


def _fit(value: Any, spec: KerasTensor, owner: str) -> Any:
    """A tensor of the input's type and rank, or an error that names the input."""
    if value is None:
        return None
    if spec.dtype == "string":
        return _fit_text(value, spec, owner)
    if not isinstance(value, torch.Tensor):
        value = torch.as_tensor(value).to(default_device())
    dtype = spec.torch_dtype
    if value.dtype is not dtype:
        value = value.to(dtype)
    shape, want = value.shape, spec.shape
    if len(shape) == len(want) and all(w is None or w == g for w, g in zip(want, shape)):
        return value
    if len(shape) == len(want) + 1 and shape[-1] == 1:
        value = value.squeeze(-1)
    elif len(shape) == len(want) - 1 and want[-1] == 1:
        value = value.unsqueeze(-1)
    if len(value.shape) != len(want) or any(w is not None and w != g for w, g in zip(want, value.shape, strict=True)):
        if (
            any(w is not None and w != g for w, g in zip(want[1:], value.shape[1:], strict=False))
            or len(want) != value.dim()
        ):
            raise ShapeError(
                f"Model {owner!r} expects its input {spec._keras_history.operation.name!r} to have shape {want}. "
                f"Received: shape {tuple(shape)}"
            )
    return value


def _flat_shapes(shape: Any) -> list[Any]:
    if isinstance(shape, Mapping):
        return [s for k in sorted(shape) for s in _flat_shapes(shape[k])]
    if isinstance(shape, list | tuple) and any(isinstance(s, list | tuple | Mapping) for s in shape):
        return [s for one in shape for s in _flat_shapes(one)]
    return [tuple(shape)]


def _unique(names: list[str]) -> list[str]:
    made: list[str] = []
    for name in names:
        fresh, i = name, 1
        while fresh in made:
            fresh, i = f"{name}_{i}", i + 1
        made.append(fresh)
    return made


Model._graph_class = Functional
